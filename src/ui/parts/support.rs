//! How to get help with an order: its reference, its id to copy, and where to write.

use leptos::prelude::*;

use super::{
    CopyButton, Glyph, Icon,
    message::{line, say},
};
use crate::ui::{expect_i18n, expect_store};

/// The address at which the supplier's support receives mail (docs/supplier-api.md §9.22).
const SUPPORT_MAIL: &str = "mailto:support@cryptorefills.com";

/// A link that opens beside the page, and does not tell its target where the shopper comes from.
pub(crate) fn outside_link(href: String, label: &'static str) -> AnyView {
    view! {
        <a class="outside-link" href=href target="_blank" rel="noopener noreferrer">
            <span>{say(label)}</span>
            <Icon glyph=Glyph::Outside />
        </a>
    }
    .into_any()
}

/// A link to the partner's help page, or to the supplier's mailbox with the reference as subject.
pub(crate) fn support_link(reference: Option<&str>) -> AnyView {
    outside_link(support_href(reference), "track.support")
}

fn support_href(reference: Option<&str>) -> String {
    let own = expect_store().config.with(|config| config.links.support.clone());
    own.unwrap_or_else(|| match reference {
        Some(reference) => [SUPPORT_MAIL, "?subject=", reference].concat(),
        None => SUPPORT_MAIL.to_owned(),
    })
}

/// The link of [`support_link`] as the screen's primary action.
pub(crate) fn support_button() -> AnyView {
    let store = expect_store();
    let reference = store.checkout.with(|checkout| checkout.order().map(|order| order.id.reference()));
    view! {
        <a class="button button-primary" href=support_href(reference.as_deref()) target="_blank" rel="noopener noreferrer">
            <span class="button-label">{say("track.support")}</span>
        </a>
    }
    .into_any()
}

/// The reference of the current order, its id for support, and where to write. Draws nothing without an order.
#[component]
pub fn SupportLine(
    /// Whether the screen's primary action already leads to support; then the link is not repeated here.
    #[prop(optional)]
    is_action: Option<Memo<bool>>,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let id =
        Memo::new(move |_| store.checkout.with(|checkout| checkout.order().map(|order| order.id.expose().to_owned())));
    move || {
        let id = id.get()?;
        let reference = cr_core::order::reference(&id);
        let link = (!is_action.is_some_and(|is_action| is_action.get())).then(|| support_link(Some(&reference)));
        Some(view! {
            <div class="support-line">
                <p class="support-reference">
                    <span>{say("track.reference")}</span>
                    <bdi class="reference" dir="ltr" data-testid="reference">
                        {reference}
                    </bdi>
                </p>
                <div class="support-actions">
                    <CopyButton value=id label=move || i18n.t("track.copy_id") /> {link}
                </div>
                {line("hint", "track.copy_id_hint")}
            </div>
        })
    }
}
