//! What every part of the page shares: language, theme, panel and the panels' states.

use crate::experiment::your_runs::curves::ForCurves;
use crate::i18n::{Lang, ParamText, Strings, strings};
use crate::params::calc::CalcState;
use crate::params::curves::CurvesState;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::embed::Embed;
use crate::params::measured::MeasuredPoint;
use crate::params::noise::NoiseState;
use crate::params::race::RaceState;
use crate::params::runs::RunsState;
use crate::params::url::{Link, Notice, Panel, Theme};
use crate::ui::lesson;
use crate::ui::prelude::*;
use crate::units::round_sig;
use crate::worker::pool::recommended_threads;
use leptos::prelude::Owner;
use std::cell::Cell;
use std::ops::Deref;

/// The page's signals; copied freely, and small, because nearly every closure of the page holds it.
#[derive(Clone, Copy)]
pub struct Ctx(&'static Signals);

impl Deref for Ctx {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        self.0
    }
}

pub struct Signals {
    /// Owner of what lives as long as the page.
    pub owner: Owner,
    pub lang: RwSignal<Lang>,
    /// Whether the language is the reader's choice and so belongs into links.
    pub is_lang_chosen: RwSignal<bool>,
    pub theme: RwSignal<Theme>,
    pub is_theme_chosen: RwSignal<bool>,
    /// Counts changes of colours on screen, by choice or by the system; charts repaint on it.
    pub colours: RwSignal<u32>,
    pub panel: RwSignal<Panel>,
    pub curves: RwSignal<CurvesState>,
    pub race: RwSignal<RaceState>,
    pub noise: RwSignal<NoiseState>,
    pub runs: RwSignal<RunsState>,
    pub calc: RwSignal<CalcState>,
    /// Best learning rates that a sweep measured, for the chart of Curves.
    pub measured: RwSignal<Vec<MeasuredPoint>>,
    pub is_threadless: RwSignal<bool>,
    /// How a frame in somebody else's page shows the panel.
    pub embed: Option<Embed>,
    /// The link that opened the page.
    pub first: Link,
    /// Counts the times that a frame was reset; whoever measures forgets what was measured.
    pub resets: RwSignal<u32>,
    /// Whether a frame is scrolled out of view: then nothing trains and nothing is drawn.
    pub is_away: RwSignal<bool>,
    /// Whether the panel stands (true) or its code did not come (false); nothing while it is under way.
    pub is_there: RwSignal<Option<bool>>,
    /// Whether what the page fetches ahead has come or failed. Never in a frame, which fetches nothing ahead.
    pub is_settled: RwSignal<bool>,
    /// Whether the reader has touched the page. A frame starts no worker before.
    pub is_used: RwSignal<bool>,
    pub notices: RwSignal<Vec<Notice>>,
    /// Whether single keys act.
    pub has_keys: RwSignal<bool>,
    /// Spoken politely by screen readers.
    pub announcement: RwSignal<String>,
}

thread_local! {
    static CTX: Cell<Option<Ctx>> = const { Cell::new(None) };
}

impl Ctx {
    /// From the link that opened the page; language and theme fall back to the stored choice, then the browser's.
    pub fn new(link: Link, notices: Vec<Notice>, lang: Lang, theme: Theme) -> Self {
        let first = link.clone();
        // Lives as long as the page.
        Self(Box::leak(Box::new(Signals {
            owner: Owner::current().unwrap_or_default(),
            lang: RwSignal::new(link.lang.unwrap_or(lang)),
            is_lang_chosen: RwSignal::new(link.lang.is_some()),
            theme: RwSignal::new(link.theme.unwrap_or(theme)),
            is_theme_chosen: RwSignal::new(link.theme.is_some()),
            colours: RwSignal::new(0),
            panel: RwSignal::new(link.panel),
            curves: RwSignal::new(link.curves),
            race: RwSignal::new(link.race),
            noise: RwSignal::new(link.noise),
            runs: RwSignal::new(link.runs),
            calc: RwSignal::new(link.calc),
            measured: RwSignal::new(link.measured),
            is_threadless: RwSignal::new(link.is_threadless),
            resets: RwSignal::new(0),
            is_away: RwSignal::new(false),
            is_there: RwSignal::new(None),
            is_settled: RwSignal::new(false),
            is_used: RwSignal::new(link.embed.is_none()),
            notices: RwSignal::new(notices),
            // A frame leaves the keys to the page around it.
            has_keys: RwSignal::new(link.embed.is_none()),
            embed: link.embed,
            first,
            announcement: RwSignal::new(String::new()),
        })))
    }

    /// Lets every component of the page have it from [`use_ctx`].
    pub fn share(self) {
        CTX.set(Some(self));
    }

