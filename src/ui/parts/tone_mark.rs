//! The tone of what is told, as a mark beside the words.

use leptos::prelude::*;

use super::{Icon, Tone};

/// The tone of the news, as a mark beside the words that tell it.
pub(crate) fn tone_mark(tone: Tone) -> AnyView {
    let (name, glyph) = tone.names();
    view! {
        <span class="tone-mark" data-tone=name>
            <Icon glyph />
        </span>
    }
    .into_any()
}
