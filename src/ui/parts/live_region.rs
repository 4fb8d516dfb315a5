//! The one polite status region: present and empty from the start, it speaks state changes and never a ticking countdown.

use leptos::prelude::*;

/// Speaks through the [`LiveRegion`] of this element; in context, `Copy`.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<(u32, String)>);

impl Announcer {
    /// An announcer that has said nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new((0, String::new())))
    }

    /// Has `text` read out when the screen reader is free. Repeating a text reads it again.
    pub fn say(self, text: String) {
        self.0.update(|(count, said)| {
            *count = count.wrapping_add(1);
            *said = text;
        });
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The announcer of this element.
///
/// # Panics
/// Outside [`crate::ui::CheckoutView`], which provides it.
#[must_use]
pub fn expect_announcer() -> Announcer {
    expect_context()
}

/// The region itself; [`crate::ui::CheckoutView`] holds the only one.
#[component]
pub fn LiveRegion() -> impl IntoView {
    let Announcer(said) = expect_announcer();
    // Odd and even messages are different elements: a fresh node is read even when the words are the same.
    let spoken = move |odd: u32| {
        said.with(|(count, text)| (count % 2 == odd && !text.is_empty()).then(|| text.clone()))
            .map(|text| view! { <p>{text}</p> })
    };
    view! {
        <div class="visually-hidden" role="status" aria-live="polite">
            {move || spoken(0)}
            {move || spoken(1)}
        </div>
    }
}
