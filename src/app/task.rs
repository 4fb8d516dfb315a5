//! Work that goes on in the background and stops when its guard is dropped.

use core::{
    cell::{Cell, RefCell},
    future::poll_fn,
    mem,
    pin::Pin,
    task::{Poll, Waker},
    time::Duration,
};
use std::rc::Rc;

use super::ports::{Clock, Guard, Local};

/// How long work may hold up the page: long enough for few turns, short enough to stay below the 50 ms that are felt
/// (W3C Long Tasks), on a slow phone too, where what stands between two questions takes longer.
const TURN: Duration = Duration::from_millis(16);

/// A running future. Dropping it drops the future, and with it whatever that holds (a request is aborted).
pub(super) struct Task(Rc<RefCell<State>>);

enum State {
    Waiting(Local<()>),
    /// Being polled right now, perhaps by the very code that drops the task.
    Running,
    Over,
}

impl Task {
    /// Starts `work` on this thread, after the current turn.
    pub(super) fn spawn(work: Local<()>) -> Self {
        let state = Rc::new(RefCell::new(State::Waiting(work)));
        let shared = Rc::clone(&state);
        leptos::task::spawn_local(poll_fn(move |context| {
            let turn = mem::replace(&mut *shared.borrow_mut(), State::Running);
            let State::Waiting(mut work) = turn else {
                *shared.borrow_mut() = State::Over;
                return Poll::Ready(());
            };
            let poll = work.as_mut().poll(context);
            let mut state = shared.borrow_mut();
            if poll.is_pending() && matches!(*state, State::Running) {
                *state = State::Waiting(work);
                return Poll::Pending;
            }
            *state = State::Over;
            // What is dropped with the work may reach for the task.
            drop(state);
            drop(work);
            Poll::Ready(())
        }));
        Self(state)
    }
}

impl Guard for Task {}

/// What goes on in the background, each at most once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Catalog,
    CatalogRetry,
    HeadStart,
    Purchase,
    Vias,
    ViasRetry,
    Offer,
    OfferRetry,
    Quote,
    Review,
    Look,
    Tick,
    Wallet,
    Making,
}

/// Work and timers under way, one a slot. A new one in a slot ends the one before, so only the latest question is answered.
#[derive(Default)]
pub(super) struct Slots(RefCell<Vec<(Slot, Box<dyn Guard>)>>);

impl Slots {
    /// Puts something in a slot; what was in it is ended.
    pub(super) fn put(&self, slot: Slot, guard: Box<dyn Guard>) {
        let last = self.take(slot);
        self.0.borrow_mut().push((slot, guard));
        drop(last);
    }

    /// Ends what is in a slot.
    pub(super) fn clear(&self, slot: Slot) {
        let last = self.take(slot);
        drop(last);
    }

    fn take(&self, slot: Slot) -> Option<(Slot, Box<dyn Guard>)> {
        let mut slots = self.0.borrow_mut();
        let index = slots.iter().position(|(taken, _)| *taken == slot)?;
        Some(slots.swap_remove(index))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let last = mem::replace(&mut *self.0.borrow_mut(), State::Over);
        drop(last);
    }
}

/// Waits.
pub(super) fn sleep(clock: &dyn Clock, wait: Duration) -> Local<()> {
    #[derive(Default)]
    struct Alarm {
        rung: Cell<bool>,
        waker: RefCell<Option<Waker>>,
    }
    let alarm = Rc::new(Alarm::default());
    let bell = Rc::clone(&alarm);
    let timer = clock.after(
        wait,
        Box::new(move || {
            bell.rung.set(true);
            if let Some(waker) = bell.waker.borrow_mut().take() {
                waker.wake();
            }
        }),
    );
    Box::pin(async move {
        poll_fn(|context| {
            if alarm.rung.get() {
                return Poll::Ready(());
            }
            *alarm.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
        drop(timer);
    })
}

/// Cuts long work into turns, so that the page can answer a finger between them.
pub(super) struct Turns<'a> {
    clock: &'a dyn Clock,
    began: Cell<Option<Duration>>,
}

impl<'a> Turns<'a> {
    /// Turns of work, the first of which begins at the first question.
    pub(super) fn new(clock: &'a dyn Clock) -> Self {
        Self { clock, began: Cell::new(None) }
    }

    /// A rest if the turn has been long enough.
    pub(super) fn rest(&self) -> Option<Local<()>> {
        let now = self.clock.monotonic();
        let began = self.began.get().unwrap_or(now);
        let is_over = now.saturating_sub(began) >= TURN;
        self.began.set((!is_over).then_some(began));
        is_over.then(|| sleep(self.clock, Duration::ZERO))
    }
}

/// What comes of `work`, if it comes before `deadline`.
pub(super) async fn before<A>(mut work: Local<A>, mut deadline: Local<()>) -> Option<A> {
    poll_fn(|context| {
        if let Poll::Ready(value) = work.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        deadline.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Runs both at once.
pub(crate) async fn both<A, B>(mut one: Local<A>, mut other: Local<B>) -> (A, B) {
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(value) = one.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = other.as_mut().poll(context)
        {
            second = Some(value);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}

/// Runs both at once. Once `main` is there, `extra` gets `grace` to finish, or is given up.
pub(super) async fn with_extra<A, B>(
    mut main: Local<A>,
    mut extra: Local<B>,
    grace: impl FnOnce() -> Local<()>,
) -> (A, Option<B>) {
    let mut early = None;
    let result = poll_fn(|context| {
        if early.is_none()
            && let Poll::Ready(value) = extra.as_mut().poll(context)
        {
            early = Some(value);
        }
        main.as_mut().poll(context)
    })
    .await;
    if early.is_some() {
        return (result, early);
    }
    let mut grace = grace();
    let late = poll_fn(|context| {
        if let Poll::Ready(value) = extra.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        Pin::as_mut(&mut grace).poll(context).map(|()| None)
    })
    .await;
    (result, late)
}
