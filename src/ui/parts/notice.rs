//! A few sentences that matter now: an icon, a word, and what to do.

use leptos::prelude::*;

use super::{Glyph, Icon, Words};

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

impl Tone {
    /// Its name and icon.
    pub(in crate::ui) const fn names(self) -> (&'static str, Glyph) {
        match self {
            Self::Info => ("info", Glyph::Info),
            Self::Warn => ("warn", Glyph::Warn),
            Self::Bad => ("bad", Glyph::Bad),
            Self::Good => ("good", Glyph::Check),
        }
    }
}

/// A notice. The tone is told by icon and heading, never by colour alone.
#[component]
pub fn Notice(
    /// What kind of news.
    tone: Tone,
    /// What happened, in a few words.
    #[prop(into)]
    title: Words,
    /// Whether screen readers are interrupted: only for what appears in answer to an action and needs one.
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
