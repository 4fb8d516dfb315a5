//! The tone of the news, as a mark beside its words.

use leptos::prelude::*;

use super::{Icon, Tone};

/// A mark that shows the tone of the news beside its words.
pub(crate) fn tone_mark(tone: Tone) -> AnyView {
    let (name, glyph) = tone.names();
    view! {
        <span class="tone-mark" data-tone=name>
            <Icon glyph />
        </span>
    }
    .into_any()
}
