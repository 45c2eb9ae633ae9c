//! What the page keeps in mind about its workers: who has which runs, how far they are, what they were told last.
//!
//! The runs of a race are dealt to the workers in turn. Requests go to the workers concerned; their answers are merged,
//! so that one job gives one `Paused` and one `Done` however many workers share it. Because everything a worker was
//! told and has told is remembered here, a lost one can be replaced: the new one repeats the steps and goes on.
//! The runs of a sweep come a few at a time and go to whoever is least busy. A measurement of noise is the first
//! worker's alone.
//! Pure: whoever owns the workers carries the requests to them and the replies back.

use super::protocol::{CellRun, Event, JobId, NumberedRun, Reply, Request};
use super::reading::SharedReading;
use super::share::{SeenRun, Share, ShareState, SharedJob};
use super::share_noise::SharedNoise;
use super::share_sweep::SharedSweep;
use alloc::vec::Vec;

/// Ticks without a word after which a busy worker counts as lost. Counted in ticks and not in time, so that a machine
/// that slept loses nobody.
const MAX_SILENT_TICKS: u32 = 5;

/// What follows from a request or from the loss of a worker.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outbox {
    /// To these workers, in this order.
    pub requests: Vec<(usize, Request)>,
    /// For the page, at once.
    pub events: Vec<Event>,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    seats: Vec<Seat>,
    /// A race, or
    job: Option<SharedJob>,
    /// a sweep, or
    sweep: Option<SharedSweep>,
    /// a measurement of noise, or
    noise: Option<SharedNoise>,
    /// a text to be read; at most one of the four.
    reading: Option<SharedReading>,
    latest: Option<JobId>,
    /// Seats that get runs of a sweep.
    n_active: usize,
}

/// A worker's place, whoever sits there.
#[derive(Clone, Debug, Default)]
struct Seat {
    /// Requests sent to the present worker.
    n_sent: u64,
    silent_ticks: u32,
}

impl Dispatcher {
    /// For `n_workers` workers, at least one.
    pub fn new(n_workers: usize) -> Self {
        Self {
            seats: (0..n_workers.max(1)).map(|_| Seat::default()).collect(),
            job: None,
            sweep: None,
            reading: None,
            noise: None,
            latest: None,
            n_active: usize::MAX,
        }
    }

    /// Gives new runs of a sweep to the first `n_active` workers only, at least one.
    pub fn set_active(&mut self, n_active: usize) {
        self.n_active = n_active;
    }

    /// How many workers the runs are dealt to.
    pub fn n_workers(&self) -> usize {
        self.seats.len()
    }

    /// The job under way.
    pub fn current(&self) -> Option<JobId> {
        let race = self.job.as_ref().map(|job| job.id);
        let sweep = self.sweep.as_ref().map(|sweep| sweep.id);
        race.or(sweep)
            .or(self.noise.as_ref().map(|noise| noise.id))
            .or(self.reading.as_ref().map(SharedReading::id))
    }

    /// Whether any worker still has to answer in a race.
    pub fn is_busy(&self) -> bool {
        self.job.as_ref().is_some_and(SharedJob::is_busy)
    }

