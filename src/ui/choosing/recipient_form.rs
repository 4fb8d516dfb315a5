//! The recipient: an e-mail address, or a phone number and an e-mail address. It is kept in this element and nowhere
//! else.

use core::str::FromStr;

use cr_core::{
    catalog::{DeliveryType, Denomination},
    checkout::{Checkout, Choice},
    contact::{E164, Email, EmailError, PhoneError},
    order::{Beneficiary, Chosen},
};
use leptos::{ev, html, prelude::*};

use super::{
    denomination_picker::words_of,
    price_lead::PriceLead,
    recipient_fields::{EmailField, PhoneField, email_words, phone_words},
};
use crate::{
    app::store::Recipient,
    dom::focus,
    ui::{
        expect_announcer, expect_i18n, expect_store,
        parts::{ActionBar, Button, Glyph, Icon, Look, ScreenHead, TextField, message::say, progress},
    },
};

/// Longest refund address that is taken; the longest ones in use today have about 110 characters.
const LONGEST_ADDRESS: u16 = 128;

/// The third screen: who receives the goods.
#[component]
pub fn RecipientForm() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let by_phone = store.checkout.with_untracked(is_by_phone);
    let before = store.recipient.get_untracked();
    let config = store.config.get_untracked();

    let email = NodeRef::<html::Input>::new();
    let email_error = RwSignal::new(None::<EmailError>);
    let email_before =
        before.as_ref().map(|before| before.email.as_str().to_owned()).or(config.email).unwrap_or_default();

    let gift_before = before.as_ref().and_then(|before| match &before.beneficiary {
        Beneficiary::Email(to) if *to != before.email => Some(to.as_str().to_owned()),
        Beneficiary::Email(_) | Beneficiary::Phone(_) => None,
    });
    let is_gift = RwSignal::new(gift_before.is_some());
    let gift = NodeRef::<html::Input>::new();
    let gift_error = RwSignal::new(None::<EmailError>);

    let phone_before = before.as_ref().and_then(|before| match &before.beneficiary {
        Beneficiary::Phone(number) => Some(number.as_str().to_owned()),
        Beneficiary::Email(_) => None,
    });
    let phone_before = phone_before.or(config.phone).unwrap_or_default();
    let phone = NodeRef::<html::Input>::new();
    let phone_error = RwSignal::new(None::<PhoneError>);
    let calling = RwSignal::new(country_of(&phone_before).unwrap_or_else(|| store.country.get_untracked()));

    let newsletter = NodeRef::<html::Input>::new();
    let newsletter_before = before.as_ref().is_some_and(|before| before.newsletter);
    let refund = NodeRef::<html::Input>::new();
    let refund_error = RwSignal::new(false);
    let refund_before = before.and_then(|before| before.refund_wallet_address).unwrap_or_default();
    let is_refund_open = !refund_before.is_empty();

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // The values are read from the fields themselves, since autofill may fill in a field without an event.
        let own = read_email(email, email_error);
        let beneficiary = if by_phone {
            let entry = value_of(phone);
            match E164::parse(&entry, calling.get_untracked().calling_code()) {
                Ok(number) => {
                    phone_error.set(None);
                    Some(Beneficiary::Phone(number))
                }
                Err(wrong) => {
                    phone_error.set(Some(wrong));
                    None
                }
            }
        } else if is_gift.get_untracked() {
            read_email(gift, gift_error).map(Beneficiary::Email)
        } else {
            own.clone().map(Beneficiary::Email)
        };
        let address = value_of(refund).trim().to_owned();
        let is_address = address.is_empty() || looks_like_address(&address);
        refund_error.set(!is_address);
        if let (Some(own), Some(beneficiary), true) = (own, beneficiary, is_address) {
            store.set_recipient(Recipient {
                email: own,
                beneficiary,
                newsletter: newsletter.get_untracked().is_some_and(|input| input.checked()),
                refund_wallet_address: (!address.is_empty()).then_some(address),
            });
            return;
        }
        // The first field with an error, in the order in which they stand.
        let bad = [
            (phone_error.get_untracked().filter(|_| by_phone).map(phone_words), phone),
            (email_error.get_untracked().map(email_words), email),
            (gift_error.get_untracked().filter(|_| is_gift.get_untracked()).map(email_words), gift),
            (refund_error.get_untracked().then_some("recipient.error.refund"), refund),
        ];
        if let Some((key, input)) = bad.into_iter().find_map(|(key, input)| Some((key?, input.get_untracked()?))) {
            announcer.point_at(&input, || i18n.t(key));
        }
    };
    let keep_composing = move |event: ev::KeyboardEvent| {
        if focus::is_composing(&event) && event.key() == "Enter" {
            event.prevent_default();
        }
    };
    let gift_view = move || {
        let value = gift_before.clone().unwrap_or_default();
        is_gift.get().then(|| {
            view! {
                <EmailField
                    id="gift-email"
                    label=say("recipient.gift_email")
                    hint=say("recipient.gift_hint")
                    autocomplete="off"
                    value
                    node_ref=gift
                    error=gift_error
                />
            }
        })
    };
    let price = move || Some((store.current_price()?.as_str().to_owned(), store.coin.get()?));
    let what = move || {
        store.checkout.with(|checkout| match checkout.choice() {
            Some(Choice { chosen: Chosen::Range(face), .. }) => i18n.money(face),
            Some(Choice { denomination, .. }) => words_of(i18n, denomination),
            None => String::new(),
        })
    };
    let hint = move || {
        i18n.t(match (by_phone, is_gift.get()) {
            (true, _) => "recipient.email_hint_phone",
            (false, true) => "recipient.email_hint_gift",
            (false, false) => "recipient.email_hint",
        })
    };
    view! {
        <ScreenHead title=move || i18n.t(if by_phone { "recipient.title_phone" } else { "recipient.title" }) back=true below=progress(2) />
        <form class="recipient-form panes" part="recipient-form" novalidate on:submit=submit on:keydown=keep_composing>
            <div class="pane-main recipient-fields">
                {by_phone.then(|| view! { <PhoneField node_ref=phone country=calling value=phone_before error=phone_error /> })}
                <EmailField id="email" label=say("recipient.email") hint autocomplete="email" value=email_before node_ref=email error=email_error />
                <div class="checks">
                    {(!by_phone)
                        .then(|| {
                            view! {
                                <label class="check">
                                    <input
                                        type="checkbox"
                                        id="gift"
                                        prop:checked=move || is_gift.get()
                                        on:change=move |event| is_gift.set(event_target_checked(&event))
                                    />
                                    <span>{say("recipient.gift")}</span>
                                </label>
                                {gift_view}
                            }
                        })}
                    <label class="check">
                        <input type="checkbox" id="newsletter" prop:checked=newsletter_before node_ref=newsletter />
                        <span>{say("recipient.newsletter")}</span>
                    </label>
                </div>
                <details class="fold" open=is_refund_open>
                    <summary>
                        <span>{say("recipient.refund")}</span>
                        <Icon glyph=Glyph::Down />
                    </summary>
                    <div class="fold-content">
                        <TextField
                            id="refund"
                            label=say("recipient.refund_address")
                            hint=say("recipient.refund_hint")
                            node_ref=refund
                            maxlength=LONGEST_ADDRESS
                            value=refund_before
                            error=move || refund_error.get().then(|| i18n.t("recipient.error.refund"))
                        />
                    </div>
                </details>
                <p class="recipient-privacy">
                    <Icon glyph=Glyph::Shield />
                    <span>{say("recipient.privacy")}</span>
                </p>
            </div>
            <div class="pane-side">
                <ActionBar lead=move || view! { <PriceLead what price /> }>
                    <Button look=Look::Primary submit=true label=say("recipient.next") />
                </ActionBar>
            </div>
        </form>
    }
}

