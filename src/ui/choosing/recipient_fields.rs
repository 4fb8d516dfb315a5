//! The fields of the recipient form: an e-mail address with help against typing slips, and a phone number with its
//! calling code.

use core::str::FromStr;

use cr_core::{
    contact::{E164, Email, EmailError, PhoneError},
    country::Country,
};
use leptos::{html, prelude::*};

use crate::{
    dom::collate,
    ui::{
        expect_i18n, expect_store,
        parts::{Field, Glyph, Icon, Row, Select, TextField, described_by, message::say},
    },
};

/// Id of the phone field.
pub const PHONE_ID: &str = "phone";
/// Longest phone entry that is read: a number with all its separators.
const LONGEST_PHONE: u16 = 40;

/// An e-mail field. It asks about what looks mistyped; the shopper decides.
#[component]
pub fn EmailField(
    /// Id of the input.
    id: &'static str,
    /// The label, which says what to enter.
    #[prop(into)]
    label: Signal<String>,
    /// A short hint.
    #[prop(into)]
    hint: Signal<String>,
    /// The `autocomplete` of the input: what the browser may fill in.
    autocomplete: &'static str,
    /// The initial value of the input.
    value: String,
    /// The input.
    node_ref: NodeRef<html::Input>,
    /// What is wrong with the entry, if anything.
    error: RwSignal<Option<EmailError>>,
) -> impl IntoView {
    let i18n = expect_i18n();
    let suggestion = RwSignal::new(None::<Email>);
    let look = Callback::new(move |text: String| {
        let email = Email::from_str(&text);
        suggestion.set(email.as_ref().ok().and_then(Email::suggestion));
        match email {
            Ok(_) => error.set(None),
            // An empty field is reported only when the form is submitted.
            Err(EmailError::Empty) => {}
            Err(wrong) => error.set(Some(wrong)),
        }
    });
    let typing = Callback::new(move |text: String| {
        // While the shopper types, a complaint can go away but none can appear.
        if error.with_untracked(Option::is_some) && Email::from_str(&text).is_ok() {
            error.set(None);
        }
        suggestion.set(None);
    });
    let take = move |email: &Email| {
        if let Some(input) = node_ref.get_untracked() {
            input.set_value(email.as_str());
            crate::dom::focus::to_control(&input);
        }
        suggestion.set(None);
        error.set(None);
    };
    view! {
        <TextField
            id
            label
            hint
            node_ref
            kind="email"
            inputmode="email"
            autocomplete
            value
            error=move || error.get().map(|wrong| i18n.t(email_words(wrong)))
            on_text=typing
            on_leave=look
        />
        <div class="suggestion" role="status">
            {move || {
                suggestion
                    .get()
                    .map(|email| {
                        let words = i18n.tf("recipient.did_you_mean", &[("email", email.as_str())]);
                        view! {
                            <button class="suggestion-button" type="button" on:click=move |_| take(&email)>
                                {words}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// Returns the key of the message for what is wrong with an e-mail address.
pub(super) const fn email_words(wrong: EmailError) -> &'static str {
    match wrong {
        EmailError::Empty => "recipient.error.email_empty",
        EmailError::TooLong => "recipient.error.email_long",
        EmailError::NoAt => "recipient.error.email_no_at",
        EmailError::Several => "recipient.error.email_several",
        EmailError::BadLocal => "recipient.error.email_local",
        EmailError::BadDomain => "recipient.error.email_domain",
    }
}

/// Returns the key of the message for what is wrong with a phone number.
pub(super) const fn phone_words(wrong: PhoneError) -> &'static str {
    match wrong {
        PhoneError::Empty => "recipient.error.phone_empty",
        PhoneError::BadCharacter => "recipient.error.phone_character",
        PhoneError::TooShort => "recipient.error.phone_short",
        PhoneError::TooLong => "recipient.error.phone_long",
        PhoneError::NoCallingCode => "recipient.error.phone_code",
        PhoneError::OtherCountry => "recipient.error.phone_other",
    }
}

/// A phone field: the country whose calling code the number has, and the number as people there write it.
#[component]
pub fn PhoneField(
    /// The input.
    node_ref: NodeRef<html::Input>,
    /// The country whose calling code is meant.
    country: RwSignal<Country>,
    /// The initial value of the input.
    value: String,
    /// What is wrong with the entry, if anything.
    error: RwSignal<Option<PhoneError>>,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    // The number as it will be credited, shown while it is typed.
    let read = RwSignal::new(None::<E164>);
    let parse = move |text: &str| E164::parse(text, country.get_untracked().calling_code());
    let look = move |is_leaving: bool| {
        let Some(Some(input)) = node_ref.try_get_untracked() else { return };
        let text: String = input.value().chars().take(usize::from(LONGEST_PHONE)).collect();
        match parse(&text) {
            Ok(number) => {
                read.set(Some(number));
                error.set(None);
            }
            Err(wrong) => {
                read.set(None);
                if is_leaving && wrong != PhoneError::Empty {
                    error.set(Some(wrong));
                }
            }
        }
    };
    let rows = move || {
        let rows: Vec<(String, Country)> = Country::all()
            .filter(|country| country.calling_code().is_some())
            .map(|country| (i18n.country(country), country))
            .collect();
        collate::by_name(rows, &i18n.lang())
            .into_iter()
            .map(|(name, country)| Row {
                value: country.code().to_owned(),
                text: [name.as_str(), " +", country.calling_code().unwrap_or_default()].concat(),
            })
            .collect::<Vec<_>>()
    };
    let choose = move |code: String| {
        if let Ok(chosen) = Country::from_str(&code) {
            country.set(chosen);
            look(false);
        }
    };
    // The sign stays before the digits in a text from right to left.
    let face = move || ["\u{2066}+", country.get().calling_code().unwrap_or("…"), "\u{2069}"].concat();
    let is_foreign = move || country.get().calling_code() != store.country.get().calling_code();
    // The field may already hold what the page or an earlier visit to this screen filled in.
    Effect::new(move |_| {
        if node_ref.get().is_some() {
            look(false);
        }
    });
    view! {
        <Field
            id=PHONE_ID
            label=say("recipient.phone")
            hint=say("recipient.phone_hint")
            error=move || error.get().map(|wrong| i18n.t(phone_words(wrong)))
        >
            <div class="phone-row">
                <Select id="calling-code" label=say("recipient.calling_code") face rows value=move || country.get().code().to_owned() on_choose=choose />
                <input
                    class="input"
                    part="input"
                    id=PHONE_ID
                    name=PHONE_ID
                    type="tel"
                    inputmode="tel"
                    autocomplete="tel"
                    maxlength=LONGEST_PHONE
                    dir="ltr"
                    value=value
                    aria-describedby=described_by(PHONE_ID)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    node_ref=node_ref
                    on:input=move |_| look(false)
                    on:blur=move |_| look(true)
                />
            </div>
        </Field>
        <div class="read-back" role="status">
            {move || {
                read.get()
                    .map(|number| {
                        view! {
                            <p class="read-back-number">
                                <Icon glyph=Glyph::Check />
                                <span>{say("recipient.read_back")}</span>
                                <bdi class="amount" dir="ltr">{number.grouped()}</bdi>
                            </p>
                        }
                    })
            }}
            {move || {
                (is_foreign() && read.with(Option::is_some))
                    .then(|| {
                        let words = move || i18n.tf("recipient.foreign", &[("country", &i18n.country(store.country.get()))]);
                        view! {
                            <p class="read-back-foreign">
                                <Icon glyph=Glyph::Warn />
                                <span>{words}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
