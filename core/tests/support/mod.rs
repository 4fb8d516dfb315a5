//! Orders and requests that several test files build upon.
#![allow(dead_code, reason = "each test file uses a part of it")]

use core::time::Duration;

use cr_core::{
    catalog::{Contract, Network},
    checkout::Checkout,
    money::{CoinAmount, FaceValue},
    order::{
        Beneficiary, Chosen, Delivery, DeliveryStatus, Goods, Order, OrderId, OrderRequest, OrderState, PaymentState,
        Unread,
    },
    time::Timestamp,
    tracking::{Input, Output, Snapshot, Tracker},
};

pub(crate) mod payments;

pub(crate) const ID: &str = "7b0c0e6e-0000-4000-8000-0000000000f1";
pub(crate) const OTHER_ID: &str = "7b0c0e6e-0000-4000-8000-0000000000f2";
pub(crate) const CREATED_AT: i64 = 1_790_000_000;
/// A valid Solana address.
pub(crate) const ADDRESS: &str = "7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv";
pub(crate) const OTHER_ADDRESS: &str = "DYw8jCTfwHNRJhhmFcbXvVDTqWMEVFBX6ZKUmG5CNSKK";

/// The contract of USDC on Solana.
pub(crate) const USDC: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
/// How many schedules a law of orders is tried over: as many as `TRACKER_SCHEDULES` says, or `usual`.
pub(crate) fn schedules(usual: u32) -> proptest::test_runner::Config {
    let cases = std::env::var("TRACKER_SCHEDULES").ok().and_then(|number| number.parse().ok());
    proptest::test_runner::Config::with_cases(cases.unwrap_or(usual))
}

pub(crate) fn id(text: &str) -> OrderId {
    OrderId::new(text).expect("a test id")
}

pub(crate) fn coin(text: &str) -> CoinAmount {
    text.parse().expect("a test amount")
}

pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(CREATED_AT + secs)
}

/// The catalogue's entry for USDC on Solana.
pub(crate) fn solana() -> Network {
    Network {
        name: "Solana".into(),
        label: "Solana".into(),
        suspended: false,
        threshold: None,
        chain_id: None,
        base_token: Some("SOL".into()),
        engine: Some("SVM".into()),
        contract: Some(Contract { address: USDC.into(), decimals: 6 }),
        logo_url: None,
    }
}

/// The order of a 100 USD card for 101.55 USDC on Solana, as it is when nothing has happened.
pub(crate) fn order(state: &str) -> Order {
    Order {
        id: id(ID),
        state: OrderState::from_wire(state),
        payment_state: None,
        coin: Some("USDC".into()),
        network: Some("Solana".into()),
        due: Some(coin("101.55")),
        decimals: None,
        received: None,
        wallet_address: Some(ADDRESS.into()),
        qr_text: None,
        memo: None,
        memo_doubt: None,
        known_payee: None,
        created_at: Some(at(0)),
        updated_at: None,
        payment_requested_at: None,
        payment_method: None,
        deliveries: vec![line(DeliveryStatus::Pending, &[])],
        unread: Unread::NOTHING,
    }
}

pub(crate) fn line(status: DeliveryStatus, goods: &[Goods]) -> Delivery {
    Delivery {
        brand_name: "Stayhere".into(),
        denomination: Some("100 USD".into()),
        face: FaceValue::new("100", "USD".parse().expect("a currency")).ok(),
        country_code: Some("US".into()),
        wire_denomination: Some("range".into()),
        beneficiary_account: Some("shopper@example.com".into()),
        goods: goods.to_vec(),
        ..Delivery::bare(status)
    }
}

/// The same order with its code.
pub(crate) fn delivered() -> Order {
    Order {
        deliveries: vec![line(DeliveryStatus::Delivered, &[Goods::Code("ABCD-EFGH".into())])],
        payment_state: Some(PaymentState::PaymentCompleted),
        ..order("Done")
    }
}