    /// What to send where, for one request of the page. Requests about any but the current job lead to nothing.
    pub fn send(&mut self, request: Request) -> Outbox {
        let mut out = Outbox::default();
        if let Request::Start { job, runs } = request {
            self.start(job, runs, &mut out);
            return out;
        }
        if let Request::Measure { job, runs } = request {
            self.measure(job, runs, &mut out);
            return out;
        }
        if let Request::Read { job, .. } = request {
            self.read(job, request, &mut out);
            return out;
        }
        if let Some(reading) = &self.reading
            && reading.id() == request.job()
        {
            if matches!(request, Request::Cancel { .. }) {
                self.end_current(&mut out);
            }
            return out;
        }
        if let Request::Noise { job, config } = request {
            if self.latest.is_none_or(|latest| job > latest) {
                self.end_current(&mut out);
                self.latest = Some(job);
                self.noise = Some(SharedNoise::new(job, config));
                self.push(0, request, &mut out);
            }
            return out;
        }
        if let Some(noise) = self
            .noise
            .as_mut()
            .filter(|noise| noise.id == request.job())
        {
            noise.is_paused = matches!(request, Request::Pause { .. });
            if matches!(request, Request::Cancel { .. }) {
                self.noise = None;
            }
            self.push(0, request, &mut out);
            return out;
        }
        if let Some(sweep) = self.sweep.take_if(|sweep| sweep.id == request.job()) {
            self.control_sweep(sweep, request, &mut out);
            return out;
        }
        let Some(mut job) = self.job.take_if(|job| job.id == request.job()) else {
            return out;
        };
        match &request {
            Request::Cancel { .. } => {
                for (worker, share) in job.shares.iter().enumerate() {
                    if !share.runs.is_empty() {
                        self.push(worker, request.clone(), &mut out);
                    }
                }
                return out;
            }
            Request::SetLr { run, lr, .. } => {
                if let Some((worker, seen)) = job.find(*run) {
                    seen.pending_lr = Some(*lr);
                    self.push(worker, request.clone(), &mut out);
                }
            }
            Request::Play { .. } | Request::Pause { .. } | Request::Step { .. } => {
                for (worker, share) in job.shares.iter_mut().enumerate() {
                    if share.state != ShareState::Done {
                        share.note_control(&request);
                        share.last_control = self.push(worker, request.clone(), &mut out);
                    }
                }
                if matches!(request, Request::Play { .. }) {
                    out.events.extend(job.take_done());
                }
            }
            // Handled above, or sent by this type alone.
            Request::Start { .. }
            | Request::Resume { .. }
            | Request::Measure { .. }
            | Request::Noise { .. }
            | Request::Read { .. } => {}
        }
        self.job = Some(job);
        out
    }

    /// What the page hears of a worker's reply.
    pub fn receive(&mut self, worker: usize, reply: Reply) -> Vec<Event> {
        if let Some(seat) = self.seats.get_mut(worker) {
            seat.silent_ticks = 0;
        }
        let mut heard = Vec::new();
        if let Some(reading) = &self.reading {
            let id = reading.id();
            let is_answer = |event: &Event| matches!(event, Event::Read { job, .. } if *job == id);
            heard.extend(reply.events.into_iter().find(is_answer));
            if !heard.is_empty() {
                self.reading = None;
            }
            return heard;
        }
        if let Some(sweep) = &mut self.sweep {
            heard.extend(reply.events.into_iter().filter(|event| match event {
                Event::Measured { job, cell: run, .. } | Event::Refused { job, run, .. } => {
                    *job == sweep.id && sweep.answered(worker, *run)
                }
                _ => false,
            }));
            return heard;
        }
        if let Some(noise) = &mut self.noise {
            heard.extend(reply.events.into_iter().filter(|event| noise.hears(event)));
            return heard;
        }
        let Some(job) = &mut self.job else {
            return heard;
        };
        for event in reply.events {
            if event.job() == Some(job.id) {
                job.receive(worker, reply.n_requests, event, &mut heard);
            }
        }
        heard
    }

    /// Whether a lost worker may be replaced: once per job.
    pub fn may_replace(&self, worker: usize) -> bool {
        let in_sweep = self
            .sweep
            .as_ref()
            .and_then(|sweep| sweep.shares.get(worker));
        let is_noise_new = self.noise.as_ref().is_none_or(|noise| !noise.is_replaced);
        self.share(worker).is_none_or(|share| !share.is_replaced)
            && (worker > 0 || self.reading.as_ref().is_none_or(|r| !r.is_replaced))
            && is_noise_new
            && in_sweep.is_none_or(|share| !share.is_replaced)
    }

