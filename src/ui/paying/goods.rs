//! One line of a delivered order: its code, link, eSIM or top-up.

use cr_core::{
    contact::E164,
    order::{Delivery, DeliveryStatus, Goods},
};
use leptos::prelude::*;

use super::{esim::Esim, images::enlarged};
use crate::ui::{
    expect_i18n, expect_store,
    parts::{
        Button, CopyButton, FaceMoney, Glyph, Icon, Look, Notice, Skeleton, Tone,
        description_list::plain_extra,
        message::{isolate, line, say},
        outside_text::{outside_text, with_email},
        tone_mark::tone_mark,
        when_page_hides,
    },
};

/// Whether a line has something that is worth its value to whoever sees it.
pub(super) fn has_secret(line: &Delivery) -> bool {
    let [serial, security] = [&line.serial, &line.security_code].map(Option::is_some);
    let has_image = line.barcode_image_url.is_some() || line.qr_image_url.is_some();
    let in_goods = line.goods.iter().any(|goods| matches!(goods, Goods::Code(_) | Goods::Esim { .. }));
    in_goods || serial || security || has_image
}

/// A card for one line. Secrets are in the document only while they are shown.
#[component]
pub fn Line(
    /// The line. Whether its code is shown is kept when the line changes.
    line: Memo<Option<Delivery>>,
    /// The numbers of its codes.
    numbers: Memo<Numbers>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    when_page_hides(move || shown.set(false));
    move || line.get().map(|line| card(&line, numbers.get(), shown))
}

/// How a line is numbered among all that are shown of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// How many codes stand before those of the line.
    before: u64,
    /// How many codes there are.
    all: u64,
    /// The place of the line among those whose secrets are shown by a button with the same label, from one, and how many
    /// there are; `None` where its button is the only one.
    button: Option<(u64, u64)>,
}

impl Numbers {
    /// Counts the codes of the lines that are shown, for the line in this place.
    pub(super) fn of(lines: &[Delivery], is_shown: impl Fn(&Delivery) -> bool, place: usize) -> Self {
        let codes = |line: &&Delivery| line.goods.iter().filter(|goods| matches!(goods, Goods::Code(_))).count();
        let has_arrived = |line: &&Delivery| line.status == DeliveryStatus::Delivered && is_shown(line);
        let count = |lines: &[Delivery]| {
            lines.iter().filter(has_arrived).map(|line| codes(&line)).sum::<usize>().try_into().unwrap_or_default()
        };
        let earlier = lines.get(..place).unwrap_or(lines);
        let is_alike =
            |line: &&Delivery| has_secret(line) && lines.get(place).is_some_and(|ours| is_esim(ours) == is_esim(line));
        let buttons = |lines: &[Delivery]| {
            let alike = lines.iter().filter(|line| has_arrived(line) && is_alike(line));
            u64::try_from(alike.count()).unwrap_or_default()
        };
        let (number, count_of_buttons) = (buttons(earlier) + 1, buttons(lines));
        let button = (count_of_buttons > 1).then_some((number, count_of_buttons));
        Self { before: count(earlier), all: count(lines), button }
    }
}

fn is_esim(line: &Delivery) -> bool {
    line.goods.iter().any(|goods| matches!(goods, Goods::Esim { .. }))
}

fn card(line: &Delivery, numbers: Numbers, shown: RwSignal<bool>) -> AnyView {
    let body = match line.status {
        DeliveryStatus::Pending => view! {
            <Skeleton lines=2 />
            {self::line("hint", "receipt.pending_note")}
        }
        .into_any(),
        DeliveryStatus::Failed => view! {
            <Notice tone=Tone::Bad title=say("receipt.failed")>{self::line("notice-line", "receipt.failed_note")}</Notice>
        }
        .into_any(),
        DeliveryStatus::Delivered => arrived(line, numbers, shown),
    };
    view! {
        <article class="goods">
            <header class="goods-head">
                <bdi class="item-brand">{line.brand_name.clone()}</bdi>
                <span class="item-value">{value(line)}</span>
            </header>
            {body}
        </article>
    }
    .into_any()
}

