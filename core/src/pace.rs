//! Long work that yields to the event loop: it has points at which it may pause, and the caller decides at each whether
//! it does.
//!
//! A directory of 10,500 brands takes a phone longer to read than a shopper who touches the screen should wait. Such
//! work is an `async` function here that passes a [`Pace`] point every few hundred microseconds.

use core::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

/// A pause: the work goes on when this future is ready.
pub type Rest = Pin<Box<dyn Future<Output = ()>>>;

/// The caller's answer to the question, at every point where work may pause, whether it should.
#[derive(Clone, Copy)]
pub struct Pace<'a>(&'a dyn Fn() -> Option<Rest>);

impl<'a> Pace<'a> {
    /// Makes a pace that asks `rest` at every point and waits for the pause that it returns, if it returns one.
    ///
    /// ```
    /// use core::cell::Cell;
    /// use cr_core::{json::elements, pace::{Pace, at_once}};
    ///
    /// let points = Cell::new(0);
    /// let count = || {
    ///     points.set(points.get() + 1);
    ///     None
    /// };
    /// let long = format!("[{}0]", "1,".repeat(100_000));
    /// let read = at_once(|_| elements(&long, Pace::new(&count)));
    /// assert_eq!(read.map(|elements| elements.len()), Ok(100_001));
    /// assert!(points.get() > 10);
    /// ```
    pub fn new(rest: &'a dyn Fn() -> Option<Rest>) -> Self {
        Self(rest)
    }

    /// A point at which the work may pause.
    pub async fn point(self) {
        if let Some(rest) = (self.0)() {
            rest.await;
        }
    }
}

/// Runs work to its end without a pause.
///
/// ```
/// use cr_core::{json::elements, pace::at_once};
///
/// assert_eq!(at_once(|pace| elements("[1, 2]", pace)), Ok(vec!["1", "2"]));
/// ```
pub fn at_once<W: Future>(work: impl FnOnce(Pace<'static>) -> W) -> W::Output {
    let mut work = pin!(work(Pace(&|| None)));
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}
