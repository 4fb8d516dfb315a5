//! The head of a screen: the way back, the title, and what stands at the far end.

use leptos::prelude::*;

use super::{Glyph, Icon, Words};
use crate::{
    dom::focus,
    ui::{
        context::CheckoutContext,
        expect_checkout, expect_i18n,
        held::{Held, hold},
        live::{live, soon},
    },
};

/// The head of a screen. Its heading takes the focus when the screen replaces another.
#[component]
pub fn ScreenHead(
    /// The title of the screen.
    #[prop(into)]
    title: Words,
    /// Whether there is a way back, by [`crate::app::Shop::back`].
    #[prop(optional)]
    back: bool,
    /// What stands below the title: [`progress`].
    #[prop(optional, into)]
    below: Option<AnyView>,
    /// Whether the title shows how the order stands. Such a title is announced when it changes, and also at first if
    /// the heading could not take the focus.
    #[prop(optional)]
    is_news: bool,
    /// What stands at the far end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let CheckoutContext { shop, i18n, announcer, steps, .. } = expect_checkout();
    let heading = Held::new();
    let is_read = StoredValue::new(false);
    soon(move || {
        if let Some(heading) = heading.get()
            && steps.has_moved()
        {
            is_read.try_set_value(focus::to_heading(&heading));
        }
    });
    if is_news {
        let title = title.clone();
        let mut is_first = true;
        live(move || {
            let title = title.get();
            let was_first = core::mem::take(&mut is_first);
            soon(move || {
                // At first it is announced only if the heading did not get the focus, since screen readers read what
                // has the focus anyway. A head that is gone announces nothing.
                if is_read.try_get_value().is_some_and(|is_read| !(was_first && is_read)) {
                    announcer.say(title);
                }
            });
        });
    }
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
                    .into_any()
                })}
            <h2 class="screen-title" part="title" tabindex="-1" use:hold=heading>
                {move || title.get()}
            </h2>
            {children.map(|children| view! { <div class="screen-head-end">{children()}</div> }.into_any())}
            {below}
        </div>
    }
}

/// How far the purchase has come, 1 to 6, drawn as a thin line below the head of a screen.
#[must_use]
pub fn progress(step: u8) -> AnyView {
    let i18n = expect_i18n();
    view! {
        <progress class="screen-progress" max=6 value=step aria-label=move || i18n.t("frame.progress")></progress>
    }
    .into_any()
}
