//! The supplier of the schedules: one order that moves as docs/supplier-api.md §6.4 says, and what is sent of it.

pub(super) const AMOUNT: &str = "51.20";
pub(super) const ADDRESS: &str = "AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS";
const OTHER_ADDRESS: &str = "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF";
const MEMO: &str = "7";
/// The amount that a partial payment brings.
const PART: &str = "20";
const REST: &str = "31.2";

/// What is wrong with the data that is sent of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Junk {
    /// This field has this value, which cannot be read.
    Unread(&'static str, &'static str),
    /// The memo that belongs to the payment is left out.
    NoMemo,
    /// Two memos that differ are sent under two names.
    TwoMemos,
    OtherMemo,
    OtherAddress,
    /// The amount is so much higher that the shopper has to agree to it.
    Dearer,
    Cheaper,
    /// The amount is half of the price.
    Half,
}

impl Junk {
    pub(super) const ALL: [Self; 26] = [
        Self::Unread("order_id", "7"),
        Self::Unread("order_id", "{\"id\": \"o-1\"}"),
        Self::Unread("order_id", "NaN"),
        Self::Unread("order_id", "\"\""),
        Self::Unread("coin_amount", "\"abc\""),
        Self::Unread("coin_amount", "-3"),
        Self::Unread("coin_amount", "1e400"),
        Self::Unread("sent_coin_amount", "\"abc\""),
        Self::Unread("sent_coin_amount", "-3"),
        Self::Unread("sent_coin_amount", "{}"),
        Self::Unread("sent_coin_amount", ".5"),
        Self::Unread("wallet_address", "7"),
        Self::Unread("wallet_address", "[]"),
        Self::Unread("payment_state", "7"),
        Self::Unread("deliveries", "7"),
        Self::Unread("network", "{}"),
        Self::Unread("memo", "{}"),
        Self::Unread("memo", "[\"7\"]"),
        Self::NoMemo,
        Self::TwoMemos,
        Self::OtherMemo,
        Self::OtherAddress,
        Self::Dearer,
        Self::Cheaper,
        Self::Half,
        Self::Unread("qr_text", "7"),
    ];
}

/// One moment of the order.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) state: &'static str,
    pub(super) codes: Vec<String>,
    is_part: bool,
    has_memo: bool,
    junk: Option<Junk>,
}

impl Step {
    /// Whether the data of this step allows a payment, as far as the order may be paid.
    pub(super) fn is_clean(&self) -> bool {
        match self.junk {
            // A page that has received the memo goes on asking for it; any other page must not ask for anything.
            None | Some(Junk::NoMemo) => true,
            Some(
                Junk::Unread(..)
                | Junk::TwoMemos
                | Junk::OtherMemo
                | Junk::OtherAddress
                | Junk::Dearer
                | Junk::Cheaper
                | Junk::Half,
            ) => false,
        }
    }

    /// Whether money would go to another payee.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.junk == Some(Junk::OtherAddress) || self.junk == Some(Junk::OtherMemo) && self.has_memo
    }

    pub(super) fn is_half(&self) -> bool {
        self.junk == Some(Junk::Half) && self.state == "WaitingForPayment"
    }

    pub(super) fn shows_money(&self) -> bool {
        !["Created", "WaitingForPayment", "Expired", "PaymentFailed", "Canceled"].contains(&self.state)
    }

    /// Returns the amount that may be asked for.
    pub(super) fn asks(&self) -> String {
        if self.is_part { REST } else { AMOUNT }.to_owned()
    }
}

pub(super) struct Supplier {
    steps: Vec<Step>,
    has_memo: bool,
    replaced: u32,
}

impl Supplier {
    pub(super) fn new(has_memo: bool) -> Self {
        let first = Step { state: "WaitingForPayment", codes: Vec::new(), is_part: false, has_memo, junk: None };
        Self { steps: vec![first], has_memo, replaced: 0 }
    }

