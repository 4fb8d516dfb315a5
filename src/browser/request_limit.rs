//! At most two requests at once, so that the page around us keeps connections of its own (HTTP/1.1 allows six an origin).
//!
//! The gate is one for the page: one wasm instance serves all its elements.

use core::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::{Poll, Waker},
};
use std::{collections::VecDeque, rc::Rc};

/// Requests under way at once.
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

/// A place in the queue, and then the right to run. Dropping it gives either up.
pub(super) struct Permit(Rc<Place>);

/// Queues up; what is `urgent` (an order) goes before what is not (the catalogue).
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
    /// Resolves when it is our turn.
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

/// Lets in whoever may run now.
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
