//! Buttons: one primary a screen, secondary beside it, quiet for the rest.

use leptos::{ev, prelude::*};

use super::{Glyph, Icon};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do on this screen.
    Primary,
    /// Another way on.
    #[default]
    Secondary,
    /// Present, not asking.
    Quiet,
}

impl Look {
    /// Classes and parts.
    pub(in crate::ui) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Primary => ("button button-primary", "button primary-button"),
            Self::Secondary => ("button button-secondary", "button secondary-button"),
            Self::Quiet => ("button button-quiet", "button quiet-button"),
        }
    }
}

/// A button. While busy or disabled it keeps its focus and its place, and does nothing.
#[component]
pub fn Button(
    /// What it does, a verb.
    #[prop(into)]
    label: Signal<String>,
    /// How loud it is.
    #[prop(optional)]
    look: Look,
    /// Whether what it does is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it can do nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// Submits the form it is in instead of calling back.
    #[prop(optional)]
    submit: bool,
    /// A more telling name for screen readers, beginning with the label's words.
    #[prop(optional, into)]
    full_name: Option<Signal<String>>,
    /// Called on click, Enter or Space.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let (class, part) = look.names();
    let inert = move || busy.get() || disabled.get();
    let press = move |event: ev::MouseEvent| {
        if busy.get_untracked() || disabled.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    // What a field says when it is left would move the button away between press and release, and there would be no click.
    let keep_focus = move |event: ev::MouseEvent| {
        if look == Look::Primary {
            event.prevent_default();
        }
    };
    view! {
        <button
            class=class
            part=part
            type=if submit { "submit" } else { "button" }
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || inert().then_some("true")
            aria-label=move || full_name.map(|name| name.get())
            on:mousedown=keep_focus
            on:click=press
        >
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span class="button-label">{move || label.get()}</span>
            <span class={"button-spinner"} aria-hidden={"true"}></span>
        </button>
    }
}
