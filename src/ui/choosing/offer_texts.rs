//! What the supplier says of a brand: description, how to redeem, terms. Each text is folded until the shopper opens
//! it.

use std::sync::Arc;

use cr_core::{catalog::Offer, text::Rich};
use leptos::prelude::*;

use crate::ui::parts::{Glyph, Icon, message::say, rich_text::RichText};

/// The folded texts of an offer. Draws nothing where the supplier sends none.
#[component]
pub fn OfferTexts(
    /// The offer whose texts are shown.
    offer: Arc<Offer>,
) -> impl IntoView {
    let fold = |key: &'static str, nodes: &[Rich]| {
        (!nodes.is_empty()).then(|| {
            view! {
                <details class="fold">
                    <summary>
                        <span>{say(key)}</span>
                        <Icon glyph=Glyph::Down />
                    </summary>
                    <div class="fold-content">
                        <RichText nodes=nodes.to_vec() />
                    </div>
                </details>
            }
        })
    };
    let folds = [
        fold("product.about", &offer.description),
        fold("product.redeem", &offer.how_to_redeem),
        fold("product.terms", &offer.terms),
    ];
    folds.iter().any(Option::is_some).then(|| view! { <div class="folds">{folds.into_iter().collect_view()}</div> })
}
