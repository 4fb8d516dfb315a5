//! Values that a component is given and that may change, as one type for each kind of value: so a component is compiled
//! once, whatever its values are made of.

use std::sync::Arc;

use leptos::prelude::*;

/// Words that may change, with the language or otherwise.
#[derive(Clone)]
pub struct Words(Arc<dyn Fn() -> String + Send + Sync>);

impl Words {
    /// Returns the words as they are now, and tracks the signals they are made of.
    #[must_use]
    pub fn get(&self) -> String {
        (self.0)()
    }
}

impl<F: Fn() -> String + Send + Sync + 'static> From<F> for Words {
    fn from(words: F) -> Self {
        Self(Arc::new(words))
    }
}

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self(Arc::new(move || words.clone()))
    }
}

impl From<Signal<String>> for Words {
    fn from(words: Signal<String>) -> Self {
        Self(Arc::new(move || words.get()))
    }
}

/// Whether something holds; by default it does not.
#[derive(Clone, Default)]
pub struct Flag(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Flag {
    /// Returns whether it holds now, and tracks the signals it is made of.
    #[must_use]
    pub fn get(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| flag())
    }
}

impl<F: Fn() -> bool + Send + Sync + 'static> From<F> for Flag {
    fn from(flag: F) -> Self {
        Self(Some(Arc::new(flag)))
    }
}

impl From<Signal<bool>> for Flag {
    fn from(flag: Signal<bool>) -> Self {
        Self(Some(Arc::new(move || flag.get())))
    }
}

impl From<RwSignal<bool>> for Flag {
    fn from(flag: RwSignal<bool>) -> Self {
        Self(Some(Arc::new(move || flag.get())))
    }
}

impl From<Memo<bool>> for Flag {
    fn from(flag: Memo<bool>) -> Self {
        Self(Some(Arc::new(move || flag.get())))
    }
}
