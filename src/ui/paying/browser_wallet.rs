//! Paying with a wallet of the browser. This way stands beside address and code and is never needed; it is shown only
//! where a wallet is present and the whole transaction is known.

use leptos::{ev, prelude::*};

use crate::{
    app::{
        ports::Wallet,
        store::{WalletFailure, WalletPayment, WalletStep},
    },
    dom::image,
    ui::{
        expect_announcer, expect_i18n, expect_store,
        parts::{
            Button, CopyButton, Glyph, Icon, Look, Notice, Tone,
            message::{isolate, line, say},
        },
    },
};

/// The wallets that are present, each a button; or what became of the payment.
#[component]
pub fn BrowserWallet(
    /// The order's network, as it is shown.
    network: String,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let network = StoredValue::new(isolate(i18n, &network));
    let is_possible = Memo::new(move |_| store.wallet_transfer().is_some());
    let payment = Memo::new(move |_| store.wallet_payment());
    let must_decline = must_decline();
    // Once a wallet was asked, this is no way beside others any more.
    let is_asked = Memo::new(move |_| {
        payment.with(|payment| {
            matches!(
                payment,
                Some(
                    WalletPayment::Doing(WalletStep::Approve)
                        | WalletPayment::Failed(WalletFailure::Unclear | WalletFailure::AskedElsewhere)
                )
            )
        })
    });
    let looking = StoredValue::new_local(None);
    Effect::new(move || looking.set_value(is_possible.get().then(|| store.discover_wallets()).flatten()));
    let words = move |key: &'static str| network.with_value(|network| i18n.tf(key, &[("network", network)]));
    let step_words = move |step: WalletStep| {
        if step == WalletStep::Approve && must_decline.get() { i18n.t(DECLINE) } else { words(step_key(step)) }
    };
    Effect::new(move || {
        match payment.get() {
            Some(WalletPayment::Doing(step)) => announcer.say(step_words(step)),
            Some(WalletPayment::Failed(failure)) => announcer.say(words(failure_key(failure))),
            Some(WalletPayment::Sent { .. }) => announcer.say(i18n.t("pay.wallet.sent")),
            None => {}
        };
    });
    let wallets = move || {
        let press = |wallet: Wallet| view! { <WalletButton wallet /> };
        let buttons = store.wallets.get().into_iter().map(press).collect_view();
        is_possible.get().then(|| {
            view! {
                <div class="browser-wallet-list">{buttons}</div>
                {line("hint", "pay.wallet.hint")}
            }
        })
    };
    let body = move || match payment.get() {
        Some(WalletPayment::Doing(WalletStep::Approve)) if must_decline.get() => {
            view! { <Notice tone=Tone::Warn title=say(DECLINE) /> }.into_any()
        }
        Some(WalletPayment::Doing(step)) => {
            let stop = (step != WalletStep::Approve).then(|| {
                let give_up = move |_: ()| store.give_up_wallet();
                view! { <Button label=say("pay.wallet.stop") look=Look::Quiet on_press=give_up /> }
            });
            view! {
                <Notice tone=Tone::Info title=move || words(step_key(step)) />
                {stop}
            }
            .into_any()
        }
        Some(WalletPayment::Failed(WalletFailure::Unclear)) => unclear(&UNCLEAR),
        Some(WalletPayment::Failed(WalletFailure::AskedElsewhere)) => unclear(&ASKED_ELSEWHERE),
        Some(WalletPayment::Failed(failure)) => view! {
            <Notice tone=Tone::Warn title=move || words(failure_key(failure)) />
            {wallets}
        }
        .into_any(),
        // What was sent before has arrived, or this component would not be shown.
        Some(WalletPayment::Sent { .. }) | None => wallets.into_any(),
    };
    move || {
        let has_any = is_possible.get() && !store.wallets.with(Vec::is_empty);
        let is_under_way =
            payment.with(|payment| matches!(payment, Some(WalletPayment::Doing(_) | WalletPayment::Failed(_))));
        (has_any || is_under_way).then(|| {
            view! {
                <section class="browser-wallet" data-testid="browser-wallet">
                    {move || (!is_asked.get()).then(|| view! { <h3 class="browser-wallet-title">{say("pay.wallet.title")}</h3> })}
                    {body}
                </section>
            }
        })
    }
}

/// The button of one wallet.
#[component]
fn WalletButton(wallet: Wallet) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let Wallet { id, name, icon } = wallet;
    let name = isolate(i18n, &name);
    let picture = match icon {
        Some(icon) => {
            let failed = |event: ev::ErrorEvent| image::on_error(&event);
            view! { <img class="browser-wallet-icon" src=icon alt="" width="24" height="24" on:error=failed /> }
                .into_any()
        }
        None => view! { <Icon glyph=Glyph::Wallet /> }.into_any(),
    };
    view! {
        <button
            class="button button-secondary"
            part="button secondary-button"
            type="button"
            on:click=move |_| store.pay_by_wallet(id.clone())
        >
            {picture}
            <span class="button-label">{move || i18n.tf("pay.wallet.pay", &[("wallet", &name)])}</span>
        </button>
    }
}

