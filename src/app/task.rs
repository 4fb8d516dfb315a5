//! Work that runs in the background and stops when its guard is dropped.

use core::{cell::RefCell, future::poll_fn, mem, task::Poll};
use std::rc::Rc;

use super::ports::{Guard, Local};

/// A running future. Dropping the task drops the future, and with it whatever the future holds (a request is aborted).
pub(super) struct Task(Rc<RefCell<State>>);

enum State {
    Waiting(Local<()>),
    /// The work is being polled, and may itself be what drops the task.
    Running,
    Over,
}

impl Task {
    /// Starts `work` on this thread, after the code that is running now.
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
            // The borrow ends first, since what is dropped with the work may borrow the task's state.
            drop(state);
            drop(work);
            Poll::Ready(())
        }));
        Self(state)
    }
}

impl Guard for Task {}

impl Drop for Task {
    fn drop(&mut self) {
        let last = mem::replace(&mut *self.0.borrow_mut(), State::Over);
        drop(last);
    }
}
