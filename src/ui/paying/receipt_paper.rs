//! The receipt to keep: on paper, or as an image. It holds what is needed to use what was bought, and nothing else.

use std::rc::Rc;

use cr_core::{
    contact::E164,
    order::{Delivery, DeliveryStatus, Goods, Order},
    payment::qr,
};
use leptos::{html, prelude::*, task::spawn_local};

use super::{esim::activation, goods::has_secret, images::enlarged};
use crate::{
    dom::{
        print::{Piece, Printing},
        save_image::{Saved, save},
    },
    i18n::I18n,
    ui::{
        expect_announcer, expect_i18n, expect_store,
        parts::{
            Button, Look, Notice, Tone,
            message::{line, say},
        },
    },
};

/// The buttons "Print" and "Save as image", once there is something to keep.
#[component]
pub fn KeepReceipt() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let has_goods = Memo::new(move |_| {
        store.checkout.with(|checkout| checkout.order().is_some_and(|order| order.deliveries.iter().any(is_kept)))
    });
    let order = move || store.checkout.with_untracked(|checkout| checkout.order().cloned());
    let place = NodeRef::<html::Div>::new();
    let printing = StoredValue::new_local(None::<Printing>);
    let print = move |_: ()| {
        if store.heed_forgetting() {
            return;
        }
        let (Some(order), Some(place)) = (order(), place.get_untracked()) else { return };
        let done = Rc::new(move || {
            printing.try_set_value(None);
        });
        printing.set_value(None);
        printing.set_value(Printing::start(&place, order.id.reference(), pieces(i18n, &order), done));
    };
    let is_saving = RwSignal::new(false);
    let trouble = RwSignal::new(None::<&'static str>);
    let save = move |_: ()| {
        if store.heed_forgetting() {
            return;
        }
        let Some(order) = order() else { return };
        let (pieces, name) = (pieces(i18n, &order), [&order.id.reference(), ".png"].concat());
        is_saving.set(true);
        trouble.set(None);
        spawn_local(async move {
            let saved = save(pieces, &name).await;
            if is_saving.is_disposed() {
                return;
            }
            is_saving.set(false);
            trouble.set(match saved {
                Saved::Whole => None,
                Saved::WithoutPictures => Some("receipt.paper.left_out"),
                Saved::No => Some("receipt.paper.save_failed"),
            });
            if let Some(key) = trouble.get_untracked() {
                announcer.say(untrack(|| i18n.t(key)));
            }
        });
    };
    let buttons = move || {
        has_goods.get().then(|| {
            view! {
                <div class="keep-buttons">
                    <Button label=say("receipt.paper.print") look=Look::Secondary on_press=print />
                    <Button label=say("receipt.paper.save") look=Look::Secondary busy=is_saving on_press=save />
                </div>
                {line("hint", "receipt.paper.note")}
                {move || trouble.get().map(|key| view! { <Notice tone=Tone::Warn title=say(key) /> })}
            }
        })
    };
    view! {
        <div class="keep" node_ref=place>
            {buttons}
        </div>
    }
}

/// Whether a line has something to keep.
pub(super) fn is_kept(line: &Delivery) -> bool {
    let is_here = has_secret(line) || line.goods.iter().any(|goods| *goods != Goods::SentByEmail);
    line.status == DeliveryStatus::Delivered && is_here
}

/// Returns the parts of the document, with the codes as they were delivered.
fn pieces(i18n: I18n, order: &Order) -> Vec<Piece> {
    let t = |key: &str| untrack(|| i18n.t(key));
    let mut pieces = Vec::new();
    for line in order.deliveries.iter().filter(|line| is_kept(line)) {
        let value = line.denomination.clone().or_else(|| line.face.as_ref().map(|face| untrack(|| i18n.money(face))));
        let title = [Some(line.brand_name.clone()), value].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        pieces.push(Piece::Heading(title));
        let mut add = |label: &str, content: Vec<Piece>| {
            pieces.push(Piece::Label(t(label)));
            pieces.extend(content);
        };
        let mut is_esim = false;
        for goods in &line.goods {
            match goods {
                Goods::Code(code) => add("receipt.code", vec![Piece::Code(code.clone())]),
                Goods::Link(href) => add("receipt.link", vec![Piece::Code(href.clone())]),
                Goods::Esim { lpa, .. } => {
                    is_esim = true;
                    add("receipt.esim", qr::encode(lpa).map(Piece::Qr).into_iter().collect());
                    if let Some(activation) = activation(lpa) {
                        add("receipt.esim_server", vec![Piece::Code(activation.server.to_owned())]);
                        if !activation.code.is_empty() {
                            add("receipt.esim_code", vec![Piece::Code(activation.code.to_owned())]);
                        }
                    }
                    add("receipt.esim_all", vec![Piece::Code(lpa.clone())]);
                }
                Goods::Credited => {
                    let account = line.beneficiary_account.clone().unwrap_or_default();
                    let phone = E164::parse(&account, None).map_or(account, |phone| phone.grouped());
                    add("receipt.credited", vec![Piece::Text(phone)]);
                }
                Goods::SentByEmail => {}
            }
        }
        let extras = [
            ("receipt.serial", &line.serial),
            ("receipt.security", &line.security_code),
            ("receipt.operator", &line.operator_reference),
        ];
        for (label, text) in extras {
            if let Some(text) = text {
                add(label, vec![Piece::Code(text.clone())]);
            }
        }
        if let Some(url) = &line.barcode_image_url {
            add("receipt.barcode", vec![Piece::Picture(enlarged(url))]);
        }
        if let Some(url) = line.qr_image_url.as_ref().filter(|_| !is_esim) {
            add("receipt.qr_image", vec![Piece::Picture(enlarged(url))]);
        }
    }
    pieces.extend([Piece::Label(t("track.reference")), Piece::Text(order.id.reference())]);
    if let Some(at) = order.created_at {
        pieces.extend([Piece::Label(t("receipt.when")), Piece::Text(untrack(|| i18n.date_time(at)))]);
    }
    pieces
}
