//! What to pay, where and until when. Nothing is shown that `cr_core::payment::Instruction` does not give.

use core::time::Duration;

use cr_core::{
    chain::{Chain, Checked},
    money::CoinAmount,
    payment::{Check, QrChoice, QrKind, Warning, qr},
};
use leptos::{html, prelude::*};

use super::{
    address_text::{AddressText, watch, watch_text},
    amount_changed::amount_changed,
    browser_wallet::{BrowserWallet, SentByWallet, WalletNews},
    countdown::{Countdown, TimeLeft, time_left},
    grace::{grace_left, over_grace},
    health_line::HealthLine,
    order_actions::{check_now, check_or_support, elsewhere, new_order},
    order_path::OrderPath,
    qr_code::QrCode,
    screen_choice::{Payable, Scene, scene_now},
};
use crate::{
    app::store::InWallet,
    ui::{
        expect_announcer, expect_i18n, expect_store,
        parts::{
            ActionBar, Button, CoinMoney, CopyButton, Glyph, Icon, Look, Notice, ScreenHead, Tone,
            description_list::{fact, facts},
            message::{isolate, line, say},
            progress,
            support::SupportLine,
        },
    },
};

/// The payment of the current order: the whole amount, or the remainder.
#[component]
pub fn PaymentPanel() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let payable = Memo::new(move |_| match scene_now(store)? {
        Scene::Pay(payable) => Some(payable),
        Scene::Track | Scene::Receipt | Scene::Trouble(_) => None,
    });
    let left = time_left();
    let is_over = Memo::new(move |_| left.get() == TimeLeft::Over);
    let is_rest = Memo::new(move |_| payable.with(|payable| payable.as_ref().is_some_and(|payable| payable.is_rest)));
    let in_wallet = Memo::new(move |_| store.in_wallet());
    let grace = grace_left();
    let after = Memo::new(move |_| match (is_over.get(), is_rest.get()) {
        (false, _) => None,
        (true, true) => Some(After::Rest),
        (true, false) if store.may_have_sent() => Some(After::Sent),
        (true, false) if grace.with(Option::is_some) => Some(After::Grace),
        (true, false) => Some(After::New),
    });
    // Our clock never decides alone: when it reaches zero, the order is read from the server.
    Effect::new(move || {
        if is_over.get() {
            store.check_now();
        }
    });
    let title = move || {
        i18n.t(match (is_over.get(), is_rest.get()) {
            (true, _) => "pay.over",
            (false, true) => "pay.title_rest",
            (false, false) => "pay.title",
        })
    };
    let details = move || {
        if is_over.get() {
            return Some(
                view! {
                    <Over />
                    <WalletNews />
                }
                .into_any(),
            );
        }
        let payable = *payable.get()?;
        let network = payable.instruction.network.clone();
        let details = move || view! { <Details payable /> };
        let Some(in_wallet) = in_wallet.get() else {
            return Some(
                view! {
                    {details()}
                    <BrowserWallet network />
                    <SentByWallet />
                }
                .into_any(),
            );
        };
        let news = match in_wallet {
            InWallet::Perhaps => view! {
                <BrowserWallet network />
                <SentByWallet />
            }
            .into_any(),
            InWallet::Sent => view! {
                <Notice tone=Tone::Good title=say("pay.wallet.sent")>
                    {line("notice-line", "pay.wallet.sent_note")}
                </Notice>
                <SentByWallet />
            }
            .into_any(),
        };
        // Once a wallet has sent or may have sent, the way to pay by hand stays within reach, but folded.
        Some(
            view! {
                {news}
                <details class="fold">
                    <summary class="fold-head">{say("pay.wallet.again")}</summary>
                    {line("hint", "pay.wallet.again_hint")}
                    {details()}
                </details>
            }
            .into_any(),
        )
    };
    let is_action = Memo::new(move |_| matches!(after.get(), Some(After::Rest | After::Sent)));
    let status = move || i18n.t(if is_rest.get() { "pay.waiting_rest" } else { "pay.waiting" });
    view! {
        <section class="payment-panel flow" part="payment-panel" data-testid="payment-panel">
            <ScreenHead title below=progress(5)>
                {move || (!is_over.get()).then(|| view! { <Countdown left /> })}
            </ScreenHead>
            <div class="panes">
                <div class="pane-main">
                    {move || (!is_over.get()).then(|| amount_changed(payable))} {details}
                </div>
                <div class="pane-side">
                    <div class="pay-status">
                        {move || (!is_over.get()).then(|| view! { <p class="status-now">{status}</p> })} <HealthLine />
                    </div>
                    {move || (!is_over.get()).then(|| view! { <OrderPath /> })}
                    {move || (!is_over.get()).then(|| view! { <WhatNext /> })}
                    <SupportLine is_action />
                    {move || (after.get() != Some(After::New)).then(elsewhere)}
                </div>
                <div class="pane-end">
                    {move || match after.get() {
                        Some(after) => after_the_window(after, grace),
                        None => view! { <Paid payable in_wallet /> }.into_any(),
                    }}
                </div>
            </div>
        </section>
    }
}

