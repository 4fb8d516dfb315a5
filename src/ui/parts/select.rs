//! A native `<select>` under a face of our own: the face shows what matters, the native element brings keyboard control
//! and the lists of phones.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// One row of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The value that is passed on when the row is chosen.
    pub value: String,
    /// The text of the row in the list.
    pub text: String,
}

/// A list to choose from.
#[component]
pub fn Select(
    /// Id of the select, and its `name`.
    id: &'static str,
    /// The name of the select for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The text of the face.
    #[prop(into)]
    face: Signal<String>,
    /// An icon before the face.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// The rows that can be chosen.
    #[prop(into)]
    rows: Signal<Vec<Row>>,
    /// The chosen row's value.
    #[prop(into)]
    value: Signal<String>,
    /// The `autocomplete` of the select: what the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Called with the value of the row that is chosen.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    view! {
        <span class="select" part="select">
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span class="select-face" aria-hidden="true">
                {move || face.get()}
            </span>
            <Icon glyph=Glyph::Down />
            <select
                id=id
                name=id
                autocomplete=autocomplete
                aria-label=move || label.get()
                on:change=move |event| on_choose.run(event_target_value(&event))
            >
                {move || {
                    rows.get()
                        .into_iter()
                        .map(|row| {
                            let own = row.value.clone();
                            let chosen = move || value.with(|value| *value == own);
                            view! {
                                <option value=row.value prop:selected=chosen>
                                    {row.text}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </span>
    }
}
