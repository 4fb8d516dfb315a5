//! The remaining steps of one order: those of its stream and those of reads, each list in order.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use super::{Answer, Fault, ReadFault, Step, StreamFault};

/// The most steps that one order may have.
pub(crate) const STEPS_MAX: usize = 64;

/// The error for a script that would have more than [`STEPS_MAX`] steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// A step that happens now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken<F> {
    pub(crate) fault: F,
    /// How often the step happened before.
    pub(crate) turn: u32,
    /// Whether the step is repeated for a time and not a number of times: then its repetitions need a pause.
    pub(crate) is_lasting: bool,
    /// The edition of the script that the step belongs to.
    pub(crate) edition: u64,
}

/// The state of a stream when it asks for the next step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// When the stream began, or when its last step was done.
    pub(crate) since: Instant,
    /// Whether the order as it is now has been sent.
    pub(crate) is_told: bool,
    /// Whether an older snapshot exists.
    pub(crate) has_past: bool,
}

/// What an open stream has to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing out of the ordinary, until that moment if there is one.
    Nothing(Option<Instant>),
    /// The stream has to end, so that the next connect gets the response that is prepared for it.
    End,
    /// The stream has to carry out this step.
    Do(Taken<StreamFault>),
}

#[derive(Debug)]
struct Entry<F> {
    step: Step<F>,
    turn: u32,
    /// When the step is over; set when it begins.
    until: Option<Instant>,
}

#[derive(Debug)]
struct Queue<F>(VecDeque<Entry<F>>);

impl<F: Clone> Queue<F> {
    fn push(&mut self, step: Step<F>) {
        self.0.push_back(Entry { step, turn: 0, until: None });
    }

    /// Returns the next step, after dropping steps whose time is over.
    fn head(&mut self, now: Instant) -> Option<&Step<F>> {
        while self.0.front().is_some_and(|entry| entry.until.is_some_and(|until| until <= now)) {
            self.0.pop_front();
        }
        self.0.front().map(|entry| &entry.step)
    }

    /// Uses the next step once.
    fn take(&mut self, now: Instant, edition: u64) -> Option<Taken<F>> {
        self.head(now)?;
        let entry = self.0.front_mut()?;
        let is_lasting = entry.step.lasts.is_some();
        let taken = Taken { fault: entry.step.fault.clone(), turn: entry.turn, is_lasting, edition };
        entry.turn += 1;
        if let Some(lasts) = entry.step.lasts {
            entry.until.get_or_insert(now + lasts);
        }
        let most = entry.step.times.or(entry.step.lasts.is_none().then_some(1));
        if most.is_some_and(|most| entry.turn >= most) {
            self.0.pop_front();
        }
        Some(taken)
    }

    /// Returns the remaining steps, as steps that would do the same.
    fn left(&self, now: Instant) -> impl Iterator<Item = Step<F>> {
        self.0.iter().filter_map(move |entry| {
            let mut step = entry.step.clone();
            step.times = step.times.map(|times| times.saturating_sub(entry.turn));
            if let Some(until) = entry.until {
                step.lasts = Some(until.checked_duration_since(now).filter(|left| !left.is_zero())?);
            }
            Some(step)
        })
    }
}

#[derive(Debug)]
struct Steps {
    /// A number that grows whenever the script is cleared or replaced.
    edition: u64,
    stream: Queue<StreamFault>,
    read: Queue<ReadFault>,
}

impl Steps {
    fn of(edition: u64, steps: Vec<Step<Fault>>) -> Self {
        let mut out = Self { edition, stream: Queue(VecDeque::new()), read: Queue(VecDeque::new()) };
        out.add(steps);
        out
    }

    fn add(&mut self, steps: Vec<Step<Fault>>) {
        for step in steps {
            match step.fault.clone() {
                Fault::Stream(fault) => self.stream.push(step.with(fault)),
                Fault::Read(fault) => self.read.push(step.with(fault)),
            }
        }
    }

    fn len(&self) -> usize {
        self.stream.0.len() + self.read.0.len()
    }
}

/// The script of one order.
#[derive(Debug)]
pub(crate) struct Script {
    steps: Mutex<Steps>,
    /// Notifies when another step becomes the next.
    bell: watch::Sender<()>,
    /// The current edition, for streams that are carrying out a step.
    edition: watch::Sender<u64>,
}