/// Network, amount, code and address.
#[component]
fn Details(payable: Payable) -> impl IntoView {
    let i18n = expect_i18n();
    let Payable { instruction, is_rest, received, .. } = payable;
    let coin = StoredValue::new(instruction.coin.clone());
    let altered = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let is_invoice = instruction.chain == Chain::Lightning;
    let missing = instruction.amount.as_str().to_owned();
    let part = is_rest.then(|| {
        let money = |amount: &CoinAmount| {
            view! { <CoinMoney amount=amount.as_str().to_owned() coin=coin.get_value() /> }.into_any()
        };
        let missing = &instruction.amount;
        let rows = match received.as_ref().map(|received| CoinAmount::aligned([received, missing])) {
            Some([received, missing]) => {
                vec![fact("pay.part.received", money(&received), None), fact("pay.part.missing", money(&missing), None)]
            }
            None => vec![fact("pay.part.missing", money(missing), None)],
        };
        view! {
            <Notice tone=Tone::Warn title=say("pay.part.title")>
                {facts(rows)}
                {line("notice-line", "pay.part.do")}
            </Notice>
        }
    });
    let network = isolate(i18n, &instruction.network);
    let only = move |key: &'static str| {
        let network = network.clone();
        move || coin.with_value(|coin| i18n.tf(key, &[("coin", &isolate(i18n, coin)), ("network", &network)]))
    };
    let (only, only_hint) = if is_invoice {
        (only("pay.lightning"), only("pay.lightning_hint"))
    } else {
        (only("pay.only"), only("pay.only_hint"))
    };
    let choices = if is_invoice { instruction.qr.into_iter().take(1).collect() } else { instruction.qr };
    let warnings = instruction.warnings.iter().filter_map(|warning| match warning {
        Warning::SupplierDisagrees => Some("pay.warn.supplier"),
        Warning::Derived => Some("pay.warn.derived"),
        // This warning stands under the address.
        Warning::NothingChecked => None,
    });
    let warnings = warnings.map(|key| view! { <Notice tone=Tone::Warn title=say(key) /> }).collect_view();
    let checked = instruction.checks.iter().find_map(|check| match check {
        Check::Address(checked) => Some(*checked),
        Check::InvoiceAmount | Check::NotTheContract | Check::SupplierAgrees => None,
    });
    let (glyph, checked) = match checked.unwrap_or(Checked::Nothing) {
        Checked::Checksum if is_invoice => (Glyph::Shield, "pay.checked.invoice"),
        Checked::Checksum => (Glyph::Shield, "pay.checked.sum"),
        Checked::FormOnly => (Glyph::Info, "pay.checked.form"),
        Checked::Nothing => (Glyph::Info, "pay.checked.none"),
    };
    let address = instruction.address.clone();
    let whole = StoredValue::new(address.as_str().to_owned());
    let address_view = view! { <AddressText address marked=copied altered /> };
    let (label, copy_label) =
        if is_invoice { ("pay.invoice", "pay.copy_invoice") } else { ("pay.address", "pay.copy_address") };
    // An invoice is hundreds of characters long: it is shown whole, but folded.
    let address_view = if is_invoice {
        view! {
            <details class="fold">
                <summary class="fold-head">{say("pay.show_invoice")}</summary>
                {address_view}
            </details>
        }
        .into_any()
    } else {
        address_view.into_any()
    };
    let has_memo = instruction.memo.is_some();
    let memo = instruction.memo.map(|memo| view! { <Memorandum memo altered /> });
    view! {
        {part}
        <div class="pay-network">
            <Icon glyph=Glyph::Network />
            <div>
                <p class="pay-network-name" data-testid="network">
                    {only}
                </p>
                <p class="hint">{only_hint}</p>
            </div>
        </div>
        {warnings}
        {move || altered.get().then(|| view! { <Notice tone=Tone::Bad title=say("pay.changed_on_page") alert=true /> })}
        <div class="pay-card">
            <Amount amount=missing coin=coin.get_value() is_rest altered />
            <div class="pay-where">
                <div class="pay-address">
                    <p class="fact-label">{say(label)}</p>
                    {address_view}
                    <p class="pay-checked">
                        <Icon glyph />
                        <span>{say(checked)}</span>
                    </p>
                    <span class="copy-row" on:click=move |_| copied.set(true)>
                        <CopyButton value=Signal::derive(move || whole.get_value()) label=say(copy_label) />
                    </span>
                    {move || (copied.get() && !is_invoice).then(|| line("pay-compare", "pay.compare"))} {memo}
                </div>
                <QrPart choices is_invoice has_memo altered />
            </div>
        </div>
        {(!is_invoice).then(|| line("hint", "pay.fee"))}
    }
}

