//! Choosing a value: fixed denominations as tiles, ranges as a field, plans with what they hold.

use std::sync::Arc;

use cr_core::{
    catalog::{Brand, DeliveryType, Denomination, Kind, Offer, Plan, PlanData, Sale},
    checkout::Choice,
    money::{CoinAmount, FaceRange},
    order::Chosen,
};
use leptos::{html, prelude::*};

use super::{
    offer_texts::OfferTexts,
    price_lead::PriceLead,
    range_field::{AMOUNT_ID, RangeField, explain, typed},
};
use crate::{
    app::Load,
    dom::focus,
    i18n::I18n,
    ui::{
        expect_announcer, expect_i18n, expect_store,
        grid::brand_card::BrandLogo,
        parts::{
            ActionBar, Button, CoinMoney, Glyph, Icon, LoadFailed, Look, Notice, RadioRow, RadioTile, ScreenHead,
            Skeleton, Tone, message::say, progress,
        },
    },
};

/// Name of the group of radio buttons.
const GROUP: &str = "value";

/// What is chosen: the denomination's own text, or the product id of a range. It stays right when the offer is loaded
/// again.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pick {
    Fixed(String),
    Range(String),
}

impl Pick {
    fn of(denomination: &Denomination) -> Self {
        match denomination {
            Denomination::Fixed { denomination, .. } => Self::Fixed(denomination.clone()),
            Denomination::Range { product_id, .. } => Self::Range(product_id.clone()),
        }
    }
}

/// The signals that the parts of this screen share.
#[derive(Clone, Copy)]
struct Draft {
    pick: RwSignal<Option<Pick>>,
    /// What stands in the field of a range.
    entry: RwSignal<String>,
    /// Whether a wrong entry is pointed out.
    complain: RwSignal<bool>,
    /// Whether the shopper tried to go on with nothing chosen.
    is_missing: RwSignal<bool>,
}

/// The second screen: which denomination of the brand is bought, and for how much.
#[component]
pub fn DenominationPicker() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let before = store.checkout.with_untracked(|checkout| checkout.choice().cloned());
    let entered_before = before.as_ref().and_then(|choice| match &choice.chosen {
        Chosen::Range(face) => Some(typed(i18n, face)),
        Chosen::Fixed(_) => None,
    });
    let draft = Draft {
        pick: RwSignal::new(before.as_ref().map(|choice| Pick::of(&choice.denomination))),
        entry: RwSignal::new(entered_before.unwrap_or_default()),
        complain: RwSignal::new(false),
        is_missing: RwSignal::new(false),
    };
    // Another brand gets another screen from the frame, so the brand is read only once.
    let brand = StoredValue::new(store.brand());
    let name = brand.with_value(|brand| brand.as_ref().map(|brand| brand.name.clone())).unwrap_or_default();
    view! {
        <ScreenHead title=name back=true below=progress(1) />
        {move || {
            let brand = brand.get_value()?;
            Some(
                match (brand.sale, store.offer.get()) {
                    (Sale::NeedsAccount, _) => not_for_sale(brand, "product.account.title", "product.account.text"),
                    (Sale::OutOfStock, _) => not_for_sale(brand, "product.out.title", "product.out.text"),
                    (Sale::OnSale, Load::Idle | Load::Loading) => loading(brand),
                    (Sale::OnSale, Load::Failed(trouble)) => {
                        view! {
                            <Banner brand offer=None />
                            <LoadFailed trouble on_retry=move |(): ()| store.retry_offer() />
                        }
                            .into_any()
                    }
                    (Sale::OnSale, Load::Ready(offer)) if offer.out_of_stock || offer.denominations.is_empty() => {
                        not_for_sale(brand, "product.out.title", "product.out.text")
                    }
                    (Sale::OnSale, Load::Ready(offer)) => view! { <Values brand offer draft /> }.into_any(),
                },
            )
        }}
    }
}