impl Script {
    /// Creates a script of these steps, at most [`STEPS_MAX`] of them.
    pub(crate) fn new(mut steps: Vec<Step<Fault>>) -> Self {
        steps.truncate(STEPS_MAX);
        Self { steps: Mutex::new(Steps::of(0, steps)), bell: watch::Sender::new(()), edition: watch::Sender::new(0) }
    }

    fn lock(&self) -> MutexGuard<'_, Steps> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a receiver that is notified when another step becomes the next.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }

    /// Returns a receiver of editions: another edition means that the script was cleared or replaced.
    pub(crate) fn editions(&self) -> watch::Receiver<u64> {
        self.edition.subscribe()
    }

    /// Replaces the remaining steps by these.
    ///
    /// # Errors
    /// [`TooMany`]; nothing is changed then.
    pub(crate) fn replace(&self, steps: Vec<Step<Fault>>) -> Result<(), TooMany> {
        if steps.len() > STEPS_MAX {
            return Err(TooMany);
        }
        self.become_new(steps);
        Ok(())
    }

    /// Drops the remaining steps.
    pub(crate) fn clear(&self) {
        self.become_new(Vec::new());
    }

    fn become_new(&self, steps: Vec<Step<Fault>>) {
        {
            let mut all = self.lock();
            *all = Steps::of(all.edition + 1, steps);
            // The edition is announced under the lock, so that no stream takes a step of an edition that was not
            // announced.
            self.edition.send_replace(all.edition);
        }
        self.bell.send_replace(());
    }

    /// Adds these steps after the remaining ones.
    ///
    /// # Errors
    /// [`TooMany`]; nothing is changed then.
    pub(crate) fn append(&self, steps: Vec<Step<Fault>>) -> Result<(), TooMany> {
        {
            let mut all = self.lock();
            if all.len() + steps.len() > STEPS_MAX {
                return Err(TooMany);
            }
            all.add(steps);
        }
        self.bell.send_replace(());
        Ok(())
    }

    /// Returns the remaining steps: the stream's, then those of reads.
    pub(crate) fn left(&self, now: Instant) -> Vec<Step<Fault>> {
        let steps = self.lock();
        let stream = steps.stream.left(now).map(|step| {
            let fault = Fault::Stream(step.fault.clone());
            step.with(fault)
        });
        let read = steps.read.left(now).map(|step| {
            let fault = Fault::Read(step.fault.clone());
            step.with(fault)
        });
        stream.chain(read).collect()
    }

    /// Returns what a new connection gets instead of a stream, if a step says so.
    pub(crate) fn at_connect(&self, now: Instant) -> Option<Answer> {
        let mut steps = self.lock();
        let StreamFault::Answer(answer) = steps.stream.head(now)?.fault.clone() else { return None };
        let edition = steps.edition;
        steps.stream.take(now, edition);
        drop(steps);
        self.bell.send_replace(());
        Some(answer)
    }

    /// Returns what happens to a read, if a step says so.
    pub(crate) fn at_read(&self, now: Instant) -> Option<ReadFault> {
        let mut steps = self.lock();
        let edition = steps.edition;
        Some(steps.read.take(now, edition)?.fault)
    }