/// The exact amount, as large as the largest text of this screen.
#[component]
fn Amount(amount: String, coin: String, is_rest: bool, altered: RwSignal<bool>) -> impl IntoView {
    let digits = StoredValue::new(amount.clone());
    let node = NodeRef::<html::Code>::new();
    watch_text(node, [&amount, "\u{a0}", &coin].concat(), altered);
    view! {
        <div class="pay-amount">
            <div>
                <p class="fact-label">{say(if is_rest { "pay.part.missing_label" } else { "pay.amount" })}</p>
                <code class="pay-digits" data-testid="amount" node_ref=node>
                    <CoinMoney amount coin />
                </code>
            </div>
            <CopyButton value=Signal::derive(move || digits.get_value()) label=say("pay.copy_amount") />
        </div>
    }
}

/// A second field that must be filled in.
#[component]
fn Memorandum(memo: String, altered: RwSignal<bool>) -> impl IntoView {
    let text = StoredValue::new(memo.clone());
    let node = NodeRef::<html::Code>::new();
    watch_text(node, memo.clone(), altered);
    view! {
        <div class="pay-memo" data-testid="memo">
            <p class="fact-label">{say("pay.memo")}</p>
            <code class="address" dir="ltr" node_ref=node>
                {memo}
            </code>
            {line("hint", "pay.memo_hint")}
            <CopyButton value=Signal::derive(move || text.get_value()) label=say("pay.copy_memo") />
        </div>
    }
}

/// The QR code: the safest text first, the other one behind a choice.
#[component]
fn QrPart(choices: Vec<QrChoice>, is_invoice: bool, has_memo: bool, altered: RwSignal<bool>) -> impl IntoView {
    let i18n = expect_i18n();
    let count = choices.len();
    let at = RwSignal::new(0_usize);
    let choices = StoredValue::new(choices);
    let kind = move |at: usize| choices.with_value(|choices| choices.get(at).map(|choice| choice.kind));
    let code = move || {
        let choice = choices.with_value(|choices| choices.get(at.get()).cloned())?;
        let has_code = qr::encode(&choice.text).is_some();
        let (label, note) = match choice.kind {
            _ if !has_code => ("pay.qr_invoice", "pay.qr_none"),
            _ if is_invoice => ("pay.qr_invoice", "pay.qr_invoice_note"),
            QrKind::Address if has_memo => ("pay.qr_address", "pay.qr_address_memo_note"),
            QrKind::Address => ("pay.qr_address", "pay.qr_address_note"),
            // With a memo, only a link that has a place for it is offered as a link at all.
            QrKind::Link if has_memo => ("pay.qr_full", "pay.qr_full_memo_note"),
            QrKind::Link => ("pay.qr_full", "pay.qr_full_note"),
        };
        let wallet = choice.href.map(|href| {
            let link = NodeRef::<html::A>::new();
            watch(move || link.get().and_then(|link| link.get_attribute("href")), href.clone(), altered);
            view! {
                <a class="wallet-link" node_ref=link href=href rel="noreferrer">
                    <Icon glyph=Glyph::Wallet />
                    <span>{say("pay.open_wallet")}</span>
                </a>
                {line("hint", "pay.wallet_link_note")}
            }
        });
        Some(view! {
            <QrCode text=choice.text label altered />
            {line("hint", note)}
            {wallet}
        })
    };
    let other = move || (at.get() + 1) % count.max(1);
    let switch = (count > 1).then(|| {
        let label = move || {
            i18n.t(match kind(other()) {
                Some(QrKind::Link) => "pay.qr_switch_full",
                Some(QrKind::Address) | None => "pay.qr_switch_address",
            })
        };
        view! { <Button label look=Look::Quiet icon=Glyph::Qr on_press=move |_: ()| at.set(other()) /> }
    });
    view! { <div class="pay-qr">{code} {switch}</div> }
}