fn not_for_sale(brand: Brand, title: &'static str, text: &'static str) -> AnyView {
    let store = expect_store();
    let offer = store.offer.with(|offer| match offer {
        Load::Ready(offer) => Some(Arc::clone(offer)),
        Load::Idle | Load::Loading | Load::Failed(_) => None,
    });
    view! {
        <div class="panes">
            <div class="pane-main">
                <Banner brand offer=offer.clone() />
                <Notice tone=Tone::Info title=say(title)>
                    <p>{say(text)}</p>
                    <p>
                        <Button label=say("product.other_brand") on_press=move |(): ()| store.shop.back() />
                    </p>
                </Notice>
                {offer.map(|offer| view! { <OfferTexts offer /> })}
            </div>
        </div>
    }
    .into_any()
}

fn loading(brand: Brand) -> AnyView {
    view! {
        <div class="panes">
            <div class="pane-main">
                <Banner brand offer=None />
                <p class="visually-hidden" role="status">
                    {say("product.loading")}
                </p>
                <div class="value-tiles" aria-hidden="true">
                    {(0..6).map(|_| view! { <span class={"skeleton-block value-skeleton"}></span> }).collect_view()}
                </div>
                <Skeleton lines=3 />
            </div>
        </div>
    }
    .into_any()
}

/// The brand in a small box: its logo, what it is, how it is delivered and where it works.
#[component]
fn Banner(brand: Brand, offer: Option<Arc<Offer>>) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let kind = match brand.kind {
        Kind::GiftCard => "product.kind.giftcard",
        Kind::TopUp => "product.kind.topup",
        Kind::Esim => "product.kind.esim",
        Kind::Unsupported => "product.kind.other",
    };
    // An eSIM works where its plan says, not where it is bought.
    let is_local = matches!(brand.kind, Kind::GiftCard | Kind::TopUp);
    let deliveries = offer.as_ref().map(|offer| deliveries(&offer.denominations)).unwrap_or_default();
    let delivery = match deliveries.as_slice() {
        [DeliveryType::ByEmail] => Some((Glyph::Mail, "product.by_email")),
        [DeliveryType::ByPhone] => Some((Glyph::Phone, "product.by_phone")),
        _ => None,
    };
    let tagline = offer.as_ref().and_then(|offer| offer.tagline.clone());
    view! {
        <div class="brand-banner" part="brand-banner">
            <BrandLogo brand sizes="112px" />
            <div class="brand-banner-text">
                <p class="brand-banner-kind">
                    {say(kind)}
                    {is_local.then_some(move || [" · ", &i18n.country(store.country.get())].concat())}
                </p>
                {delivery
                    .map(|(glyph, key)| {
                        view! {
                            <p class="brand-banner-delivery">
                                <Icon glyph />
                                <span>{say(key)}</span>
                            </p>
                        }
                    })}
                {tagline.map(|tagline| view! { <p class="brand-banner-tagline" dir="auto">{tagline}</p> })}
            </div>
        </div>
    }
}