    /// Returns what an open stream has to do now.
    pub(crate) fn on_stream(&self, now: Instant, moment: Moment) -> Next {
        let mut steps = self.lock();
        let Some(step) = steps.stream.head(now) else { return Next::Nothing(None) };
        if matches!(step.fault, StreamFault::Answer(_)) {
            return if moment.is_told { Next::End } else { Next::Nothing(None) };
        }
        let due = moment.since + step.after;
        if due > now {
            return Next::Nothing(Some(due));
        }
        let waits =
            !moment.is_told && !step.fault.comes_first() || step.fault == StreamFault::Stale && !moment.has_past;
        if waits {
            return Next::Nothing(None);
        }
        let edition = steps.edition;
        let taken = steps.stream.take(now, edition);
        drop(steps);
        self.bell.send_replace(());
        taken.map_or(Next::Nothing(None), Next::Do)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn step(fault: StreamFault) -> Step<Fault> {
        Step { name: "drop", fault: Fault::Stream(fault), times: None, lasts: None, after: Duration::ZERO }
    }

    fn told(since: Instant) -> Moment {
        Moment { since, is_told: true, has_past: false }
    }

    fn done(fault: StreamFault, turn: u32) -> Next {
        Next::Do(Taken { fault, turn, is_lasting: false, edition: 0 })
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_happens_as_often_as_it_says_and_then_the_next_one_comes() {
        let now = Instant::now();
        let script =
            Script::new(vec![Step { times: Some(2), ..step(StreamFault::Drop) }, step(StreamFault::Duplicate)]);
        assert_eq!(script.on_stream(now, told(now)), done(StreamFault::Drop, 0));
        assert_eq!(script.left(now)[0].times, Some(1));
        assert_eq!(script.on_stream(now, told(now)), done(StreamFault::Drop, 1));
        assert_eq!(script.on_stream(now, told(now)), done(StreamFault::Duplicate, 0));
        assert_eq!(script.on_stream(now, told(now)), Next::Nothing(None));
        assert!(script.left(now).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_with_a_time_happens_until_it_is_over_counted_from_its_first_use() {
        let seconds = Duration::from_secs;
        let start = Instant::now();
        let lasting = Step { lasts: Some(seconds(10)), ..step(StreamFault::Drop) };
        let script = Script::new(vec![lasting, step(StreamFault::Cut)]);
        let begun = start + seconds(60);
        for (at, turn) in [(60, 0), (65, 1), (69, 2)] {
            let next = script.on_stream(start + seconds(at), told(start));
            assert_eq!(next, Next::Do(Taken { fault: StreamFault::Drop, turn, is_lasting: true, edition: 0 }), "{at}");
        }
        assert_eq!(script.left(begun + seconds(9))[0].lasts, Some(seconds(1)));
        assert_eq!(script.left(begun + seconds(10)).len(), 1);
        assert_eq!(script.on_stream(begun + seconds(10), told(start)), done(StreamFault::Cut, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_waits_until_the_stream_was_well_for_long_enough() {
        let seconds = Duration::from_secs;
        let start = Instant::now();
        let script = Script::new(vec![Step { after: seconds(5), ..step(StreamFault::Drop) }]);
        assert_eq!(script.on_stream(start, told(start)), Next::Nothing(Some(start + seconds(5))));
        assert_eq!(script.on_stream(start + seconds(5), told(start)), done(StreamFault::Drop, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_waits_for_a_connect_and_sends_open_streams_there() {
        let now = Instant::now();
        let script = Script::new(vec![step(StreamFault::Answer(Answer::Html)), step(StreamFault::Drop)]);
        assert_eq!(script.on_stream(now, Moment { is_told: false, ..told(now) }), Next::Nothing(None));
        assert_eq!(script.on_stream(now, told(now)), Next::End);
        assert_eq!(script.left(now).len(), 2, "looking uses nothing");
        assert_eq!(script.at_connect(now), Some(Answer::Html));
        assert_eq!(script.at_connect(now), None, "a drop is no answer");
    }

    #[tokio::test(start_paused = true)]
    async fn what_needs_a_told_order_or_a_past_waits_for_it() {
        let now = Instant::now();
        let fresh = Moment { is_told: false, ..told(now) };
        let script = Script::new(vec![step(StreamFault::Silence(Duration::ZERO)), step(StreamFault::Stale)]);
        assert_eq!(script.on_stream(now, fresh), done(StreamFault::Silence(Duration::ZERO), 0));
        assert_eq!(script.on_stream(now, fresh), Next::Nothing(None));
        assert_eq!(script.on_stream(now, told(now)), Next::Nothing(None));
        assert_eq!(script.on_stream(now, Moment { has_past: true, ..told(now) }), done(StreamFault::Stale, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_script_has_an_end_and_reads_and_streams_do_not_wait_for_each_other() {
        let now = Instant::now();
        let read = Step { fault: Fault::Read(ReadFault::Answer(Answer::Html)), ..step(StreamFault::Drop) };
        let script = Script::new(vec![step(StreamFault::Drop), read.clone()]);
        assert_eq!(script.at_read(now), Some(ReadFault::Answer(Answer::Html)));
        assert_eq!(script.at_read(now), None);
        assert_eq!(script.append(vec![read.clone(); STEPS_MAX - 1]), Ok(()));
        assert_eq!(script.append(vec![read.clone()]), Err(TooMany));
        assert_eq!(script.replace(vec![read.clone(); STEPS_MAX + 1]), Err(TooMany));
        assert_eq!(script.left(now).len(), STEPS_MAX);
        assert_eq!(script.replace(Vec::new()), Ok(()));
        assert!(script.left(now).is_empty());
    }
}