fn value(line: &Delivery) -> AnyView {
    match (&line.denomination, &line.face) {
        (_, Some(face)) if line.denomination.is_none() => view! { <FaceMoney face=face.clone() /> }.into_any(),
        (Some(label), _) => outside_text(label.clone()),
        (None, _) => ().into_any(),
    }
}

fn arrived(line: &Delivery, numbers: Numbers, shown: RwSignal<bool>) -> AnyView {
    let (store, i18n) = (expect_store(), expect_i18n());
    let replaced = line.replaced.then(|| view! { <Notice tone=Tone::Warn title=say("receipt.replaced") alert=true /> });
    let is_esim = is_esim(line);
    let Numbers { before: mut number, all, button } = numbers;
    let goods: Vec<_> = line
        .goods
        .iter()
        .map(|goods| match goods {
            Goods::Code(code) => {
                number += 1;
                let place = (all > 1).then_some((number, all));
                view! { <Secret code=code.clone() place shown /> }.into_any()
            }
            Goods::Link(href) => link(href.clone()),
            Goods::Esim { lpa, valid } => view! { <Esim lpa=lpa.clone() valid=*valid shown /> }.into_any(),
            Goods::Credited => credited(line),
            Goods::SentByEmail => by_email(line),
        })
        .collect();
    let (show, hide) =
        if is_esim { ("receipt.esim_show", "receipt.esim_hide") } else { ("receipt.show", "receipt.hide") };
    let reveal = has_secret(line).then(|| {
        // The code of an order that was forgotten in another tab is not shown here, and the order is left.
        let press = move |_: ()| {
            if !store.heed_forgetting() {
                shown.update(|shown| *shown = !*shown);
            }
        };
        let control = move || {
            let (label, glyph, look) =
                if shown.get() { (hide, Glyph::EyeOff, Look::Secondary) } else { (show, Glyph::Eye, Look::Primary) };
            match button {
                Some((n, count)) => {
                    let full_name = move || {
                        let (label, n, count) = (i18n.t(label), i18n.number(n), i18n.number(count));
                        i18n.tf("parts.one_of_several", &[("label", &label), ("n", &n), ("count", &count)])
                    };
                    view! { <Button label=say(label) look icon=glyph full_name on_press=press /> }.into_any()
                }
                None => view! { <Button label=say(label) look icon=glyph on_press=press /> }.into_any(),
            }
        };
        view! {
            <div class="reveal">{control}</div>
            {self::line("hint", if is_esim { "receipt.esim_mask_note" } else { "receipt.mask_note" })}
        }
    });
    let extras = [
        ("receipt.serial", "receipt.copy_serial", line.serial.clone()),
        ("receipt.security", "receipt.copy_security", line.security_code.clone()),
    ];
    let extras: Vec<_> = extras
        .into_iter()
        .filter_map(|(label, copy, text)| Some(view! { <Extra label copy text=text? shown /> }.into_any()))
        .collect();
    let images = [
        ("receipt.barcode", line.barcode_image_url.clone()),
        // We draw the activation text ourselves; the supplier's picture is used when there is no text.
        ("receipt.qr_image", line.qr_image_url.clone().filter(|_| !is_esim)),
    ];
    let images = StoredValue::new(
        images.into_iter().filter_map(|(label, url)| Some((label, enlarged(&url?)))).collect::<Vec<_>>(),
    );
    let pictures = move || {
        shown.get().then(|| {
            let picture = |(label, url): &(&'static str, String)| {
                let (label, url) = (*label, url.clone());
                view! { <img class="goods-picture" src=url alt=move || i18n.t(label) referrerpolicy="no-referrer" /> }
            };
            images.with_value(|images| images.iter().map(picture).collect_view())
        })
    };
    let operator = line
        .operator_reference
        .clone()
        .map(|reference| plain_extra("receipt.operator", "receipt.copy_operator", reference));
    let also = also_sent(line);
    view! {
        {replaced}
        {goods}
        {reveal}
        {extras}
        {pictures}
        {operator}
        {also}
    }
    .into_any()
}