    /// A new worker sits in the place of a lost one: what to tell it.
    pub fn replaced(&mut self, worker: usize) -> Outbox {
        let mut out = Outbox::default();
        if let Some(seat) = self.seats.get_mut(worker) {
            *seat = Seat::default();
        }
        if let Some(reading) = self.reading.as_mut().filter(|_| worker == 0) {
            reading.is_replaced = true;
            let request = reading.request.clone();
            self.push(worker, request, &mut out);
            return out;
        }
        if let Some(mut sweep) = self.sweep.take() {
            if let Some(share) = sweep.shares.get_mut(worker) {
                share.is_replaced = true;
                share.is_started = true;
                let (job, runs) = (sweep.id, share.runs.clone());
                self.push(worker, Request::Measure { job, runs }, &mut out);
                if sweep.is_paused {
                    self.push(worker, Request::Pause { job }, &mut out);
                }
            }
            self.sweep = Some(sweep);
            return out;
        }
        if let Some(noise) = self
            .noise
            .as_mut()
            .filter(|noise| worker == 0 && !noise.is_over)
        {
            noise.is_replaced = true;
            let (job, is_paused) = (noise.id, noise.is_paused);
            let config = noise.config;
            self.push(worker, Request::Noise { job, config }, &mut out);
            if is_paused {
                self.push(worker, Request::Pause { job }, &mut out);
            }
            return out;
        }
        let Some(mut job) = self.job.take() else {
            return out;
        };
        let id = job.id;
        if let Some(share) = job
            .shares
            .get_mut(worker)
            .filter(|share| share.state != ShareState::Done)
        {
            share.is_replaced = true;
            let runs = share
                .runs
                .iter()
                .filter(|run| !run.has_ended)
                .map(SeenRun::resume)
                .collect();
            // A resumed `Step` answers with `Paused` too.
            share.last_control = self.push(worker, Request::Resume { job: id, runs }, &mut out);
            let control = match share.state {
                ShareState::Playing(pace) => Some(Request::Play { job: id, pace }),
                ShareState::Pausing => Some(Request::Pause { job: id }),
                // With every goal already reached, the resumed worker has nothing to answer; zero steps ask it to.
                ShareState::Stepping => Some(Request::Step {
                    job: id,
                    n_steps: 0,
                }),
                ShareState::Idle | ShareState::Done => None,
            };
            if let Some(control) = control {
                share.last_control = self.push(worker, control, &mut out);
            }
            for run in share.runs.iter().filter(|run| !run.has_ended) {
                if let Some(lr) = run.pending_lr {
                    self.push(
                        worker,
                        Request::SetLr {
                            job: id,
                            run: run.numbered.run,
                            lr,
                        },
                        &mut out,
                    );
                }
            }
        }
        self.job = Some(job);
        out
    }

    /// A lost worker is not to have another try: ends the job everywhere. The seat gets a new worker all the same.
    pub fn give_up(&mut self, worker: usize) -> Outbox {
        if let Some(seat) = self.seats.get_mut(worker) {
            *seat = Seat::default();
        }
        let Some(id) = self.current() else {
            return Outbox::default();
        };
        let mut out = self.send(Request::Cancel { job: id });
        out.events.push(Event::Lost { job: id });
        out
    }

    /// All runs move to one new worker, number 0: what to tell it. For when workers cannot start at all.
    pub fn collapse(&mut self) -> Outbox {
        self.seats = [Seat::default()].into();
        if let Some(job) = &mut self.job {
            job.collapse();
        }
        if let Some(sweep) = &mut self.sweep {
            sweep.collapse();
        }
        self.replaced(0)
    }

    /// To be called at regular intervals; the workers that owe an answer and were silent for too long.
    pub fn tick(&mut self) -> Vec<usize> {
        let mut lost = Vec::new();
        for worker in 0..self.seats.len() {
            let is_busy = self
                .share(worker)
                .is_some_and(|share| share.state.is_busy())
                || self
                    .sweep
                    .as_ref()
                    .is_some_and(|sweep| sweep.is_busy(worker))
                || (worker == 0 && self.reading.is_some())
                || (worker == 0 && self.noise.as_ref().is_some_and(SharedNoise::is_busy));
            let seat = &mut self.seats[worker];
            seat.silent_ticks = if is_busy { seat.silent_ticks + 1 } else { 0 };
            if seat.silent_ticks >= MAX_SILENT_TICKS {
                seat.silent_ticks = 0;
                lost.push(worker);
            }
        }
        lost
    }

    fn share(&self, worker: usize) -> Option<&Share> {
        self.job.as_ref().and_then(|job| job.shares.get(worker))
    }

