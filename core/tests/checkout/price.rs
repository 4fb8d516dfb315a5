//! What becomes of a price that moved: the order that came back, the one picked up again, and the one that is open.

use cr_core::{
    checkout::{Checkout, Created, Guards, Moved, Review, is_stablecoin},
    money::CoinAmount,
    order::{NotPayable, Order, OrderState, Stage},
    payment::NoInstruction,
};
use proptest::prelude::*;

use crate::{
    agreed, creating, made, passed, paying, reviewing, solana,
    support::{at, coin},
};

/// How an order stands: payable, asked about, or not payable.
fn standing(checkout: &Checkout) -> &'static str {
    if matches!(checkout, Checkout::Confirming { .. }) {
        "asked"
    } else if checkout.instruction(Some(&solana())).is_ok() {
        "payable"
    } else {
        assert!(matches!(checkout.stage(), Some(Stage::NotPayable(_))), "{checkout:?}");
        "not payable"
    }
}

/// What 101.55 may become, at the very edges of the bands: 1 % over it are 102.5655, 99 % of it 100.5345, 95 % of it 96.4725,
/// half of it 50.775. In USDC, and in a coin that moves.
const EDGES: [(&str, &str, &str); 12] = [
    ("101.55", "payable", "payable"),
    ("101.5500", "payable", "payable"),
    ("102.5655", "payable", "payable"),
    ("102.565501", "asked", "asked"),
    ("1000", "asked", "asked"),
    ("100.534501", "payable", "payable"),
    ("100.5345", "asked", "payable"),
    ("96.472501", "asked", "payable"),
    ("96.4725", "asked", "asked"),
    ("50.775001", "asked", "asked"),
    ("50.775", "not payable", "not payable"),
    ("0.000001", "not payable", "not payable"),
];

#[test]
fn h13_an_order_is_held_against_what_was_agreed_to_whichever_way_it_moved() {
    for (due, stable, moving) in EDGES {
        for (name, expected) in [("USDC", stable), ("SOL", moving)] {
            let of = |due: &str| Order {
                coin: Some(name.into()),
                due: Some(coin(due)),
                updated_at: Some(at(1)),
                ..made("WaitingForPayment")
            };
            // Made anew.
            if name == "USDC" {
                assert_eq!(standing(&creating().created(Created::Order(Box::new(of(due))))), expected, "{due} made");
            }
            // While it is open.
            let open = Checkout::resume(of("101.55"), false, Guards::default());
            assert_eq!(standing(&open), "payable");
            let later = Order { updated_at: Some(at(5)), ..of(due) };
            assert_eq!(standing(&open.clone().observe(later, false)), expected, "{due} {name} open");
            // Picked up again.
            assert_eq!(standing(&Checkout::resume(of(due), false, open.guards())), expected, "{due} {name} again");
            // What is left of it.
            let part = Order { received: Some(coin("0.000001")), ..of(due) };
            let part = Order { state: OrderState::PartialPaymentStarted, ..part };
            if due != "0.000001" {
                let rest = Checkout::resume(part, true, open.guards());
                let is_asked_for = rest.instruction(Some(&solana())).is_ok();
                assert_eq!(is_asked_for, expected == "payable", "{due} {name} rest");
            }
        }
    }
}

#[test]
fn h13_an_order_at_half_the_price_stays_barred() {
    let half = Order { due: Some(coin("50")), updated_at: Some(at(5)), ..made("WaitingForPayment") };
    let not_payable = paying().observe(half.clone(), false);
    assert!(
        matches!(not_payable.instruction(Some(&solana())), Err(NoInstruction::Guarded(_))),
        "{:?}",
        not_payable.stage()
    );
    let whole = Order { updated_at: Some(at(9)), ..made("WaitingForPayment") };
    assert_eq!(standing(&not_payable.clone().observe(whole.clone(), false)), "not payable", "nothing takes it back");
    assert_eq!(standing(&Checkout::resume(whole, false, not_payable.guards())), "not payable");
    assert!(not_payable.guards().not_payable.is_some_and(|bar| bar != NotPayable::Incomplete));
}