/// A code, drawn as dots until it is shown. It can be copied without being shown. `place` is its number and the count of
/// codes, where there are several.
#[component]
fn Secret(code: String, place: Option<(u64, u64)>, shown: RwSignal<bool>) -> impl IntoView {
    let i18n = expect_i18n();
    let code = StoredValue::new(code);
    let title = move || match place {
        Some((number, _)) => i18n.tf("receipt.code_n", &[("n", &i18n.number(number))]),
        None => i18n.t("receipt.code"),
    };
    let value = Signal::derive(move || code.get_value());
    view! {
        <div class="secret">
            <p class="fact-label">{title}</p>
            {move || secret_text(shown.get(), code)}
            {match place {
                Some(place) => view! { <CopyButton value label=say("receipt.copy") place shown_with=shown /> }.into_any(),
                None => view! { <CopyButton value label=say("receipt.copy") shown_with=shown /> }.into_any(),
            }}
        </div>
    }
}

fn secret_text(shown: bool, code: StoredValue<String>) -> AnyView {
    if shown {
        view! {
            <code class="secret-text" dir="ltr" data-testid="code">
                {code.get_value()}
            </code>
        }
        .into_any()
    } else {
        view! {
            <p class="secret-text secret-mask">
                <span aria-hidden="true">{"•••• •••• ••••"}</span>
                <span class="visually-hidden">{say("receipt.hidden")}</span>
            </p>
        }
        .into_any()
    }
}

/// A serial number or security code, which is shown with the code.
#[component]
fn Extra(label: &'static str, copy: &'static str, text: String, shown: RwSignal<bool>) -> impl IntoView {
    let text = StoredValue::new(text);
    move || shown.get().then(|| plain_extra(label, copy, text.get_value()))
}

/// A link that is the code. It opens on request only, beside this page, and does not tell its target where the shopper
/// comes from.
fn link(href: String) -> AnyView {
    let i18n = expect_i18n();
    let store = expect_store();
    let open = move |event: leptos::ev::MouseEvent| {
        if store.heed_forgetting() {
            event.prevent_default();
        }
    };
    let value = StoredValue::new(href.clone());
    let host = href.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let host = isolate(i18n, host);
    view! {
        <div class="secret">
            // The middle button opens the link too, without a `click` event.
            <a
                class="button button-primary"
                href=href
                target="_blank"
                rel="noopener noreferrer"
                on:click=open
                on:auxclick=open
            >
                <span class="button-label">{say("receipt.link")}</span>
                <Icon glyph=Glyph::Outside />
            </a>
            <p class="hint">{move || i18n.tf("receipt.link_note", &[("host", &host)])}</p>
            <CopyButton value=Signal::derive(move || value.get_value()) label=say("receipt.copy_link") />
        </div>
    }
    .into_any()
}

/// A top-up that needs nothing more from the shopper.
fn credited(line: &Delivery) -> AnyView {
    let account = line.beneficiary_account.clone().unwrap_or_default();
    let phone = E164::parse(&account, None).map_or(account, |phone| phone.grouped());
    view! {
        <div class="credited" data-testid="credited">
            {tone_mark(Tone::Good)}
            <p class="fact-label">{say("receipt.credited")}</p>
            <bdi class="phone-number" dir="ltr">
                {phone}
            </bdi>
            {self::line("hint", "receipt.credited_note")}
        </div>
    }
    .into_any()
}

fn by_email(line: &Delivery) -> AnyView {
    let email = line.beneficiary_account.as_deref().filter(|account| account.contains('@'));
    let text = match email {
        Some(email) => with_email("receipt.by_email_to", email),
        None => say("receipt.by_email").into_any(),
    };
    view! {
        <div class="credited" data-testid="sent-by-email">
            <span class="tone-mark" data-tone="good">
                <Icon glyph=Glyph::Mail />
            </span>
            <p class="credited-text">{text}</p>
            {self::line("hint", "receipt.by_email_note")}
        </div>
    }
    .into_any()
}

