//! Buttons: one primary button a screen, a secondary one beside it, quiet ones for the rest.

use leptos::{ev, prelude::*};

use super::{Flag, Glyph, Icon, Words};

/// How much attention a button attracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one action to take on this screen.
    Primary,
    /// Another way to go on.
    #[default]
    Secondary,
    /// Available, without attracting attention.
    Quiet,
}

impl Look {
    /// Returns the classes and the shadow parts of the button.
    pub(in crate::ui) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Primary => ("button button-primary", "button primary-button"),
            Self::Secondary => ("button button-secondary", "button secondary-button"),
            Self::Quiet => ("button button-quiet", "button quiet-button"),
        }
    }
}

/// A button. While it is busy or disabled it keeps its focus and its place, and does nothing.
#[component]
pub fn Button(
    /// The label: a verb that says what the button does.
    #[prop(into)]
    label: Words,
    /// How much attention it attracts.
    #[prop(optional)]
    look: Look,
    /// Whether its action is under way.
    #[prop(optional, into)]
    busy: Flag,
    /// Whether its action is not available now.
    #[prop(optional, into)]
    disabled: Flag,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// Whether it submits the form it is in instead of calling back.
    #[prop(optional)]
    submit: bool,
    /// A longer name for screen readers, which begins with the label's words.
    #[prop(optional, into)]
    full_name: Option<Words>,
    /// Called on click, Enter or Space.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let (class, part) = look.names();
    let is_inert = {
        let busy = busy.clone();
        move || busy.get() || disabled.get()
    };
    let press = {
        let is_inert = is_inert.clone();
        move |event: ev::MouseEvent| {
            if untrack(&is_inert) {
                event.prevent_default();
            } else if let Some(on_press) = on_press {
                on_press.run(());
            }
        }
    };
    // A message that a field shows when it loses the focus would move the button away between press and release, and
    // there would be no click.
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
            aria-busy=move || true_or_absent(busy.get())
            aria-disabled=move || true_or_absent(is_inert())
            aria-label=move || full_name.as_ref().map(Words::get)
            on:mousedown=keep_focus
            on:click=press
        >
            {icon.map(|glyph| view! { <Icon glyph /> }.into_any())}
            <span class="button-label">{move || label.get()}</span>
            <span class={"button-spinner"} aria-hidden={"true"}></span>
        </button>
    }
}

/// Returns the value of an attribute that is either present or absent, in the one type that all such attributes have.
fn true_or_absent(is_so: bool) -> Option<String> {
    is_so.then(|| "true".to_owned())
}