    fn start(&mut self, id: JobId, runs: Vec<NumberedRun>, out: &mut Outbox) {
        if self.latest.is_some_and(|latest| id <= latest) {
            return;
        }
        self.latest = Some(id);
        self.reading = None;
        self.cancel_sweep(out);
        self.cancel_noise(out);
        let n_workers = self.seats.len();
        let mut shares: Vec<Vec<NumberedRun>> = (0..n_workers).map(|_| Vec::new()).collect();
        for (i, run) in runs.into_iter().enumerate() {
            shares[i % n_workers].push(run);
        }
        // A start replaces the old job where the new one has runs; elsewhere it has to be ended.
        if let Some(old) = self.job.take() {
            for (worker, share) in old.shares.iter().enumerate() {
                if !share.runs.is_empty() && shares.get(worker).is_none_or(Vec::is_empty) {
                    self.push(worker, Request::Cancel { job: old.id }, out);
                }
            }
        }
        for (worker, runs) in shares.iter().enumerate() {
            if !runs.is_empty() {
                self.push(
                    worker,
                    Request::Start {
                        job: id,
                        runs: runs.clone(),
                    },
                    out,
                );
            }
        }
        self.job = Some(SharedJob {
            id,
            shares: shares.into_iter().map(Share::new).collect(),
            is_done_sent: false,
        });
    }

    /// More runs of a sweep; the first ones start it.
    fn measure(&mut self, id: JobId, runs: Vec<CellRun>, out: &mut Outbox) {
        if self.latest.is_none_or(|latest| id > latest) {
            self.latest = Some(id);
            self.end_current(out);
            self.sweep = Some(SharedSweep::new(id, self.seats.len()));
        }
        let Some(mut sweep) = self.sweep.take_if(|sweep| sweep.id == id) else {
            return;
        };
        for (worker, runs) in sweep.deal(runs, self.n_active).into_iter().enumerate() {
            if runs.is_empty() {
                continue;
            }
            let share = &mut sweep.shares[worker];
            let is_first = !core::mem::replace(&mut share.is_started, true);
            self.push(worker, Request::Measure { job: id, runs }, out);
            if is_first && sweep.is_paused {
                self.push(worker, Request::Pause { job: id }, out);
            }
        }
        self.sweep = Some(sweep);
    }

    /// A text for the first worker.
    fn read(&mut self, id: JobId, request: Request, out: &mut Outbox) {
        if self.latest.is_some_and(|latest| id <= latest) {
            return;
        }
        self.latest = Some(id);
        self.end_current(out);
        self.push(0, request.clone(), out);
        self.reading = Some(SharedReading::new(request));
    }

    /// Pauses, goes on with or ends a sweep.
    fn control_sweep(&mut self, mut sweep: SharedSweep, request: Request, out: &mut Outbox) {
        for worker in 0..sweep.shares.len() {
            if sweep.shares[worker].is_started {
                self.push(worker, request.clone(), out);
            }
        }
        match request {
            Request::Cancel { .. } => return,
            Request::Pause { .. } => sweep.is_paused = true,
            Request::Play { .. } => sweep.is_paused = false,
            _ => {}
        }
        self.sweep = Some(sweep);
    }

    fn cancel_sweep(&mut self, out: &mut Outbox) {
        if let Some(sweep) = self.sweep.take() {
            let job = sweep.id;
            self.control_sweep(sweep, Request::Cancel { job }, out);
        }
    }

    fn cancel_noise(&mut self, out: &mut Outbox) {
        if let Some(noise) = self.noise.take() {
            self.push(0, Request::Cancel { job: noise.id }, out);
        }
    }

    /// Ends whatever is under way. A text that is being read is read to its end, and its answer is not heard.
    fn end_current(&mut self, out: &mut Outbox) {
        self.reading = None;
        self.cancel_sweep(out);
        self.cancel_noise(out);
        if let Some(old) = self.job.take() {
            for (worker, share) in old.shares.iter().enumerate() {
                if !share.runs.is_empty() {
                    self.push(worker, Request::Cancel { job: old.id }, out);
                }
            }
        }
    }

    /// Puts a request on its way; its number among those to this worker.
    fn push(&mut self, worker: usize, request: Request, out: &mut Outbox) -> u64 {
        out.requests.push((worker, request));
        self.seats.get_mut(worker).map_or(0, |seat| {
            seat.n_sent += 1;
            seat.n_sent
        })
    }
}
