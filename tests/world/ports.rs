//! What the widget needs of a browser, as a [`World`] provides it.

use core::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::Poll,
    time::Duration,
};
use std::rc::Rc;

use cr_core::time::Timestamp;
use cr_widget::app::{
    Shop, Store,
    ports::{
        Answer, Api, Clipboard, Clock, Elsewhere, Guard, Host, HostEvent, Lifecycle, Local, NoAnswer, Others,
        PageEvent, Random, Storage, StreamEvent, Streams, Wallet, WalletCall, WalletRefusal, Wallets,
    },
    shop::{CurrentOrder, Purchase, PurchaseView, Request},
};
use leptos::prelude::{AnyView, IntoAny as _, Owner};

use super::{Arrival, Asked, BEGINNING, Opened, Reply, WalletAsked, World};

struct AbortOnDrop(Rc<RefCell<Reply>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        let mut state = self.0.borrow_mut();
        if !matches!(*state, Reply::Taken) {
            *state = Reply::Aborted;
        }
    }
}

/// The purchase without its views.
struct Unseen(Store);

impl Purchase for Unseen {
    fn request(&self, request: Request) {
        self.0.request(request);
    }
    fn current_order(&self) -> CurrentOrder {
        self.0.current_order()
    }
    fn draw(&self, _: PurchaseView) -> AnyView {
        ().into_any()
    }
}

/// Builds the purchase of an element, without its views.
pub(super) fn build(shop: Shop, port: Rc<Port>) -> Option<(Store, Rc<dyn Purchase>)> {
    let store = Store::over(shop, port.clone(), port.clone())?;
    store.listen(port);
    Some((store, Rc::new(Unseen(store))))
}