/// What happens by itself after the payment.
#[component]
fn WhatNext() -> impl IntoView {
    view! {
        <div class="what-next">
            <h3 class="what-next-title">{say("pay.next_title")}</h3>
            {line("hint", "pay.next")}
            {line("hint", "pay.leave")}
        </div>
    }
}

/// The button "I have paid" reassures and reads the order again; it claims nothing to the supplier.
#[component]
fn Paid(payable: Memo<Option<Box<Payable>>>, in_wallet: Memo<Option<InWallet>>) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    // A shopper who has paid one amount has not paid the next.
    let amount = Memo::new(move |_| payable.with(|payable| Some(payable.as_ref()?.instruction.amount.clone())));
    let said_of = RwSignal::new(None);
    let said = Memo::new(move |_| said_of.with(Option::is_some) && said_of.get() == amount.get());
    let press = move |_: ()| {
        said_of.set(amount.get_untracked());
        announcer.say(untrack(|| i18n.t("pay.paid_note")));
        store.check_now();
    };
    let control = move || {
        // Of what the wallet of the browser sent we know without the shopper's word.
        if said.get() || in_wallet.get() == Some(InWallet::Sent) {
            check_now(Look::Secondary)
        } else {
            view! { <Button label=say("pay.paid") on_press=press /> }.into_any()
        }
    };
    let lead = move || {
        payable.get().map(|payable| {
            let Payable { instruction, .. } = *payable;
            view! {
                <span class="hint">{say("pay.amount")}</span>
                <CoinMoney amount=instruction.amount.as_str().to_owned() coin=instruction.coin />
            }
        })
    };
    view! {
        {move || {
            said.get()
                .then(|| {
                    view! {
                        <Notice tone=Tone::Info title=say("pay.paid_title")>
                            {line("notice-line", "pay.paid_note")}
                        </Notice>
                    }
                })
        }}
        <ActionBar lead=move || lead>{control}</ActionBar>
    }
}

/// The screen when the window has passed by our reckoning: nothing to pay to, and what to do instead.
#[component]
fn Over() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn title=say("pay.over_title") alert=true>
            {line("notice-line", "pay.over_hint")}
        </Notice>
    }
}

/// What there is to do once the window has passed by our reckoning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// A part has arrived: a new order would be a second payment.
    Rest,
    /// A wallet of the browser has sent, or may have sent: a new order would be a second payment.
    Sent,
    /// A payment may still come to light.
    Grace,
    /// A new order can be made.
    New,
}

fn after_the_window(after: After, grace: Memo<Option<Duration>>) -> AnyView {
    let lead = move || match after {
        After::Rest => Some(line("hint", "pay.over_rest")),
        After::Sent => Some(line("hint", "trouble.sent.do")),
        After::Grace => grace.get().map(over_grace),
        After::New => Some(line("hint", "pay.over_new")),
    };
    let control = match after {
        After::Rest | After::Sent => check_or_support(),
        After::Grace => check_now(Look::Secondary),
        After::New => new_order(),
    };
    view! {
        {lead}
        <ActionBar>{control}</ActionBar>
    }
    .into_any()
}
