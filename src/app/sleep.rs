//! Waiting as a future, by the clock of the ports.

use core::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::{Poll, Waker},
    time::Duration,
};
use std::rc::Rc;

use super::ports::{Clock, Local};

/// Returns a future that is ready after `wait`. The timer is stopped when the future is dropped.
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
