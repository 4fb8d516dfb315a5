//! A few sentences that matter now: an icon, a word, and what to do.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// What kind of news it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// Take care.
    Warn,
    /// Something went wrong.
    Bad,
    /// Something went well.
    Good,
}

/// A notice. The tone is told by icon and heading, never by colour alone.
#[component]
pub fn Notice(
    /// What kind of news.
    tone: Tone,
    /// What happened, in a few words.
    #[prop(into)]
    title: Signal<String>,
    /// Whether screen readers are interrupted: only for what appears in answer to an action and needs one.
    #[prop(optional)]
    alert: bool,
    /// Explanation and ways on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (name, glyph) = match tone {
        Tone::Info => ("info", Glyph::Info),
        Tone::Warn => ("warn", Glyph::Warn),
        Tone::Bad => ("bad", Glyph::Bad),
        Tone::Good => ("good", Glyph::Check),
    };
    view! {
        <div class="notice" part="notice" data-tone=name role=alert.then_some("alert")>
            <Icon glyph />
            <div class="notice-text">
                <p class="notice-title">{move || title.get()}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
