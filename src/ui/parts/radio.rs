//! Choices as native radio buttons: tiles in a grid, or rows in a list.

use leptos::prelude::*;

/// A choice drawn as a tile.
#[component]
pub fn RadioTile(
    /// Name of the group.
    name: &'static str,
    /// Whether it is the chosen one.
    #[prop(into)]
    checked: Signal<bool>,
    /// Whether it cannot be chosen; its text must say why.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Called when it becomes the chosen one.
    #[prop(into)]
    on_choose: Callback<()>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    radio("radio-tile", name, checked, disabled, on_choose, children().into_any())
}

/// A choice drawn as a row: marker, then its content across the width.
#[component]
pub fn RadioRow(
    /// Name of the group.
    name: &'static str,
    /// Whether it is the chosen one.
    #[prop(into)]
    checked: Signal<bool>,
    /// Whether it cannot be chosen; its text must say why.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Called when it becomes the chosen one.
    #[prop(into)]
    on_choose: Callback<()>,
    /// Its content.
    children: Children,
) -> impl IntoView {
    radio("radio-row", name, checked, disabled, on_choose, children().into_any())
}

fn radio(
    class: &'static str,
    name: &'static str,
    checked: Signal<bool>,
    disabled: Signal<bool>,
    on_choose: Callback<()>,
    content: AnyView,
) -> impl IntoView {
    view! {
        <label class=class part="choice">
            <input
                type="radio"
                name=name
                prop:checked=move || checked.get()
                disabled=move || disabled.get()
                on:change=move |_| on_choose.run(())
            />
            <span class="radio-body">{content}</span>
            <span class={"radio-mark"} aria-hidden={"true"}></span>
        </label>
    }
}