/// Loads the purchase of one element, when the test says so.
pub(super) fn load(port: Rc<Port>, owner: Owner, shop: Shop) -> Local<Option<Rc<dyn Purchase>>> {
    let arrival = Rc::new(RefCell::new(Arrival::Awaited(None)));
    port.0.loads.borrow_mut().push(Rc::clone(&arrival));
    let ended = Rc::clone(&arrival);
    let end = OnDrop(move || *ended.borrow_mut() = Arrival::Over);
    Box::pin(async move {
        let is_there = poll_fn(|context| {
            let mut arrival = arrival.borrow_mut();
            if let Arrival::Given(is_there) = *arrival {
                return Poll::Ready(is_there);
            }
            *arrival = Arrival::Awaited(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
        drop(end);
        let (_, purchase) = owner.with(|| build(shop, port))?;
        is_there.then_some(purchase)
    })
}

/// The ports of one element in a world, and the element's number there.
#[derive(Clone)]
pub(super) struct Port(pub(super) Rc<World>, pub(super) usize);

struct OnDrop<F: FnMut()>(F);
impl<F: FnMut()> Guard for OnDrop<F> {}
impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Api for Port {
    fn get(&self, path: String) -> Local<Result<Answer, NoAnswer>> {
        self.ask(path, None, None)
    }
    fn post(&self, path: String, body: String, key: Option<String>) -> Local<Result<Answer, NoAnswer>> {
        self.ask(path, Some(body), key)
    }
}

impl Port {
    fn ask(&self, path: String, body: Option<String>, key: Option<String>) -> Local<Result<Answer, NoAnswer>> {
        let state = Rc::new(RefCell::new(Reply::Awaited(None)));
        self.0.asked.borrow_mut().push(Rc::new(Asked { by: self.1, path, body, key, state: Rc::clone(&state) }));
        let abort = AbortOnDrop(Rc::clone(&state));
        Box::pin(async move {
            let answer = poll_fn(|context| {
                let mut state = state.borrow_mut();
                match core::mem::replace(&mut *state, Reply::Taken) {
                    Reply::Given(answer) => Poll::Ready(answer),
                    _ => {
                        *state = Reply::Awaited(Some(context.waker().clone()));
                        Poll::Pending
                    }
                }
            })
            .await;
            drop(abort);
            answer
        })
    }
}

impl Streams for Port {
    fn open(&self, path: String, on_event: Rc<dyn Fn(StreamEvent)>) -> Box<dyn Guard> {
        let is_open = Rc::new(Cell::new(true));
        self.0.streams.borrow_mut().push(Opened { by: self.1, path, on_event, is_open: Rc::clone(&is_open) });
        Box::new(OnDrop(move || is_open.set(false)))
    }
}

impl Clock for Port {
    fn wall(&self) -> Timestamp {
        BEGINNING.plus(self.0.now.get() + self.0.ahead.get())
    }
    fn monotonic(&self) -> Duration {
        self.0.now.set(self.0.now.get() + self.0.slowness.get());
        self.0.now.get()
    }
    fn after(&self, wait: Duration, then: Box<dyn FnOnce()>) -> Box<dyn Guard> {
        let key = (self.0.now.get() + wait, self.0.next());
        self.0.timers.borrow_mut().insert(key, then);
        let world = Rc::clone(&self.0);
        Box::new(OnDrop(move || {
            let timer = world.timers.borrow_mut().remove(&key);
            drop(timer);
        }))
    }
}

impl Lifecycle for Port {
    fn watch(&self, on_event: Rc<dyn Fn(PageEvent)>) -> Box<dyn Guard> {
        let id = self.0.next();
        self.0.watchers.borrow_mut().push((id, on_event));
        let world = Rc::clone(&self.0);
        Box::new(OnDrop(move || world.watchers.borrow_mut().retain(|(watcher, _)| *watcher != id)))
    }
    fn is_visible(&self) -> bool {
        !self.0.is_hidden.get()
    }
    fn is_online(&self) -> bool {
        !self.0.is_offline.get()
    }
    fn nudge(&self) {
        self.0.nudges.set(self.0.nudges.get() + 1);
    }
    fn tell_forgotten(&self, until: Timestamp) {
        self.nudge();
        Others::tell(self, &Elsewhere::ForgotAll(until));
    }
}

impl Port {
    fn number(&self) -> usize {
        core::ptr::from_ref(self).addr()
    }
}

impl Others for Port {
    fn watch(&self, on_word: Rc<dyn Fn(Elsewhere)>) -> Box<dyn Guard> {
        let id = self.0.next();
        self.0.listening.borrow_mut().push((self.number(), id, on_word));
        let world = Rc::clone(&self.0);
        Box::new(OnDrop(move || world.listening.borrow_mut().retain(|(_, listener, _)| *listener != id)))
    }
    fn tell(&self, word: &Elsewhere) {
        let (world, port, word) = (Rc::clone(&self.0), self.number(), word.clone());
        // A message arrives in a task of its own.
        leptos::task::spawn_local(async move { world.tell_all_but(port, &word) });
    }
    fn can_read(&self, _: &str) -> bool {
        !self.0.is_storage_broken.get()
    }
}

impl Storage for Port {
    fn get(&self, key: &str) -> Option<String> {
        if self.0.is_storage_broken.get() {
            return None;
        }
        let own = self.0.own.borrow().get(&(self.number(), key.to_owned())).cloned();
        own.or_else(|| self.0.stored.borrow().get(key).cloned())
    }
    fn set(&self, key: &str, value: &str) {
        if self.0.is_storage_refused.get() {
            self.0.own.borrow_mut().insert((self.number(), key.to_owned()), value.to_owned());
            return;
        }
        self.0.stored.borrow_mut().insert(key.to_owned(), value.to_owned());
    }
    fn remove(&self, key: &str) {
        self.0.own.borrow_mut().remove(&(self.number(), key.to_owned()));
        self.0.stored.borrow_mut().remove(key);
    }
}

impl Clipboard for Port {
    fn copy(&self, text: String) -> Local<bool> {
        if self.0.is_clipboard_refused.get() {
            return Box::pin(async { false });
        }
        self.0.copied.borrow_mut().push(text);
        Box::pin(async { true })
    }
}

impl Wallets for Port {
    fn discover(&self, on_change: Rc<dyn Fn(Vec<Wallet>)>) -> Box<dyn Guard> {
        self.0.on_wallets.replace(Some(on_change));
        let world = Rc::clone(&self.0);
        Box::new(OnDrop(move || {
            world.on_wallets.take();
        }))
    }
    fn ask(&self, id: &str, call: WalletCall) -> Local<Result<String, WalletRefusal>> {
        assert_eq!(id, "wallet-1");
        let asked = Rc::new(WalletAsked {
            call,
            answer: RefCell::new(None),
            waker: RefCell::new(None),
            is_over: Cell::new(false),
        });
        self.0.wallet_calls.borrow_mut().push(Rc::clone(&asked));
        let over = Rc::clone(&asked);
        let over = OnDrop(move || over.is_over.set(true));
        Box::pin(async move {
            let answer = poll_fn(|context| {
                *asked.waker.borrow_mut() = Some(context.waker().clone());
                asked.answer.borrow_mut().take().map_or(Poll::Pending, Poll::Ready)
            })
            .await;
            drop(over);
            answer
        })
    }
}

impl Random for Port {
    fn next_u32(&self) -> u32 {
        // The values are spread well enough for jitter, and the same in every run.
        u32::try_from(self.0.next().wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF).unwrap_or_default()
    }
    fn key(&self) -> String {
        format!("key-{}", self.0.next())
    }
}

impl Host for Port {
    fn emit(&self, event: HostEvent) {
        self.0.events.borrow_mut().push(event);
    }
}