fn is_by_phone(checkout: &Checkout) -> bool {
    checkout.choice().is_some_and(|choice| match &choice.denomination {
        Denomination::Fixed { delivery, .. } | Denomination::Range { delivery, .. } => {
            *delivery == DeliveryType::ByPhone
        }
    })
}

/// Returns the first country whose calling code an international number begins with; `None` for a national number.
fn country_of(number: &str) -> Option<cr_core::country::Country> {
    let digits = number.trim().strip_prefix('+')?;
    let code = cr_core::country::calling_code_of(digits)?;
    cr_core::country::Country::all().find(|country| country.calling_code() == Some(code))
}

fn value_of(input: NodeRef<html::Input>) -> String {
    input.get_untracked().map(|input| input.value()).unwrap_or_default()
}

fn read_email(input: NodeRef<html::Input>, error: RwSignal<Option<EmailError>>) -> Option<Email> {
    match Email::from_str(&value_of(input)) {
        Ok(email) => {
            error.set(None);
            Some(email)
        }
        Err(wrong) => {
            error.set(Some(wrong));
            None
        }
    }
}

/// Whether a text could be a wallet address at all: letters and digits with the few marks that addresses have. The
/// network that it is for is not known yet, and the supplier decides.
fn looks_like_address(text: &str) -> bool {
    (14..=usize::from(LONGEST_ADDRESS)).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refund_addresses_are_ascii_without_spaces() {
        for (text, good) in [
            ("0x52908400098527886E0F7030069857D2E4169EE7", true),
            ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", true),
            ("EQAbcdefghijklmnopqrstuvwxyz-_0123456789ABCDEFGH", true),
            ("short", false),
            ("two addresses 0x52908400098527886E0F7030069857D2E4169EE7", false),
            ("bс1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", false),
        ] {
            assert_eq!(looks_like_address(text), good, "{text}");
        }
    }
}