#[test]
fn h13_the_rule_is_exact_at_its_edges() {
    use Moved::{Asked, Refused, Same, Told};
    let table = [
        ("100", "100", Same, Same),
        ("100", "100.000", Same, Same),
        ("100", "101", Told, Told),
        ("100", "101.0000000000000000000000001", Asked, Asked),
        ("100", "100.0000000000000000000000001", Told, Told),
        ("100", "200", Asked, Asked),
        ("100", "99.9999999999999999999999999", Told, Told),
        ("100", "99.0000000000000000000000001", Told, Told),
        ("100", "99", Asked, Told),
        ("100", "95.0000000000000000000000001", Asked, Told),
        ("100", "95", Asked, Asked),
        ("100", "50.0000000000000000000000001", Asked, Asked),
        ("100", "50", Refused, Refused),
        ("100", "49.9", Refused, Refused),
        ("100", "0.0000000000000000000000001", Refused, Refused),
        ("0.0000000000000000000000001", "79228162514264337593543950335", Asked, Asked),
        ("79228162514264337593543950335", "0.0000000000000000000000001", Refused, Refused),
        ("0.00032833", "0.0003316133", Told, Told),
        ("0.00032833", "0.0003316134", Asked, Asked),
    ];
    for (then, now, stable, moving) in table {
        for (name, expected) in [("USDC", stable), ("usdt", stable), ("BTC", moving), ("", moving), ("NEW", moving)] {
            assert_eq!(Moved::between(&coin(then), &coin(now), name), expected, "{then} to {now} {name}");
        }
    }
    for name in ["USDC", "usdc.e", "USDT.e", " DAI ", "EUROC", "EURC", "PYUSD", "FDUSD", "USDe"] {
        assert!(is_stablecoin(name), "{name}");
    }
    for name in ["BTC", "ETH", "SOL", "TON", "GRAM", "USD", "WUSDC", ""] {
        assert!(!is_stablecoin(name), "{name}");
    }
}

#[test]
fn a11_the_dry_run_is_held_against_what_the_shopper_saw_and_does_not_replace_it() {
    let again = |now: &str| agreed().reviewed(Review::Checking).reviewed(Review::Passed(coin(now)));
    let made_at = |checkout: Checkout| {
        let Checkout::Creating { agreed, price, .. } = checkout.create("key".into()) else { return None };
        Some((agreed.to_string(), price.to_string()))
    };
    let text = |one: &str, other: &str| Some((one.to_owned(), other.to_owned()));
    assert_eq!(made_at(again("101.55")), text("101.55", "101.55"));
    assert_eq!(made_at(again("102.5")), text("101.55", "102.5"), "told, and not agreed to");
    assert_eq!(made_at(again("101")), text("101.55", "101"));
    for now in ["119.83", "102.5656", "100.5345", "60"] {
        let asked = again(now);
        let Checkout::Reviewing { review: Review::Moved { was, now: told }, .. } = &asked else { panic!("{asked:?}") };
        assert_eq!((was.as_str(), told.as_str()), ("101.55", now));
        assert_eq!(made_at(asked.clone()), None, "{now}: not without a word");
        assert_eq!(made_at(asked.clone().reviewed(Review::Passed(coin(now)))), None, "however often it is asked");
        assert_eq!(made_at(asked.agree(coin(now))), text(now, now));
    }
    for now in ["50.775", "10", "0.01"] {
        let refused = again(now);
        assert!(matches!(refused, Checkout::Reviewing { review: Review::Implausible { .. }, .. }), "{now}");
        assert_eq!(refused.clone().agree(coin(now)), refused, "there is nothing to agree to");
        assert_eq!(made_at(refused.clone()), None);
        // The right price again.
        assert_eq!(made_at(refused.reviewed(Review::Passed(coin("101.55")))), text("101.55", "101.55"));
    }
    // A refused create takes nothing back.
    let back = creating().created(Created::Refused(Vec::new())).reviewed(Review::Passed(coin("119.83")));
    assert!(matches!(back, Checkout::Reviewing { review: Review::Moved { .. }, .. }), "{back:?}");
    // Another draft begins anew.
    let other = agreed().back().with_draft(crate::draft()).reviewed(Review::Passed(coin("119.83")));
    assert!(matches!(other, Checkout::Reviewing { review: Review::Passed(_), agreed: None, .. }));
    assert_eq!(reviewing().agree(coin("1")), reviewing());
}

#[test]
fn a11_what_stood_on_screen_at_the_press_is_what_is_agreed() {
    // A newer answer had come, and was not painted yet.
    let dearer = reviewing().reviewed(Review::Passed(coin("119.83"))).agree(coin("101.55"));
    assert!(matches!(&dearer, Checkout::Reviewing { review: Review::Moved { .. }, .. }));
    let told = reviewing().reviewed(Review::Passed(coin("102"))).agree(coin("101.55")).create("key".into());
    assert!(matches!(&told, Checkout::Creating { agreed, .. } if agreed.as_str() == "101.55"), "{told:?}");
    let half = reviewing().reviewed(Review::Passed(coin("50"))).agree(coin("101.55"));
    assert!(matches!(&half, Checkout::Reviewing { review: Review::Implausible { .. }, .. }));
    // The same for an order that waits to be agreed to.
    let order =
        |due: &str, secs: i64| Order { due: Some(coin(due)), updated_at: Some(at(secs)), ..made("WaitingForPayment") };
    let asked = creating().created(Created::Order(Box::new(order("110", 1)))).observe(order("130", 2), false);
    let after = asked.clone().agree(coin("110"));
    assert!(matches!(&after, Checkout::Confirming { agreed, .. } if agreed.as_str() == "110"), "{after:?}");
    assert_eq!(standing(&asked.agree(coin("130"))), "payable");
    assert_eq!(passed().agree(coin("101.55")), agreed());
}