/// What there is to say of a wallet of the browser where nothing is to be paid, or no longer: that its question is
/// still open, that it may have sent, or what it has sent. Draws nothing where no wallet was asked.
#[component]
pub fn WalletNews() -> impl IntoView {
    let store = expect_store();
    let must_decline = must_decline();
    // Once a payment was seen, the order itself shows what became of it.
    let words = Memo::new(move |_| match store.wallet_payment() {
        _ if store.money_seen.get() => None,
        Some(WalletPayment::Failed(WalletFailure::Unclear)) => Some(&UNCLEAR),
        Some(WalletPayment::Failed(WalletFailure::AskedElsewhere)) => Some(&ASKED_ELSEWHERE),
        Some(WalletPayment::Doing(_) | WalletPayment::Failed(_) | WalletPayment::Sent { .. }) | None => None,
    });
    view! {
        {move || must_decline.get().then(|| view! { <Notice tone=Tone::Warn title=say(DECLINE) alert=true /> })}
        {move || words.get().map(unclear)}
        <SentByWallet />
    }
}

/// The transactions that wallets of the browser have sent for the current order. Draws nothing without one.
#[component]
pub fn SentByWallet() -> impl IntoView {
    let store = expect_store();
    let hashes = Memo::new(move |_| store.wallet_hashes());
    let sent = |hash: String| {
        let value = StoredValue::new(hash.clone());
        view! {
            <div class="sent-by-wallet">
                <p class="fact-label">{say("pay.wallet.hash")}</p>
                <code class="mono" dir="ltr" data-testid="transaction-hash">
                    {hash}
                </code>
                <CopyButton value=Signal::derive(move || value.get_value()) label=say("pay.wallet.copy_hash") />
            </div>
        }
    };
    move || hashes.get().into_iter().map(sent).collect_view()
}

/// Whether the shopper must decline the request that the wallet still shows; evaluated again as time passes.
fn must_decline() -> Memo<bool> {
    let store = expect_store();
    let tick = store.tick();
    Memo::new(move |_| {
        tick.track();
        store.must_decline()
    })
}

/// The notice that it is not known whether a wallet has sent; the shopper can look there.
fn unclear([title, what_to_do, nothing_sent]: &'static [&'static str; 3]) -> AnyView {
    let store = expect_store();
    view! {
        <Notice tone=Tone::Warn title=say(title)>{line("notice-line", what_to_do)}</Notice>
        <Button label=say(nothing_sent) on_press=move |_: ()| store.nothing_was_sent() />
    }
    .into_any()
}

/// The words where a wallet may have sent: what is known, what to do, and the button for a wallet that shows nothing sent.
static UNCLEAR: [&str; 3] = ["pay.wallet.failed.unclear", "pay.wallet.failed.unclear_do", "pay.wallet.nothing_sent"];
/// The same where this page's wallet has sent, and another page has asked one too.
static ASKED_ELSEWHERE: [&str; 3] =
    ["pay.wallet.failed.elsewhere", "pay.wallet.failed.elsewhere_do", "pay.wallet.nothing_sent_elsewhere"];

const DECLINE: &str = "pay.wallet.decline";

const fn step_key(step: WalletStep) -> &'static str {
    match step {
        WalletStep::Connect => "pay.wallet.connect",
        WalletStep::Switch => "pay.wallet.switch",
        WalletStep::Confirm => "pay.wallet.confirm",
        WalletStep::Approve => "pay.wallet.approve",
    }
}

const fn failure_key(failure: WalletFailure) -> &'static str {
    match failure {
        WalletFailure::Declined => "pay.wallet.failed.declined",
        WalletFailure::Busy => "pay.wallet.failed.busy",
        WalletFailure::NoAccount => "pay.wallet.failed.no_account",
        WalletFailure::UnknownChain => "pay.wallet.failed.unknown_chain",
        WalletFailure::OtherChain => "pay.wallet.failed.other_chain",
        WalletFailure::NoAnswer => "pay.wallet.failed.no_answer",
        WalletFailure::Unconfirmed => "pay.wallet.failed.unconfirmed",
        WalletFailure::Changed => "pay.wallet.failed.changed",
        WalletFailure::OtherOrder => "pay.wallet.failed.other_order",
        WalletFailure::Unclear => "pay.wallet.failed.unclear",
        WalletFailure::AskedElsewhere => "pay.wallet.failed.elsewhere",
    }
}