/// The line "Also sent to …", for goods that are here and were sent by mail too.
fn also_sent(line: &Delivery) -> Option<AnyView> {
    let is_here = line.goods.iter().any(|goods| *goods != Goods::SentByEmail);
    let email = line.beneficiary_account.as_deref().filter(|account| is_here && account.contains('@'))?;
    Some(
        view! {
            <p class="also-sent">
                <Icon glyph=Glyph::Mail />
                <span>{with_email("receipt.also", email)}</span>
            </p>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ui::paying::receipt_paper::is_kept;

    fn delivered(fields: &Value) -> Delivery {
        let mut deliverable = json!({
            "brand_name": "Arcadia", "denomination": "50 USD", "delivery_type": "by_email",
            "beneficiary_account": "shopper@example.com"
        });
        let fields = fields.as_object().expect("an object");
        deliverable.as_object_mut().expect("an object").extend(fields.clone());
        let body = json!({
            "order_id": "order-1", "order_state": "Done", "coin": "USDC", "network": "Solana", "coin_amount": "10.5",
            "deliveries": [{ "delivery_state": "Succeeded", "kind": "giftcard", "deliverable": deliverable }]
        });
        let order = cr_core::wire::order(200, &body.to_string()).expect("an order");
        order.deliveries.into_iter().next().expect("a line")
    }

    #[test]
    fn codes_are_numbered_over_all_lines_that_are_shown() {
        let line = |codes: &[&str]| Delivery {
            goods: codes.iter().map(|code| Goods::Code((*code).to_owned())).collect(),
            ..delivered(&json!({}))
        };
        let pending = Delivery { status: DeliveryStatus::Pending, ..line(&["P"]) };
        let lines = [line(&["A", "B"]), pending, line(&[]), line(&["C"])];
        let numbers = |place| {
            let Numbers { before, all, .. } = Numbers::of(&lines, |_| true, place);
            (before, all)
        };
        assert_eq!([0, 1, 2, 3].map(numbers), [(0, 3), (2, 3), (2, 3), (2, 3)]);
        let buttons = |place| Numbers::of(&lines, |_| true, place).button;
        assert_eq!([0, 3].map(buttons), [Some((1, 2)), Some((2, 2))], "a button for each line");
        let esim = delivered(&json!({ "pin_code": "LPA:1$smdp.example$TOKEN" }));
        let other = Numbers::of(&[line(&["A"]), esim], |_| true, 1);
        assert_eq!(other.button, None, "its label is another one");
        let hidden = Numbers::of(&lines, |line| line.goods.len() < 2, 3);
        assert_eq!((hidden.before, hidden.all), (0, 1));
    }

    #[test]
    fn whatever_is_worth_the_card_is_masked_and_can_be_kept() {
        for (fields, secret, kept) in [
            (json!({}), false, false),
            (json!({ "pin_code": "AAAA-BBBB" }), true, true),
            (json!({ "pin_code": "https://redeem.example/t" }), false, true),
            (json!({ "pin_code": "https://redeem.example/t", "security_code": "042" }), true, true),
            (json!({ "pin_code": "LPA:1$smdp.example$TOKEN" }), true, true),
            (json!({ "pin_serial": "00123" }), true, true),
            (json!({ "barcode_image_url": "/img/barcode", "pin_serial": "00123" }), true, true),
            (json!({ "barcode_image_url": "/img/barcode" }), true, true),
            (json!({ "qr_image_url": "https://img.example/qr" }), true, true),
            (json!({ "delivery_type": "by_phone", "beneficiary_account": "+15551234567" }), false, true),
        ] {
            let line = delivered(&fields);
            assert_eq!((has_secret(&line), is_kept(&line)), (secret, kept), "{fields}");
        }
    }
}
