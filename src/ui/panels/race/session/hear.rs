//! What the workers say, and what of it is spoken.

use super::{Phase, Session};
use crate::experiment::race_record::Standing;
use crate::ui::dom;
use crate::units::format_count;
use crate::worker::pool::PoolEvent;
use crate::worker::protocol::Event;

/// While training one of the smaller charts follows after so long, in turn.
const SLOW_CHARTS_MS: f64 = 70.0;

impl Session {
    pub(super) fn hear(self, event: PoolEvent) {
        // The panel may be gone while a message was under way.
        let Some(job) = self.job.try_get_untracked() else {
            return;
        };
        let event = match event {
            PoolEvent::MovedToPage => return self.is_on_page.set(true),
            PoolEvent::Training(event) if event.job() == Some(job) => event,
            PoolEvent::Training(_) => return,
        };
        let next = match &event {
            Event::Progress { .. } if self.phase.get_untracked() == Phase::Starting => {
                Some(Phase::Running)
            }
            Event::Paused { .. } => Some(Phase::Paused {
                was_hidden: self.is_pause_hidden.get_value(),
            }),
            Event::Done { .. } => Some(Phase::Done),
            Event::Lost { .. } => Some(Phase::Failed),
            _ => None,
        };
        self.is_heard.set_value(true);
        let is_progress = matches!(&event, Event::Progress { updates, .. } if !updates.is_empty());
        let has_news = is_progress || matches!(event, Event::LrSet { .. } | Event::Refused { .. });
        if has_news {
            self.record.update(|record| record.take(event));
        }
        let all_refused = || {
            self.record
                .with_untracked(|r| r.runs.iter().all(|run| run.refused.is_some()))
        };
        let next = match next {
            Some(Phase::Done) if all_refused() => Some(Phase::Failed),
            next => next,
        };
        let now = dom::now_ms();
        if next.is_some() || now - self.slow_at.get_value() > SLOW_CHARTS_MS {
            self.slow_at.set_value(now);
            self.slow.update(|n| *n += 1);
        }
        if let Some(next) = next {
            self.enter(next);
        }
        if is_progress {
            self.tell();
        }
        if next == Some(Phase::Done) {
            let text = self.ctx.s_now().race.announce_done;
            self.ctx.announcement.set(text(&self.seconds_now()));
        }
    }

    /// Changes the phase and lets the clock run or stand.
    pub(super) fn enter(self, phase: Phase) {
        let now = dom::now_ms();
        if phase.is_going() {
            self.running_since
                .update_value(|since| *since = Some(since.unwrap_or(now)));
        } else if let Some(since) = self.running_since.try_update_value(Option::take).flatten() {
            self.elapsed_ms.update(|ms| *ms += now - since);
        }
        if self.phase.get_untracked() != phase {
            self.phase.set(phase);
        }
    }

    /// Seconds spent training.
    pub fn seconds(self) -> String {
        format!("{:.1}", self.elapsed_ms.get() / 1000.0)
    }

    fn seconds_now(self) -> String {
        format!("{:.1}", self.elapsed_ms.get_untracked() / 1000.0)
    }

    /// Says which lanes have arrived or diverged since the last time.
    fn tell(self) {
        let s = self.ctx.s_now();
        let target = self.ctx.race.with_untracked(|state| state.target_loss);
        let mut sentences = Vec::new();
        self.record.with_untracked(|record| {
            for (i, result) in record.results(target).iter().enumerate() {
                if self.told.with_value(|told| told.contains(&i)) {
                    continue;
                }
                let name = s.race.lanes[result.kind as usize];
                let sentence = match (record.standing(i, result), result.target) {
                    (Standing::Diverged { step, .. }, _) => {
                        (s.race.announce_diverged)(name, &format_count(step, s.grouping))
                    }
                    (Standing::Reached { .. }, Some(hit)) => {
                        (s.race.announce_reached)(name, &format_count(hit.n_examples, s.grouping))
                    }
                    _ => continue,
                };
                self.told.update_value(|told| told.push(i));
                sentences.push(sentence);
            }
        });
        if !sentences.is_empty() {
            self.ctx.announcement.set(sentences.join(" "));
        }
    }
}
