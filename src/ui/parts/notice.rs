//! A few sentences that matter now: an icon, a heading, and what to do.

use leptos::prelude::*;

use super::{Glyph, Icon, Words};

/// The kind of news that a notice brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Information that is worth knowing.
    Info,
    /// A warning.
    Warn,
    /// A failure.
    Bad,
    /// A success.
    Good,
}

impl Tone {
    /// Returns its name and its icon.
    pub(in crate::ui) const fn names(self) -> (&'static str, Glyph) {
        match self {
            Self::Info => ("info", Glyph::Info),
            Self::Warn => ("warn", Glyph::Warn),
            Self::Bad => ("bad", Glyph::Bad),
            Self::Good => ("good", Glyph::Check),
        }
    }
}

/// A notice. Icon and heading show the tone, never colour alone.
#[component]
pub fn Notice(
    /// The kind of news.
    tone: Tone,
    /// What happened, in a few words.
    #[prop(into)]
    title: Words,
    /// Whether screen readers are interrupted: only for a notice that appears in answer to an action and needs one
    /// itself.
    #[prop(optional)]
    alert: bool,
    /// Explanation and ways on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (name, glyph) = tone.names();
    view! {
        <div class="notice" part="notice" data-tone=name role=move || alert.then(|| "alert".to_owned())>
            <Icon glyph />
            <div class="notice-text">
                <p class="notice-title">{move || title.get()}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