/// The values, the brand's texts, and the button that leads on.
#[component]
fn Values(brand: Brand, offer: Arc<Offer>, draft: Draft) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let Draft { pick, entry, complain, is_missing } = draft;
    let stored = StoredValue::new(Arc::clone(&offer));
    // An offer's only denomination is chosen at once; a value that was kept from before may have gone off sale.
    let has =
        move |pick: &Pick| stored.with_value(|offer| offer.denominations.iter().any(|one| Pick::of(one) == *pick));
    if !pick.with_untracked(|pick| pick.as_ref().is_some_and(has)) {
        let only = match offer.denominations.as_slice() {
            [only] => Some(Pick::of(only)),
            _ => None,
        };
        pick.set(only);
    }
    let denomination = move || {
        let pick = pick.get()?;
        stored.with_value(|offer| offer.denominations.iter().find(|one| Pick::of(one) == pick).cloned())
    };
    // The chosen denomination with what the shopper entered, if it is on sale.
    let chosen = move || {
        let denomination = denomination()?;
        let chosen = match &denomination {
            Denomination::Fixed { denomination, .. } => Ok(Chosen::Fixed(denomination.clone())),
            Denomination::Range { range, .. } => range.check(&entry.get(), i18n.decimal_mark()).map(Chosen::Range),
        };
        Some((denomination, chosen.ok()))
    };
    // A range begins with the supplier's suggestion; a field that the shopper cleared stays empty, to be typed into
    // anew.
    Effect::new(move |_| {
        if let Some(Denomination::Range { range, .. }) = denomination()
            && let Some(default) = &range.default
            && entry.with_untracked(String::is_empty)
        {
            entry.set(typed(i18n, default));
        }
    });
    Effect::new(move |_| {
        if let Some((_, Some(Chosen::Range(face)))) = chosen() {
            store.ask_quote(face);
        }
    });
    let form = NodeRef::<html::Div>::new();
    let go_on = move |(): ()| match untrack(chosen) {
        Some((denomination, Some(chosen))) => store.choose_denomination(Choice { denomination, chosen }),
        Some((denomination, None)) => {
            complain.set(true);
            let field = form.get_untracked().and_then(|form| focus::by_id(&form, AMOUNT_ID));
            if let (Some(field), Denomination::Range { range, .. }) = (field, denomination) {
                let check = || range.check(&entry.get(), i18n.decimal_mark()).err();
                announcer.point_at(&field, || check().map(|wrong| explain(i18n, &wrong)).unwrap_or_default());
            }
        }
        None => {
            is_missing.set(true);
            if let Some(form) = form.get_untracked() {
                focus::to_first_control(&form);
            }
        }
    };
    let what = move || match chosen() {
        Some((_, Some(Chosen::Range(face)))) => i18n.money(&face),
        Some((fixed, Some(Chosen::Fixed(_)))) => words_of(i18n, &fixed),
        Some((_, None)) | None => i18n.t("product.none_yet"),
    };
    let price = move || match chosen()? {
        (Denomination::Fixed { price, .. }, _) => {
            let coin = store.coin.get()?;
            Some((store.shown_price(&price?, &coin), coin))
        }
        (Denomination::Range { .. }, Some(Chosen::Range(face))) => store.quote.with(|quote| match quote {
            Load::Ready(quote) if quote.face == face => {
                Some((store.shown_price(&quote.amount, &quote.coin), quote.coin.clone()))
            }
            Load::Idle | Load::Loading | Load::Ready(_) | Load::Failed(_) => None,
        }),
        (Denomination::Range { .. }, Some(Chosen::Fixed(_)) | None) => None,
    };
    let groups = deliveries(&offer.denominations)
        .into_iter()
        .map(|delivery| view! { <Group offer=Arc::clone(&offer) delivery draft /> })
        .collect_view();
    view! {
        <div class="panes">
            <div class="pane-main">
                <Banner brand offer=Some(Arc::clone(&offer)) />
                <div class="values" node_ref=form>
                    {groups}
                    {move || {
                        (is_missing.get() && pick.with(Option::is_none))
                            .then(|| {
                                view! {
                                    <p class="field-error" id="value-error" role="alert">
                                        <Icon glyph=Glyph::Bad />
                                        <span>{say("product.error.none")}</span>
                                    </p>
                                }
                            })
                    }}
                </div>
                <OfferTexts offer />
            </div>
            <div class="pane-side">
                <ActionBar lead=move || view! { <PriceLead what price /> }>
                    <Button look=Look::Primary label=say("product.next") on_press=go_on />
                </ActionBar>
            </div>
        </div>
    }
}

/// The values that are delivered in the same way.
#[component]
fn Group(offer: Arc<Offer>, delivery: DeliveryType, draft: Draft) -> impl IntoView {
    let i18n = expect_i18n();
    let pick = draft.pick;
    let is_mixed_delivery = deliveries(&offer.denominations).len() > 1;
    let own = offer.denominations.iter().filter(|one| delivery_of(one) == delivery);
    let (mut tiles, mut ranges) = (Vec::new(), Vec::new());
    let is_lone = offer.denominations.len() == 1;
    for one in own {
        match one {
            Denomination::Fixed { denomination, price, plan, .. } => {
                tiles.push(tile(
                    pick,
                    Pick::Fixed(denomination.clone()),
                    words_of(i18n, one),
                    price.clone(),
                    plan.as_ref(),
                ));
            }
            Denomination::Range { range, product_id, .. } => {
                ranges.push(open_value(draft, Pick::Range(product_id.clone()), range.clone(), is_lone));
            }
        }
    }
    let plans = offer.denominations.iter().any(|one| matches!(one, Denomination::Fixed { plan: Some(_), .. }));
    let legend = match (is_mixed_delivery, delivery) {
        (true, DeliveryType::ByPhone) => "product.group.by_phone",
        (true, DeliveryType::ByEmail) => "product.group.by_email",
        (false, _) if plans => "product.group.plan",
        (false, _) => "product.group.value",
    };
    view! {
        <fieldset class="value-group">
            <legend class="value-legend">{say(legend)}</legend>
            {(!tiles.is_empty()).then(|| view! { <div class="value-tiles">{tiles}</div> })}
            {ranges}
        </fieldset>
    }
}

