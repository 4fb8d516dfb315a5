//! What is delivered stays, and what is replaced is known to have been.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod support;

use cr_core::{
    checkout::{Checkout, Guards},
    money::FaceValue,
    order::{Delivery, DeliveryStatus, Goods, Order, SeenGoods},
};
use proptest::prelude::*;

use support::{Followed, at, line, order};

fn with(codes: &[&str]) -> Delivery {
    let goods: Vec<Goods> = codes.iter().map(|code| Goods::Code((*code).into())).collect();
    line(if codes.is_empty() { DeliveryStatus::Pending } else { DeliveryStatus::Delivered }, &goods)
}

fn snapshot(state: &str, seconds: i64, deliveries: Vec<Delivery>) -> Order {
    Order { deliveries, updated_at: Some(at(seconds)), ..order(state) }
}

/// The lines after all of these snapshots.
fn lines_after(snapshots: impl IntoIterator<Item = Order>) -> Vec<Delivery> {
    let mut snapshots = snapshots.into_iter();
    let first = snapshots.next().unwrap();
    let mut followed = Followed::new(Checkout::resume(first, true, Guards::default()));
    snapshots.for_each(|seen| followed.see(seen));
    followed.checkout.order().unwrap().deliveries.clone()
}

fn codes(lines: &[Delivery]) -> Vec<Vec<&str>> {
    lines
        .iter()
        .map(|line| {
            line.goods
                .iter()
                .filter_map(|goods| if let Goods::Code(code) = goods { Some(code.as_str()) } else { None })
                .collect()
        })
        .collect()
}

#[test]
fn g03_a_code_that_was_replaced_is_known_to_have_been() {
    let table: &[(&str, &[&str], &[&str], bool)] = &[
        ("the same", &["A"], &["A"], false),
        ("white space", &["A"], &[" A\n"], false),
        ("another", &["A"], &["B"], true),
        ("one more", &["A"], &["A", "B"], false),
        ("one of two", &["A", "B"], &["A", "C"], true),
        ("the order of them", &["A", "B"], &["B", "A"], false),
        ("the first one", &[], &["A"], false),
        ("one for two", &["A", "B"], &["C"], true),
        ("one of two for three", &["A", "B", "C"], &["B", "D"], true),
    ];
    for (name, before, after, replaced) in table {
        for (from, to) in
            [("WaitingForDelivery", "WaitingForDelivery"), ("WaitingForDelivery", "Done"), ("Done", "Done")]
        {
            let lines = lines_after([snapshot(from, 10, vec![with(before)]), snapshot(to, 20, vec![with(after)])]);
            assert_eq!(lines[0].replaced, *replaced, "{name}, {from} to {to}");
            assert_eq!(codes(&lines)[0], *after, "{name}, {from} to {to}");
        }
    }
    // It stays said.
    let told = [&["A"][..], &["B"], &["B"]];
    let lines = lines_after((10..).zip(told).map(|(at, codes)| snapshot("Done", at, vec![with(codes)])));
    assert!(lines[0].replaced);
    // A security code is worth as much.
    let carded = |code: &str| Delivery { security_code: Some(code.into()), ..with(&["A"]) };
    let lines = lines_after([snapshot("Done", 10, vec![carded("042")]), snapshot("Done", 20, vec![carded("043")])]);
    assert!(lines[0].replaced);
    // One code may come for two, whatever else is in the order and whatever this snapshot leaves out.
    let mail = || line(DeliveryStatus::Delivered, &[Goods::SentByEmail]);
    let known = || snapshot("Done", 10, vec![with(&["A", "B"]), mail()]);
    let lines = lines_after([known(), snapshot("Done", 20, vec![with(&["C"]), mail()])]);
    assert_eq!((codes(&lines), lines[0].replaced), (vec![vec!["C"], vec![]], true));
    let lines = lines_after([known(), snapshot("Done", 20, vec![with(&["C"])])]);
    assert!(codes(&lines).concat().contains(&"C") && lines.len() >= 2, "{lines:?}");
    let lines = lines_after([known(), snapshot("Done", 10, vec![with(&["C"]), mail()])]);
    assert_eq!(codes(&lines), [vec!["A", "B"], vec![]], "what is no newer takes nothing away");
    let pending = || line(DeliveryStatus::Pending, &[]);
    let kept = snapshot("Done", 10, vec![pending(), with(&["B", "C"])]);
    let lines = lines_after([
        kept,
        snapshot("Done", 10, vec![with(&["A", "D"])]),
        snapshot("Done", 10, vec![with(&["A"]), with(&["D"])]),
    ]);
    let is_there = |code: &&str| codes(&lines).concat().contains(code);
    assert!(["A", "B", "C", "D"].iter().all(is_there), "nor what one in between left out: {lines:?}");
    // A mailed code that comes here too is no other one.
    let mailed = line(DeliveryStatus::Delivered, &[Goods::SentByEmail]);
    let lines = lines_after([snapshot("Done", 10, vec![mailed]), snapshot("Done", 20, vec![with(&["A"])])]);
    assert!(!lines[0].replaced);
}

