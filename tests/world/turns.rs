//! An executor of one thread that runs only when a test calls it, so that the test sees every turn of the event loop.

use core::{
    cell::RefCell,
    pin::Pin,
    task::{Context, Waker},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Wake,
};

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};

/// Sets the executor up for this thread: each test has a thread of its own, and so an executor of its own.
pub(crate) fn take_turns() {
    let _ = Executor::init_local_custom_executor(Turns);
}

/// Runs every future until all of them wait.
pub(crate) fn turn() {
    Executor::poll_local();
}

/// Runs the futures of this thread, when a test calls it.
struct Turns;

type Running = (Arc<Flag>, Pin<Box<dyn Future<Output = ()>>>);

thread_local! {
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl CustomExecutor for Turns {
    fn spawn(&self, work: PinnedFuture<()>) {
        self.spawn_local(work);
    }
    fn spawn_local(&self, work: PinnedLocalFuture<()>) {
        RUNNING.with_borrow_mut(|running| running.push((Arc::new(Flag(AtomicBool::new(true))), work)));
    }
    fn poll_local(&self) {
        loop {
            // A future may spawn others, so the one that runs is taken out of the list.
            let ready = RUNNING.with_borrow_mut(|running| {
                let index = running.iter().position(|(flag, _)| flag.0.swap(false, Ordering::Relaxed))?;
                Some(running.remove(index))
            });
            let Some((flag, mut work)) = ready else { return };
            let waker = Waker::from(Arc::clone(&flag));
            if work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                RUNNING.with_borrow_mut(|running| running.push((flag, work)));
            }
        }
    }
}