    /// Sentences of the current language; reading them subscribes to it.
    pub fn s(&self) -> &'static Strings {
        strings(self.lang.get())
    }

    /// One sentence as the view takes it. All such closures are of one type, which keeps the download small.
    pub fn t(
        &self,
        pick: fn(&'static Strings) -> &'static str,
    ) -> impl Fn() -> &'static str + Copy + use<> {
        let ctx = *self;
        move || pick(ctx.s())
    }

    /// One text of a control, likewise.
    pub fn p(
        &self,
        id: ParamId,
        pick: fn(ParamText) -> &'static str,
    ) -> impl Fn() -> &'static str + Copy + use<> {
        let ctx = *self;
        move || pick((ctx.s().param)(id))
    }

    /// A sentence about a control, likewise.
    pub fn about(
        &self,
        id: ParamId,
        say: fn(&'static Strings) -> fn(&str) -> String,
    ) -> impl Fn() -> String + Copy + use<> {
        let ctx = *self;
        move || {
            let s = ctx.s();
            say(s)((s.param)(id).label)
        }
    }

    /// Name of a control's choice, likewise.
    pub fn name(&self, id: ParamId, i: usize) -> impl Fn() -> &'static str + Copy + use<> {
        let ctx = *self;
        move || (ctx.s().choice)(id, i)
    }

    /// The same without subscribing, for event handlers.
    pub fn s_now(&self) -> &'static Strings {
        strings(self.lang.get_untracked())
    }

    /// Everything a link carries; subscribes to all of it.
    pub fn link(&self) -> Link {
        Link {
            panel: self.panel.get(),
            lang: self.is_lang_chosen.get().then(|| self.lang.get()),
            theme: self.is_theme_chosen.get().then(|| self.theme.get()),
            is_threadless: self.is_threadless.get(),
            embed: self.embed.clone(),
            curves: self.curves.get(),
            measured: self.measured.get(),
            race: self.race.get(),
            noise: self.noise.get(),
            runs: self.runs.get(),
            calc: self.calc.get(),
        }
    }

    /// Workers of a pool that can use many. Of the frames on a page each has one, so that ten of them leave the page
    /// and each other room.
    pub fn n_threads(&self) -> usize {
        if self.embed.is_some() {
            1
        } else {
            recommended_threads()
        }
    }

    /// Whether a control is on screen.
    pub fn shows(&self, id: ParamId) -> bool {
        let panel = self.panel.get_untracked();
        self.embed.as_ref().is_none_or(|e| e.shows(panel, id))
    }

    /// Whether a control may not be changed.
    pub fn locks(&self, id: ParamId) -> bool {
        let panel = self.panel.get_untracked();
        self.embed.as_ref().is_some_and(|e| e.locked.contains(&id))
            || lesson::locked().is_some_and(|visit| visit.lesson.locked(panel).contains(&id))
    }

    /// Gives Curves a measured critical batch, the anchor of the sweep as its base, and the measured points.
    pub fn show_measured(&self, critical_batch: f64, points: Vec<MeasuredPoint>) {
        let (base, is_adaptive) = self.race.with_untracked(|s| {
            let base = (s.base_batch, s.base_lr);
            (base, s.optimizer.is_adaptive())
        });
        self.curves.update(|curves| {
            curves.put(ParamId::Family, Value::Choice(usize::from(is_adaptive)));
        });
        self.show_in_curves(critical_batch, Some(base), points);
    }

    /// Gives Curves what a reader's own runs say.
    pub fn show_runs(&self, found: ForCurves) {
        let (is_adam, alpha) = self.runs.with_untracked(|s| (s.is_adam, s.alpha()));
        if found.anchor.is_some() {
            self.curves.update(|curves| {
                curves.put(ParamId::Family, Value::Choice(usize::from(is_adam)));
                if is_adam {
                    // With which the learning rates were fitted.
                    curves.put(ParamId::Alpha, Value::Number(alpha));
                }
            });
        }
        let base = found.anchor.map(|anchor| {
            let anchor = anchor.rounded();
            (anchor.batch, anchor.lr)
        });
        self.show_in_curves(found.critical_batch, base, found.points);
    }

    fn show_in_curves(
        &self,
        critical_batch: f64,
        base: Option<(f64, f64)>,
        points: Vec<MeasuredPoint>,
    ) {
        self.curves.update(|curves| {
            let mut put = |id, value| curves.put(id, Value::Number(value));
            put(ParamId::CriticalBatch, round_sig(critical_batch, 3));
            if let Some((batch, lr)) = base {
                let largest = points.iter().fold(batch, |most, p| most.max(p.batch));
                put(ParamId::BaseBatch, batch);
                put(ParamId::BaseLr, lr);
                put(ParamId::Batch, largest);
            }
            curves.put(ParamId::CriticalKnown, Value::Choice(1));
        });
        let rounded = points.into_iter().map(MeasuredPoint::rounded);
        self.measured.set(rounded.collect());
    }

    /// Takes over what a link says about the panel that it names.
    pub fn follow(&self, link: Link, notices: Vec<Notice>) {
        match link.panel {
            Panel::Curves => {
                self.curves.set(link.curves);
                self.measured.set(link.measured);
            }
            Panel::Race | Panel::Sweep => self.race.set(link.race),
            Panel::Noise => self.noise.set(link.noise),
            Panel::Calc => self.calc.set(link.calc),
            Panel::Runs => self.runs.set(link.runs),
            Panel::About => {}
        }
        if let Some(lang) = link.lang {
            self.lang.set(lang);
            self.is_lang_chosen.set(true);
        }
        if let Some(theme) = link.theme {
            self.theme.set(theme);
            self.is_theme_chosen.set(true);
        }
        // Whoever trains begins anew when this changes.
        if self.is_threadless.get_untracked() != link.is_threadless {
            self.is_threadless.set(link.is_threadless);
        }
        // A panel that stays is not built anew, so that it keeps its focus and its run.
        if self.panel.get_untracked() != link.panel {
            self.panel.set(link.panel);
        }
        self.notices.set(notices);
    }
}

/// The context. It is the page's, so it needs no search through the owners above.
pub fn use_ctx() -> Ctx {
    CTX.get().expect("the page shares it before anything else")
}