    pub(super) fn memo(&self) -> Option<&'static str> {
        self.has_memo.then_some(MEMO)
    }

    pub(super) fn last(&self) -> usize {
        self.steps.len() - 1
    }

    pub(super) fn step(&self, step: usize) -> &Step {
        &self.steps[step]
    }

    pub(super) fn latest(&self) -> &Step {
        &self.steps[self.last()]
    }

    pub(super) fn was_always_clean(&self) -> bool {
        self.steps.iter().all(|step| step.junk.is_none())
    }

    pub(super) fn has_told(&self, code: &str) -> bool {
        self.steps.iter().any(|step| step.codes.iter().any(|told| told == code))
    }

    /// Makes one of the order's possible moves; a spoiled one may also leave the order where it is.
    pub(super) fn step_on(&mut self, choice: u8, junk: Option<Junk>) {
        let last = self.latest().clone();
        let moves = next_states(last.state);
        let state = if junk.is_some() && choice.is_multiple_of(3) || moves.is_empty() {
            last.state
        } else {
            moves[usize::from(choice) % moves.len()]
        };
        let codes = match (state, last.state) {
            ("Done", "Done") => {
                self.replaced += 1;
                vec![format!("CODE-0000-{:04}", self.replaced)]
            }
            ("Done", _) => vec!["CODE-0000-0000".to_owned()],
            ("Refunded", _) => last.codes,
            _ => Vec::new(),
        };
        // An end whose goods are sent in a form that cannot be read would contain no goods.
        let junk = junk.filter(|junk| state != "Done" || *junk != Junk::Unread("deliveries", "7"));
        self.steps.push(Step {
            state,
            codes,
            is_part: state == "PartialPaymentStarted",
            has_memo: self.has_memo,
            junk,
        });
    }

    /// Returns the body that is sent of a step.
    pub(super) fn body(&self, at: usize) -> String {
        let step = self.step(at);
        let payment = match step.state {
            "WaitingForPayment" => "\"WalletCreated\"",
            "Expired" => "\"Expired\"",
            _ => "null",
        };
        let amount = match step.junk {
            Some(Junk::Dearer) => "60",
            Some(Junk::Cheaper) => "45",
            Some(Junk::Half) => "25.60",
            _ => AMOUNT,
        };
        let address = if step.junk == Some(Junk::OtherAddress) { OTHER_ADDRESS } else { ADDRESS };
        let memo = match (step.junk, self.has_memo) {
            (Some(Junk::TwoMemos), _) => "\"memo\": \"7\", \"destination_tag\": \"8\",",
            (Some(Junk::OtherMemo), true) => "\"memo\": \"8\",",
            (Some(Junk::OtherMemo), false) => "\"memo\": {},",
            (Some(Junk::NoMemo), _) | (_, false) => "",
            (_, true) => "\"memo\": \"7\",",
        };
        let received = if step.is_part { PART } else { "0" };
        let (delivery, pins) = match step.codes.is_empty() {
            true => ("WaitingForPayment", "null".to_owned()),
            false => ("Succeeded", format!("\"{}\"", step.codes.join("\",\""))),
        };
        let fields = [
            ("order_id", "\"o-1\"".to_owned()),
            ("payment_state", payment.to_owned()),
            ("coin", "\"USDC\"".to_owned()),
            ("network", "\"Solana\"".to_owned()),
            ("coin_amount", format!("\"{amount}\"")),
            ("sent_coin_amount", format!("\"{received}\"")),
            ("wallet_address", format!("\"{address}\"")),
            (
                "deliveries",
                format!(
                    r#"[{{ "delivery_state": "{delivery}", "deliverable": {{ "brand_name": "Arcadia", "denomination": "50 USD",
                    "product_value": "50", "currency_code": "USD", "country_code": "US", "delivery_type": "by_email",
                    "beneficiary_account": "shopper@example.com", "pin_code": {pins} }} }}]"#
                ),
            ),
        ];
        let mut body = format!(
            r#"{{ "order_state": "{}", "created_at": "1790000000", "payment_requested_at": "1790000000",
            "updated_at": "{}", {memo}"#,
            step.state,
            1_790_000_000 + at
        );
        let (name, junk) = match step.junk {
            Some(Junk::Unread(name, junk)) => (name, Some(junk)),
            _ => ("", None),
        };
        let is_known = fields.iter().any(|(known, _)| *known == name);
        for (known, value) in fields {
            let value = if known == name { junk.unwrap_or_default().to_owned() } else { value };
            body.push_str(&format!("\"{known}\": {value},"));
        }
        if let Some(junk) = junk.filter(|_| !is_known) {
            body = body.replace("\"memo\": \"7\",", "");
            body.push_str(&format!("\"{name}\": {junk},"));
        }
        body.push_str("\"payment_id\": \"p-1\" }");
        body
    }
}

fn next_states(state: &str) -> &'static [&'static str] {
    match state {
        "WaitingForPayment" => &[
            "WaitingForPayment",
            "PaymentStarted",
            "PartialPaymentStarted",
            "PaymentReceived",
            "WaitingForDelivery",
            "Done",
            "Expired",
            "Canceled",
        ],
        "PaymentStarted" => &["PaymentReceived", "WaitingForDelivery", "Done", "WaitingForPayment", "Expired"],
        "PartialPaymentStarted" => {
            &["PartialPaymentStarted", "PaymentStarted", "PaymentReceived", "Expired", "Refunded"]
        }
        "PaymentReceived" => &["WaitingForDelivery", "Done", "WaitingForManualAction"],
        "WaitingForDelivery" => &["Done", "WaitingForManualAction"],
        "WaitingForManualAction" => &["WaitingForDelivery", "Done", "Refunded", "WaitingForPayment"],
        "Expired" => &["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done", "Refunded"],
        // The supplier replaces the code.
        "Done" => &["Done", "Done", "Refunded"],
        _ => &[],
    }
}
