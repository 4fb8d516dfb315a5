//! Runs two futures at once: to wait for both, or for one with a time limit.

use core::{future::poll_fn, pin::Pin, task::Poll};

use super::ports::Local;

/// Returns the value of `work`, or `None` if `deadline` is over first.
pub(super) async fn before<A>(mut work: Local<A>, mut deadline: Local<()>) -> Option<A> {
    poll_fn(|context| {
        if let Poll::Ready(value) = work.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        deadline.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Runs both futures at once, and returns both values.
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

/// Runs both futures at once. Once `main` has finished, `extra` may still finish within `grace`; else it is given up.
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
