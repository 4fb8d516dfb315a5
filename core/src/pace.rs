//! Long work that lets others have their turn: it is cut by itself, and who runs it says when to rest.
//!
//! A directory of 10,500 brands takes a phone longer to read than a finger that waits for an answer may feel. Work of that kind is an
//! `async` function here that passes a [`Pace`] every few hundred microseconds.

use core::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

/// A rest: over when the work may go on.
pub type Rest = Pin<Box<dyn Future<Output = ()>>>;

/// Says at every place where work may be cut whether to rest there.
#[derive(Clone, Copy)]
pub struct Pace<'a>(&'a dyn Fn() -> Option<Rest>);

impl<'a> Pace<'a> {
    /// Rests when `rest` gives one.
    pub fn new(rest: &'a dyn Fn() -> Option<Rest>) -> Self {
        Self(rest)
    }

    /// A place where the work may be cut.
    pub async fn point(self) {
        if let Some(rest) = (self.0)() {
            rest.await;
        }
    }
}

/// Does work without a rest.
pub fn at_once<W: Future>(work: impl FnOnce(Pace<'static>) -> W) -> W::Output {
    let mut work = pin!(work(Pace(&|| None)));
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}