fn tile(
    pick: RwSignal<Option<Pick>>,
    own: Pick,
    label: String,
    price: Option<CoinAmount>,
    plan: Option<&Plan>,
) -> AnyView {
    let store = expect_store();
    let i18n = expect_i18n();
    let own = StoredValue::new(own);
    let checked = move || pick.with(|pick| own.with_value(|own| pick.as_ref() == Some(own)));
    let (value, below) = plan_words(i18n, label, plan);
    let is_long = value.chars().count() > 9;
    view! {
        <RadioTile name=GROUP checked on_choose=move |(): ()| pick.set(Some(own.get_value()))>
            <bdi class="value-label" data-long=is_long.then_some("")>{value}</bdi>
            {below.map(|below| view! { <span class="value-below">{below}</span> })}
            {price
                .map(|price| {
                    let coin = move || store.coin.get().unwrap_or_default();
                    let amount = move || store.shown_price(&price, &coin());
                    view! {
                        <span class="value-price">
                            <CoinMoney amount coin />
                        </span>
                    }
                })}
        </RadioTile>
    }
    .into_any()
}

/// The name of a denomination: the supplier's label, or the face value as money where the supplier has only its
/// ordering text.
pub(super) fn words_of(i18n: I18n, denomination: &Denomination) -> String {
    match denomination {
        Denomination::Fixed { denomination, label, face: Some(face), plan: None, .. } if denomination == label => {
            i18n.money(face)
        }
        Denomination::Fixed { label, .. } => label.clone(),
        Denomination::Range { .. } => i18n.t("product.other_amount"),
    }
}

/// Returns a plan's data, to be drawn large, and its days, to stand below; without a plan the label alone.
fn plan_words(i18n: I18n, label: String, plan: Option<&Plan>) -> (String, Option<String>) {
    let days = |days: u32| i18n.plural("product.days", days.into(), &[("count", &i18n.number(days.into()))]);
    match plan {
        Some(Plan { data: Some(data), days: validity }) => {
            let data = match data {
                PlanData::Unlimited => i18n.t("product.unlimited"),
                PlanData::Amount(amount, unit) => [amount.as_str(), "\u{a0}", unit].concat(),
            };
            (data, validity.map(days))
        }
        Some(Plan { data: None, days: validity }) => (label, validity.map(days)),
        None => (label, None),
    }
}

/// Draws a range: its field alone when the offer has nothing else, or else a row that opens the field.
fn open_value(draft: Draft, own: Pick, range: FaceRange, is_lone: bool) -> AnyView {
    let i18n = expect_i18n();
    let Draft { pick, entry, complain, .. } = draft;
    if is_lone {
        return view! { <RangeField range entry complain /> }.into_any();
    }
    let own = StoredValue::new(own);
    let checked = move || pick.with(|pick| own.with_value(|own| pick.as_ref() == Some(own)));
    let (min, max) = (range.min.clone(), range.max.clone());
    let range = StoredValue::new(range);
    let limits = move || i18n.tf("product.range", &[("min", &i18n.money(&min)), ("max", &i18n.money(&max))]);
    view! {
        <RadioRow name=GROUP checked on_choose=move |(): ()| pick.set(Some(own.get_value()))>
            <span class="value-other">{say("product.other_amount")}</span>
            <span class="value-limits">{limits}</span>
        </RadioRow>
        {move || checked().then(|| view! { <RangeField range=range.get_value() entry complain /> })}
    }
    .into_any()
}

/// The ways in which the values are delivered, each once, in the order of the offer.
fn deliveries(denominations: &[Denomination]) -> Vec<DeliveryType> {
    let mut ways = Vec::new();
    for one in denominations {
        let way = delivery_of(one);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

const fn delivery_of(denomination: &Denomination) -> DeliveryType {
    match denomination {
        Denomination::Fixed { delivery, .. } | Denomination::Range { delivery, .. } => *delivery,
    }
}