#[test]
fn a03_prices_are_held_against_each_other_in_whole_units() {
    let order = |due: &str, secs: i64| Order {
        due: Some(coin(due)),
        decimals: Some(6),
        updated_at: Some(at(secs)),
        ..made("WaitingForPayment")
    };
    let open = Checkout::resume(order("10.16000000000000014", 1), false, Guards::default());
    assert_eq!(open.agreed().map(|agreed| agreed.to_string()), Some("10.160001".to_owned()));
    // Other dust is no other amount, for an entry that was stored with dust as well.
    for stored in ["10.160001", "10.16000000000000014", "10.1600000000003"] {
        let known = Guards { agreed: Some(coin(stored)), ..open.guards() };
        let again = Checkout::resume(order("10.160000000000002", 2), false, known);
        assert_eq!(again.agreed(), again.order().and_then(Order::to_pay), "{stored}");
        assert!(matches!(again.stage(), Some(Stage::AwaitingPayment { due, .. }) if due.as_str() == "10.160001"));
    }
    // At the edge the unit decides: 1 % over 10 are 10.1, and a unit more is asked about.
    let ten = Guards { agreed: Some(coin("10")), ..Guards::default() };
    assert_eq!(standing(&Checkout::resume(order("10.1", 1), false, ten.clone())), "payable");
    assert_eq!(standing(&Checkout::resume(order("10.10000000000000001", 1), false, ten)), "asked");
    // What is missing by less than a unit is not missing.
    let missing = |received: &str| {
        let part = Order { received: Some(coin(received)), ..order("10.16000000000000014", 3) };
        part.missing().map(|missing| missing.to_string())
    };
    assert_eq!((missing("10.16"), missing("10.159999")), (None, Some("0.000002".to_owned())));
    // A snapshot after it knows the digits too.
    let later = Order { decimals: None, ..order("10.2600000000001", 5) };
    let later = open.observe(later, false).order().and_then(Order::to_pay);
    assert_eq!(later.map(|due| due.to_string()), Some("10.260001".to_owned()));
}

/// Amounts with 0 to 24 fraction digits.
fn amount() -> impl Strategy<Value = CoinAmount> {
    "(0|[1-9][0-9]{0,3})(\\.[0-9]{1,24})?".prop_map(|text| coin(&text))
}

proptest! {
    #[test]
    fn a03_what_is_shown_is_at_least_what_is_due_and_less_than_a_unit_more(due in amount(), decimals in 0_u32..20) {
        let shown = due.rounded_up(decimals);
        let unit = coin(&match decimals {
            0 => "1".to_owned(),
            digits => format!("0.{}1", "0".repeat(digits as usize - 1)),
        });
        prop_assert!(due <= shown);
        prop_assert!(shown.checked_sub(&due).expect("not less") < unit);
        let fraction = shown.as_str().split_once('.').map_or("", |(_, fraction)| fraction);
        prop_assert!(fraction.len() <= decimals as usize, "{} has digits beyond the unit", shown);
        prop_assert!(shown.to_atoms(decimals).is_some());
        prop_assert_eq!(shown.rounded_up(decimals).to_string(), shown.to_string());
        prop_assert_eq!(due.rounded_up(28).to_string(), due.to_string());
        if due.fraction_digits() <= decimals {
            prop_assert_eq!(&shown, &due);
            prop_assert!(due.as_str().starts_with(shown.as_str()), "the spelt digits, but for zeros beyond the unit");
        }
        let below = due.rounded_down(decimals);
        prop_assert!(below <= due && (below == due) == (shown == due));
        prop_assert_eq!(shown.as_str().parse::<CoinAmount>().expect("an amount"), shown.clone());
    }

    #[test]
    fn a03_a_remainder_is_rounded_once(due in amount(), received in amount(), decimals in 0_u32..20) {
        let order = Order {
            due: Some(due.clone()),
            received: Some(received.clone()),
            decimals: Some(decimals),
            ..made("PartialPaymentStarted")
        };
        let raw = due.checked_sub(&received);
        let is_a_unit = |raw: &CoinAmount| raw.rounded_down(decimals).is_positive();
        let expected = raw.filter(is_a_unit).map(|raw| raw.rounded_up(decimals));
        prop_assert_eq!(order.missing(), expected);
    }

    #[test]
    fn h13_the_rule_agrees_with_whole_numbers(then in 1_u64..1 << 40, now in 1_u64..1 << 40, tail in 0_usize..6) {
        let zeros = if tail == 0 { String::new() } else { format!(".{}", "0".repeat(tail)) };
        let (a, b) = (u128::from(then), u128::from(now));
        for (name, cheaper) in [("USDC", 99), ("BTC", 95)] {
            let expected = match (a, b) {
                _ if a == b => Moved::Same,
                _ if b > a => if b * 100 <= a * 101 { Moved::Told } else { Moved::Asked },
                _ if b * 2 <= a => Moved::Refused,
                _ if b * 100 <= a * cheaper => Moved::Asked,
                _ => Moved::Told,
            };
            prop_assert_eq!(Moved::between(&coin(&then.to_string()), &coin(&format!("{now}{zeros}")), name), expected);
        }
    }
}
