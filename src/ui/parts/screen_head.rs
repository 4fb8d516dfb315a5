//! The head of a screen: the way back, where we are, and what stands at the far end.

use leptos::{html, prelude::*};

use super::{Glyph, Icon, expect_announcer};
use crate::{
    dom::focus,
    ui::{expect_i18n, expect_shop},
};

/// Whether the shopper has moved between screens yet; in context, `Copy`. The first screen must not take the focus: the
/// page around us had it.
#[derive(Clone, Copy)]
pub struct Steps {
    moved: StoredValue<bool>,
}

impl Steps {
    /// Nothing shown yet.
    #[must_use]
    pub fn new() -> Self {
        Self { moved: StoredValue::new(false) }
    }

    /// Whether a screen was shown before this one.
    #[must_use]
    pub fn has_moved(self) -> bool {
        self.moved.get_value()
    }

    /// A screen was replaced by another.
    pub fn set_moved(self) {
        self.moved.set_value(true);
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self::new()
    }
}

/// The head of a screen. Its heading takes the focus when the screen replaces another.
#[component]
pub fn ScreenHead(
    /// Where we are.
    #[prop(into)]
    title: Signal<String>,
    /// Whether there is a way back, by [`crate::app::Shop::back`].
    #[prop(optional)]
    back: bool,
    /// How far we are, 1 to 6, drawn as a thin line; nothing when left out.
    #[prop(optional, into)]
    step: Option<u8>,
    /// Whether the title tells how the order stands: then it is spoken too when the heading could not take the focus, and
    /// whenever it changes.
    #[prop(optional)]
    is_news: bool,
    /// What stands at the far end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let steps: Option<Steps> = use_context();
    let announcer = expect_announcer();
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |was_shown: Option<bool>| {
        let Some(heading) = heading.get() else { return false };
        let is_new = was_shown != Some(true);
        let is_read = is_new && steps.is_some_and(Steps::has_moved) && focus::to_heading(&heading);
        if is_news {
            let title = title.get();
            // Once: what has the focus is read anyway.
            if !is_read {
                announcer.say(title);
            }
        }
        true
    });
    view! {
        <div class="screen-head" part="header">
            {back
                .then(|| {
                    view! {
                        <button
                            class="icon-button"
                            part="back-button"
                            type="button"
                            aria-label=move || i18n.t("frame.back")
                            on:click=move |_| shop.back()
                        >
                            <Icon glyph=Glyph::Back />
                        </button>
                    }
                })}
            <h2 class="screen-title" part="title" tabindex="-1" node_ref=heading>
                {move || title.get()}
            </h2>
            {children.map(|children| view! { <div class="screen-head-end">{children()}</div> })}
            {step
                .map(|step| {
                    view! {
                        <progress class="screen-progress" max=6 value=step aria-label=move || i18n.t("frame.progress")></progress>
                    }
                })}
        </div>
    }
}