/// What was asked for when [`order`] was made.
pub(crate) fn asked() -> OrderRequest {
    OrderRequest {
        brand_name: "Stayhere".into(),
        wire_kind: "giftcard".into(),
        country: "US".parse().expect("a country"),
        chosen: Chosen::Range(FaceValue::new("100", "USD".parse().expect("a currency")).expect("a face value")),
        beneficiary: Beneficiary::Email("shopper@example.com".parse().expect("an e-mail")),
        email: "shopper@example.com".parse().expect("an e-mail"),
        newsletter: false,
        coin: "USDC".into(),
        network: "Solana".into(),
        lang: "en".into(),
        utm_source: None,
        refund_wallet_address: None,
    }
}

/// A purchase whose order is followed: a tracker judges what is seen, and what it publishes reaches the purchase, as in the
/// widget.
pub(crate) struct Followed {
    pub(crate) checkout: Checkout,
    tracker: Tracker,
    now: Duration,
}

impl Followed {
    /// Follows the order that the purchase has.
    pub(crate) fn new(checkout: Checkout) -> Self {
        let order = checkout.order().expect("an order").clone();
        let money_seen = matches!(checkout, Checkout::Following { .. });
        let tracker = Tracker::new(order.id.clone(), Some(order), money_seen);
        let mut followed = Self { checkout, tracker, now: Duration::ZERO };
        followed.handle(Input::Start);
        followed
    }

    /// Somebody comes back to the page, and a read brings this, unless the tracker has no question any more.
    pub(crate) fn see(&mut self, seen: Order) {
        self.see_after(61, seen);
    }

    /// Does what [`Followed::see`] does, this many seconds after what happened last.
    pub(crate) fn see_after(&mut self, secs: u64, seen: Order) {
        self.now += Duration::from_secs(secs);
        if let Some(generation) = self.handle(Input::Woke) {
            self.handle(Input::PollAnswered(generation, Box::new(seen), None));
        }
    }

    /// Another page has stored that it saw a sign of money.
    pub(crate) fn hear_of_money(&mut self) {
        self.handle(Input::MoneySeen);
    }

    /// Returns whether there was ever a sign of money, as the tracker has it.
    pub(crate) fn money_seen(&self) -> bool {
        self.tracker.money_seen()
    }

    /// Returns the read that the tracker asks for, if it does.
    fn handle(&mut self, input: Input) -> Option<u32> {
        let mut read = None;
        let before = self.tracker.snapshot().clone();
        for output in self.tracker.handle(input, self.now, &mut || 7) {
            match output {
                Output::Publish(Snapshot { order: Some(order), money, .. })
                    if before.order.as_ref() != Some(&order) || before.money != money =>
                {
                    self.checkout = self.checkout.clone().observe(Order::clone(&order), money);
                }
                Output::Dispute(order) => self.checkout = self.checkout.clone().dispute(*order),
                Output::Poll(generation) => read = Some(generation),
                Output::Publish(_)
                | Output::OpenStream(_)
                | Output::CloseStream
                | Output::SetTimer(..)
                | Output::ClearTimer(_)
                | Output::Nudge => {}
            }
        }
        read
    }
}

/// Every state word of docs/supplier-api.md §6.1, and one that we do not know.
pub(crate) const STATES: [&str; 14] = [
    "Created",
    "WaitingForPayment",
    "PaymentStarted",
    "PartialPaymentStarted",
    "PaymentReceived",
    "WaitingForDelivery",
    "WaitingForManualAction",
    "Done",
    "Expired",
    "PaymentFailed",
    "PaymentSetupFailed",
    "Refunded",
    "Canceled",
    "OnHold",
];

/// Every payment state of §6.2, and one that we do not know.
pub(crate) const PAYMENT_STATES: [&str; 10] = [
    "WalletCreated",
    "PaymentRequested",
    "PaymentReceived",
    "PaymentCompleted",
    "PaymentQuarantined",
    "Expired",
    "ExpiredAfterPaymentDetection",
    "PaymentFailed",
    "Refunded",
    "Pondering",
];
