//! Long work that is cut: the same comes of it, and it is cut everywhere.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use core::{
    cell::Cell,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};
use std::rc::Rc;

use common::fixture;
use cr_core::{
    catalog::{Catalog, Query, Shelf},
    json as cut,
    pace::{Pace, Rest},
    wire::{self, AnswerError},
};
use serde_json::{Value, json};

#[test]
fn a_directory_is_the_same_however_often_its_reading_rests() {
    let row =
        |n: usize| json!({ "brand_id": n.to_string(), "brand": format!("Brand {n}"), "brand_tags": ["x".repeat(90)] });
    let rows: Vec<Value> = (0..400).map(row).collect();
    let listed = json!({ "all_brands": rows, "popular_brands": [rows[7]], "categories": [] });
    let by_category = json!({ "categories": [{ "kind": "giftcard", "category": "games", "brands": rows, "popular_brands": [rows[8]] }] });
    for body in [
        listed.to_string(),
        by_category.to_string(),
        fixture("brands.json"),
        format!("{{\"other\":[{}1]}}", "1,".repeat(9_000)),
        format!("{{\"other\":{}", "[".repeat(18_000)),
        "{".to_owned(),
    ] {
        let rests = Rc::new(Cell::new(0));
        let rest = || Some(Box::pin(Once(Rc::clone(&rests), false)) as Rest);
        let mut polls = 0;
        let mut reading = pin!(async {
            let list = wire::brands_by(200, &body, Pace::new(&rest)).await?;
            let read = list.clone();
            let catalog = Catalog::build(list, Vec::new(), &Shelf::default(), Pace::new(&rest)).await;
            Ok::<_, AnswerError>((read, catalog.search(&Query { text: "brand 39".to_owned(), ..Query::default() })))
        });
        let read = loop {
            polls += 1;
            if let Poll::Ready(read) = reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                break read;
            }
        };
        assert_eq!(polls, rests.get() + 1);
        let expected = wire::brands(200, &body);
        assert_eq!(read.as_ref().map(|(list, _)| list), expected.as_ref(), "{}", &body[..body.len().min(60)]);
        if let (Ok((_, found)), Ok(list)) = (read, expected) {
            let catalog = Catalog::new(list, Vec::new(), &Shelf::default());
            assert_eq!(found, catalog.search(&Query { text: "brand 39".to_owned(), ..Query::default() }));
            // Each brand when it is read, and again when it is made to be found.
            assert!(rests.get() >= 2 * catalog.brands().len(), "{}", rests.get());
        }
        assert!(body.len() < 10_000 || rests.get() > 1, "what is only passed over is cut as well");
    }
}

/// A rest of one poll, counted.
struct Once(Rc<Cell<usize>>, bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if core::mem::replace(&mut self.1, true) {
            return Poll::Ready(());
        }
        self.0.set(self.0.get() + 1);
        Poll::Pending
    }
}

#[test]
fn a_list_of_small_things_is_cut_as_well() {
    let text = format!("[{}1]", "1,".repeat(40_000));
    let rests = Rc::new(Cell::new(0));
    let rest = || Some(Box::pin(Once(Rc::clone(&rests), false)) as Rest);
    let mut cutting = pin!(cut::elements(&text, Pace::new(&rest)));
    let elements = loop {
        if let Poll::Ready(elements) = cutting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            break elements.unwrap();
        }
    };
    assert_eq!(elements.len(), 40_001);
    assert!(rests.get() >= 8, "{}", rests.get());
}