/// A name, the lines of each snapshot, and which of the last ones are said to be replaced.
type Case = (&'static str, Vec<Vec<Delivery>>, Vec<bool>);

/// The lines of the last snapshot, read anew by a page that knows no more of the others than what is stored of them.
fn reloaded(snapshots: impl IntoIterator<Item = Order>) -> Vec<Delivery> {
    let mut stored = SeenGoods::new("5a17").to_text();
    let mut lines = Vec::new();
    for mut order in snapshots {
        let seen = SeenGoods::from_text(&stored).unwrap();
        seen.tell(&mut order);
        stored = seen.with(&order).to_text();
        lines = order.deliveries;
    }
    lines
}

#[test]
fn g03_a_code_that_was_replaced_is_known_to_have_been_after_a_reload() {
    // Long enough to be marked by itself.
    let with = |codes: &[&str]| {
        let codes: Vec<String> = codes.iter().map(|code| format!("{code}-2345-6789-XY")).collect();
        with(&codes.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mail = || line(DeliveryStatus::Delivered, &[Goods::SentByEmail]);
    let carded = |code: &str| Delivery { security_code: Some(code.into()), ..with(&["A"]) };
    let short = |code: &str| line(DeliveryStatus::Delivered, &[Goods::Code(code.into())]);
    let pinned = |pin: &str| {
        let mut line = with(&["A"]);
        line.goods.push(Goods::Code(pin.into()));
        line
    };
    let serial = |serial: &str| Delivery { serial: Some(serial.into()), ..with(&["A"]) };
    let link = |to: &str| line(DeliveryStatus::Delivered, &[Goods::Link(to.into())]);
    // Of another brand, as a second item of the order is.
    let other = |codes: &[&str]| Delivery { brand_name: "Arcadia".into(), ..with(codes) };
    let worth = |face: &str, codes: &[&str]| Delivery {
        face: FaceValue::new(face, "USD".parse().unwrap()).ok(),
        ..with(codes)
    };
    let to = |account: &str, codes: &[&str]| Delivery { beneficiary_account: Some(account.into()), ..with(codes) };
    let table: Vec<Case> = vec![
        ("of another brand", vec![vec![with(&["A"])], vec![other(&["B"])]], vec![false]),
        (
            "a brand told late",
            vec![vec![Delivery { brand_name: String::new(), ..with(&["A"]) }], vec![with(&["B"])]],
            vec![true],
        ),
        (
            "beside another brand that is still to come",
            vec![vec![with(&["A"]), other(&[])], vec![with(&["B"]), other(&[])]],
            vec![true, false],
        ),
        (
            "beside another brand that comes then",
            vec![vec![with(&["A"]), other(&[])], vec![with(&["B"]), other(&[])], vec![with(&["B"]), other(&["C"])]],
            vec![true, false],
        ),
        ("of another value", vec![vec![worth("100", &["A"])], vec![worth("50", &["B"])]], vec![false]),
        ("of the same value", vec![vec![worth("100", &["A"])], vec![worth("100.00", &["B"])]], vec![true]),
        ("for another recipient", vec![vec![to("a@b.example", &["A"])], vec![to("c@d.example", &["B"])]], vec![false]),
        ("the same", vec![vec![with(&["A"])], vec![with(&[" A"])]], vec![false]),
        ("another", vec![vec![with(&["A"])], vec![with(&["B"])]], vec![true]),
        ("it stays said", vec![vec![with(&["A"])], vec![with(&["B"])], vec![with(&["B"])]], vec![true]),
        ("one more", vec![vec![with(&["A"])], vec![with(&["A", "B"])]], vec![false]),
        ("the first one", vec![vec![with(&[])], vec![with(&["A"])]], vec![false]),
        ("the second line", vec![vec![with(&["A"]), with(&[])], vec![with(&["A"]), with(&["B"])]], vec![false, false]),
        ("places", vec![vec![with(&["A"]), with(&["B"])], vec![with(&["B"]), with(&["A"])]], vec![false, false]),
        ("one of two", vec![vec![with(&["A"]), with(&["B"])], vec![with(&["C"]), with(&["B"])]], vec![true, false]),
        (
            "left out",
            vec![vec![with(&["A"]), with(&["B"])], vec![with(&["B"])], vec![with(&["B"]), with(&["C"])]],
            vec![false, true],
        ),
        (
            "a link",
            vec![vec![link("https://a.example/A23456789X")], vec![link("https://a.example/B23456789X")]],
            vec![true],
        ),
        ("a security code", vec![vec![carded("042")], vec![carded("043")]], vec![true]),
        ("the same security code", vec![vec![carded("042")], vec![carded("042")]], vec![false]),
        (
            "a code more beside the same security code",
            vec![vec![carded("042")], vec![Delivery { security_code: Some("042".into()), ..with(&["B", "A"]) }]],
            vec![false],
        ),
        ("a security code told late", vec![vec![with(&["A"])], vec![carded("042")]], vec![false]),
        ("a security code left out", vec![vec![carded("042")], vec![with(&["A"])], vec![carded("042")]], vec![false]),
        ("a short one beside it", vec![vec![pinned("1234")], vec![pinned("1235")]], vec![true]),
        ("the same short one beside it", vec![vec![pinned("1234")], vec![pinned("1234")]], vec![false]),
        ("a short serial", vec![vec![serial("7")], vec![serial("8")]], vec![true]),
        ("a short one alone", vec![vec![short("1234")], vec![short("1235")]], vec![false]),
        ("mailed first", vec![vec![mail()], vec![with(&["A"])]], vec![false]),
        ("mailed", vec![vec![mail()], vec![mail()]], vec![false]),
    ];
    for (name, told, replaced) in table {
        let lines = reloaded((10..).zip(told).map(|(at, lines)| snapshot("Done", at, lines)));
        assert_eq!(lines.iter().map(|line| line.replaced).collect::<Vec<_>>(), replaced, "{name}");
    }
}

#[test]
fn g03_what_is_stored_of_codes_tells_no_code_and_reads_strictly() {
    let secret = Delivery {
        serial: Some("SERIAL-1".into()),
        security_code: Some("042".into()),
        barcode_image_url: Some("https://shop.example/SECRET.png".into()),
        beneficiary_account: Some("shopper@example.com".into()),
        ..with(&["SECRET-1-2345", "SECRET-2-2345"])
    };
    let order = snapshot("Done", 10, vec![secret, with(&[])]);
    let text = SeenGoods::new("5a17").with(&order).to_text();
    for told in ["SECRET", "SERIAL", "042", "shop", "example", "Stayhere"] {
        assert!(!text.contains(told), "{told}: {text}");
    }
    assert!(text.len() < 100, "so little of a hash tells no code: {text}");
    assert_ne!(SeenGoods::new("5a18").with(&order).to_text()[4..], text[4..], "the salt counts");
    assert_eq!(SeenGoods::from_text(&text).unwrap().to_text(), text);
    assert_eq!(
        SeenGoods::from_text(&text).unwrap().with(&order).to_text(),
        text,
        "what is known already is not known twice"
    );
    for unread in ["", ";d", "5a17;x", "5a17;", "5a17;d,"] {
        assert!(SeenGoods::from_text(unread).is_none(), "{unread}");
    }
    assert!(SeenGoods::from_text("5a17;d,c12345,zlater").is_some(), "a word of a later release");
    // An earlier release stored nothing of product and recipient.
    let mut order_now = snapshot("Done", 20, vec![with(&["SECRET-3-2345"])]);
    SeenGoods::from_text("5a17;d,c12345").unwrap().tell(&mut order_now);
    assert!(order_now.deliveries[0].replaced);
    assert!(order.carries_goods() && !snapshot("Done", 10, vec![with(&[])]).carries_goods());
}

/// Whoever reads the note has the salt, and can try all numbers of a few digits.
#[test]
fn g03_what_is_stored_of_a_short_number_cannot_be_found_by_trying_all() {
    let marks = |line: Delivery| -> Vec<String> {
        let text = SeenGoods::new("5a17").with(&snapshot("Done", 10, vec![line])).to_text();
        let words = text.split([';', ',']).skip(2);
        words.filter(|word| word.starts_with(['c', 's', 'v'])).map(|word| word[1..].to_owned()).collect()
    };
    let as_code = |text: &str| with(&[text]);
    let as_security_code = |text: &str| Delivery { security_code: Some(text.into()), ..with(&[]) };
    let as_serial = |text: &str| Delivery { serial: Some(text.into()), ..with(&[]) };
    let lines = [
        with(&["4321"]),
        with(&["ABCD-EFGH-IJKL", "4321"]),
        Delivery { security_code: Some("4321".into()), ..with(&["ABCD-EFGH-IJKL"]) },
        Delivery { serial: Some("4321".into()), ..with(&["ABCD-EFGH-IJKL"]) },
        line(DeliveryStatus::Delivered, &[Goods::Link("https://a.example/redeem/now/4321".into())]),
    ];
    for line in lines {
        let stored = marks(line.clone());
        let candidates = ["4321", "https://a.example/redeem/now/4321"];
        for guess in candidates.iter().flat_map(|text| [as_code(text), as_security_code(text), as_serial(text)]) {
            let found = marks(guess);
            assert!(found.iter().all(|mark| !stored.contains(mark)), "{line:?}: {found:?} in {stored:?}");
        }
    }
    // It is marked by the code beside it.
    let beside = |code: &str| marks(Delivery { security_code: Some("042".into()), ..with(&[code]) });
    let (one, other) = (beside("ABCD-EFGH-IJKL"), beside("ABCD-EFGH-IJKM"));
    assert_eq!((one.len(), other.len()), (2, 2));
    assert!(one.iter().all(|mark| !other.contains(mark)));
    // A number needs twelve digits, anything else ten letters and digits.
    for (code, is_marked) in
        [("12345678901", false), ("1234-5678-9012", true), ("ABCDE6789", false), ("ABCDE67890", true)]
    {
        assert_eq!(!marks(with(&[code])).is_empty(), is_marked, "{code}");
    }
}

#[test]
fn g03_lines_that_change_places_are_not_replaced() {
    let lines = lines_after([
        snapshot("WaitingForDelivery", 10, vec![with(&["A"]), with(&[]), with(&["B"])]),
        snapshot("Done", 20, vec![with(&["B"]), with(&["C"]), with(&["A"])]),
    ]);
    assert_eq!(codes(&lines), [["A"], ["C"], ["B"]], "each stays where it was shown");
    assert!(lines.iter().all(|line| !line.replaced));
}

#[test]
fn g01_what_was_delivered_stays_until_the_money_goes_back() {
    let partly = || snapshot("WaitingForDelivery", 10, vec![with(&["A"]), with(&[])]);
    for (name, later, expected) in [
        ("left out", vec![with(&[]), with(&["B"])], vec![vec!["A"], vec!["B"]]),
        ("no lines", vec![], vec![vec!["A"], vec![]]),
        ("one line only", vec![with(&["B"])], vec![vec!["A"], vec!["B"]]),
        ("a code in the other's place", vec![with(&["B"]), with(&[])], vec![vec!["A"], vec!["B"]]),
        ("the delivered line only", vec![with(&["A"])], vec![vec!["A"], vec![]]),
        ("the pending line only", vec![with(&[])], vec![vec!["A"], vec![]]),
        ("the other line only", vec![with(&["B"]), with(&["A"])], vec![vec!["A"], vec!["B"]]),
    ] {
        let lines = lines_after([partly(), snapshot("WaitingForDelivery", 20, later)]);
        assert_eq!(codes(&lines), expected, "{name}");
        assert!(lines.iter().all(|line| !line.replaced), "{name}");
    }
    let lines = lines_after([snapshot("Done", 10, vec![with(&["A", "B"])]), snapshot("Done", 20, vec![with(&["A"])])]);
    assert_eq!(codes(&lines), [["A", "B"]]);
    let failed = Delivery { failure: Some("revoked".into()), ..line(DeliveryStatus::Failed, &[]) };
    let lines = lines_after([partly(), snapshot("WaitingForDelivery", 20, vec![failed, with(&[])])]);
    assert_eq!((lines[0].status, lines[0].goods.len()), (DeliveryStatus::Failed, 0), "a line that failed says so");
    let lines = lines_after([partly(), snapshot("Refunded", 20, vec![with(&[]), with(&[])])]);
    assert_eq!(codes(&lines), [[""; 0]; 2], "a refund takes it back");
}

#[test]
fn g01_what_is_still_to_come_stays_until_the_order_is_over() {
    let mailed = || line(DeliveryStatus::Delivered, &[Goods::SentByEmail]);
    let credited = || Delivery {
        beneficiary_account: Some("+15551234567".into()),
        ..line(DeliveryStatus::Delivered, &[Goods::Credited])
    };
    let known = || snapshot("WaitingForDelivery", 10, vec![with(&[]), credited(), mailed(), with(&["A"])]);
    let states = |lines: &[Delivery]| lines.iter().map(|line| line.status).collect::<Vec<_>>();
    use DeliveryStatus::{Delivered, Pending};
    for (state, later, expected) in [
        ("WaitingForDelivery", vec![with(&["A"])], vec![Pending, Delivered, Delivered, Delivered]),
        ("WaitingForDelivery", vec![credited()], vec![Pending, Delivered, Delivered, Delivered]),
        ("WaitingForDelivery", vec![], vec![Pending, Delivered, Delivered, Delivered]),
        ("Expired", vec![with(&[])], vec![Pending, Delivered, Delivered, Delivered]),
        ("Done", vec![with(&["A"])], vec![Delivered, Delivered, Delivered]),
        ("Refunded", vec![with(&["A"])], vec![Delivered]),
    ] {
        let lines = lines_after([known(), snapshot(state, 20, later)]);
        assert_eq!(states(&lines), expected, "{state}");
    }
    // A code that comes for what was only mailed is no other card's.
    let lines = lines_after([
        snapshot("WaitingForDelivery", 10, vec![with(&["A"]), mailed()]),
        snapshot("WaitingForDelivery", 20, vec![with(&["B"])]),
    ]);
    assert_eq!(codes(&lines), [["A"], ["B"]]);
    // With nothing free and a shorter list, nobody can say whose it is: both stay.
    let lines = lines_after([
        snapshot("WaitingForDelivery", 10, vec![with(&["A"]), with(&["B"])]),
        snapshot("WaitingForDelivery", 20, vec![with(&["C"])]),
    ]);
    assert_eq!(codes(&lines), [["A"], ["B"], ["C"]]);
    // Before there was money, a snapshot is all there is.
    let unpaid = |at, lines| snapshot("WaitingForPayment", at, lines);
    let lines = lines_after([unpaid(10, vec![with(&[]), with(&[])]), unpaid(20, vec![with(&[])])]);
    assert_eq!(lines.len(), 1);
}

fn some_lines() -> impl Strategy<Value = Vec<Delivery>> {
    let code = prop_oneof![Just("A"), Just("B"), Just("C"), Just("D")];
    proptest::collection::vec(proptest::collection::vec(code, 0..3), 0..4)
        .prop_map(|lines| lines.iter().map(|codes| with(codes)).collect())
}

proptest! {
    /// Whatever comes, as long as the money does not go back: the number of items that have arrived never falls, none is dropped,
    /// and a code is gone only where another one came in its line, with a word, and no line was still to come.
    #[test]
    fn g01_no_snapshot_takes_a_delivered_item_away(told in proptest::collection::vec(some_lines(), 1..8)) {
        let mut snapshots = (10..).zip(told).map(|(at, lines)| snapshot("WaitingForDelivery", at, lines));
        let mut followed = Followed::new(Checkout::resume(snapshots.next().unwrap(), true, Guards::default()));
        for seen in snapshots {
            let before = followed.checkout.order().unwrap().clone();
            let listed = seen.deliveries.len();
            followed.see(seen);
            let after = followed.checkout.order().unwrap();
            let told = format!("{:?} then {:?}", codes(&before.deliveries), codes(&after.deliveries));
            prop_assert!(after.arrived().0 >= before.arrived().0, "{told}");
            prop_assert!(after.deliveries.len() >= before.deliveries.len(), "{told}");
            let (was, is) = (codes(&before.deliveries), codes(&after.deliveries));
            for (place, code) in was.iter().enumerate().flat_map(|(place, codes)| codes.iter().map(move |code| (place, code))) {
                if is.concat().contains(code) {
                    continue;
                }
                prop_assert!(after.deliveries[place].replaced, "{code} went without a word: {told}");
                // A line that is known again by another of its codes tells of itself.
                if was[place].iter().any(|code| is[place].contains(code)) {
                    continue;
                }
                prop_assert!(listed >= was.len(), "{code} went for a shorter list: {told}");
                let is_free = |(place, codes): (usize, &Vec<&str>)| codes.is_empty() && is[place].is_empty();
                prop_assert!(!was.iter().enumerate().any(is_free), "{code} went though a line was still to come: {told}");
            }
        }
    }

    /// The same of an order that is done, with lines that were mailed among them, by newer snapshots and by others.
    #[test]
    fn g03_a_code_of_a_finished_order_goes_only_for_another_one(
        told in proptest::collection::vec((some_lines(), 0_usize..3, 0_i64..2), 1..8),
    ) {
        let mut seconds = 10;
        let mut snapshots = told.into_iter().map(|(mut lines, mailed, later)| {
            seconds += later;
            lines.extend((0..mailed).map(|_| line(DeliveryStatus::Delivered, &[Goods::SentByEmail])));
            snapshot("Done", seconds, lines)
        });
        let mut followed = Followed::new(Checkout::resume(snapshots.next().unwrap(), true, Guards::default()));
        for seen in snapshots {
            let before = followed.checkout.order().unwrap().clone();
            let is_newer = seen.updated_at > before.updated_at;
            let listed = codes(&seen.deliveries).concat().join(" ");
            followed.see(seen);
            let after = followed.checkout.order().unwrap();
            let (was, is) = (codes(&before.deliveries).concat(), codes(&after.deliveries).concat());
            prop_assert!(after.arrived().0 >= before.arrived().0, "{before:?} then {after:?}");
            for code in was.iter().filter(|code| !is.contains(code)) {
                prop_assert!(after.deliveries.iter().any(|line| line.replaced), "{code} went without a word");
                prop_assert!(!listed.is_empty(), "{code} went for nothing");
            }
            prop_assert!(is_newer || is.len() >= was.len(), "{was:?} then {is:?}");
        }
    }
}
