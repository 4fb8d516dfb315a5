//! Limits requests to two at once, so that connections are left for the host page (browsers open six for each origin
//! with HTTP/1.1).
//!
//! There is one gate for the page, since one wasm instance serves all its elements.

use core::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::{Poll, Waker},
};
use std::{collections::VecDeque, rc::Rc};

/// The number of requests that may run at once.
const WIDTH: usize = 2;

thread_local! {
    static GATE: RefCell<Gate> = const { RefCell::new(Gate { running: 0, waiting: VecDeque::new() }) };
}

struct Gate {
    running: usize,
    waiting: VecDeque<Rc<Place>>,
}

#[derive(Default)]
struct Place {
    granted: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// A place in the queue, and later the permission to run. Dropping it gives up either.
pub(super) struct Permit(Rc<Place>);

/// Puts a request into the queue. An `urgent` one (of an order) goes before the others (of the catalogue).
pub(super) fn enter(urgent: bool) -> Permit {
    let place = Rc::new(Place::default());
    GATE.with_borrow_mut(|gate| {
        if urgent {
            gate.waiting.push_front(Rc::clone(&place));
        } else {
            gate.waiting.push_back(Rc::clone(&place));
        }
    });
    admit();
    Permit(place)
}

impl Permit {
    /// Waits until the request may run.
    pub(super) async fn granted(&self) {
        poll_fn(|context| {
            if self.0.granted.get() {
                return Poll::Ready(());
            }
            *self.0.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        GATE.with_borrow_mut(|gate| {
            if self.0.granted.get() {
                gate.running = gate.running.saturating_sub(1);
            } else {
                gate.waiting.retain(|place| !Rc::ptr_eq(place, &self.0));
            }
        });
        admit();
    }
}

/// Grants the permission to the requests that may run now.
fn admit() {
    loop {
        let next = GATE.with_borrow_mut(|gate| {
            if gate.running >= WIDTH {
                return None;
            }
            let next = gate.waiting.pop_front()?;
            gate.running += 1;
            Some(next)
        });
        let Some(place) = next else { return };
        place.granted.set(true);
        let waker = place.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
