//! Paying by a wallet of the browser (U18): random schedules of presses, answers, reloads, several tabs, late replies,
//! snapshots and the shopper's word, under a judge that shares no code with the rules.
//!
//! 1. No amount is asked for twice: what was asked for, and is not known to be declined or unsent, is not asked for again
//!    by any page that sees the storage, and a remainder only when all that was sent was received.
//! 2. Nothing that was sent, or may have been, is forgotten, but by the shopper's word where nothing was sent.
//! 3. There is a way on: after a refusal, after the shopper's word, and for a remainder.

#[path = "support/mod.rs"]
mod support;

#[path = "wallet/judge.rs"]
mod judge;
#[path = "wallet/world.rs"]
mod world;

use std::cell::Cell;

use judge::Decision;
use proptest::{
    prelude::*,
    test_runner::{Config, FileFailurePersistence},
};
use world::{ORDERS, TABS, Tally, World};

#[derive(Clone, Copy, Debug)]
enum Act {
    Press {
        tab: usize,
        order: usize,
    },
    GiveUp {
        tab: usize,
    },
    Ask {
        tab: usize,
        is_late: bool,
    },
    /// All from the press to the question.
    Pay {
        tab: usize,
        order: usize,
    },
    Decide {
        choice: usize,
        decision: Decision,
        is_heard: bool,
    },
    Hear {
        choice: usize,
    },
    Reload {
        tab: usize,
    },
    Look {
        tab: usize,
        order: usize,
    },
    Learn {
        tab: usize,
        order: usize,
        is_late: bool,
    },
    Word {
        tab: usize,
        order: usize,
    },
    Price {
        order: usize,
        due: u32,
        zeros: usize,
    },
    Arrive {
        choice: usize,
        fee: u32,
        zeros: usize,
    },
    ByHand {
        order: usize,
        amount: u32,
        zeros: usize,
    },
    End {
        order: usize,
        is_over: bool,
    },
}

/// How a schedule begins, so that many come to what takes many acts.
#[derive(Clone, Copy, Debug)]
enum Beginning {
    /// Nothing has happened.
    Fresh,
    /// A page has sent all that was due, and then more is due.
    Remainder,
    /// The same, and that page's payment of the remainder has begun.
    RemainderBegun,
    /// The same, and its wallet is asked.
    RemainderAsked,
    /// A page's question is open, and on another page the shopper says that nothing was sent, if they are careless.
    TakenBack,
}

impl Beginning {
    fn acts(self) -> Vec<Act> {
        let pay = Act::Pay { tab: 0, order: 0 };
        let (look, word) = (Act::Look { tab: 1, order: 0 }, Act::Word { tab: 1, order: 0 });
        let sent = Act::Decide { choice: 0, decision: Decision::Sent, is_heard: true };
        let arrive = Act::Arrive { choice: 0, fee: 0, zeros: 1 };
        let price = Act::Price { order: 0, due: 17, zeros: 2 };
        let learn = Act::Learn { tab: 0, order: 0, is_late: false };
        match self {
            Self::Fresh => Vec::new(),
            Self::Remainder => vec![pay, sent, arrive, price, look],
            Self::RemainderAsked => vec![pay, sent, arrive, price, look, pay],
            Self::RemainderBegun => vec![pay, sent, arrive, price, look, learn, Act::Press { tab: 0, order: 0 }],
            Self::TakenBack => vec![pay, look, word],
        }
    }
}

#[derive(Clone, Debug)]
struct Schedule {
    beginning: Beginning,
    has_older: bool,
    is_careful: bool,
    is_mistaken: bool,
    acts: Vec<Act>,
}

fn act() -> impl Strategy<Value = Act> {
    let decision = prop_oneof![
        4 => Just(Decision::Sent),
        4 => Just(Decision::Declined),
        1 => Just(Decision::SentInSilence),
        2 => Just(Decision::Broke),
    ];
    // Most of what happens is about the first order.
    let order = || prop_oneof![4 => Just(0), 1 => Just(ORDERS - 1)];
    // And most of it on two pages.
    let tab = || prop_oneof![2 => Just(0), 2 => Just(1), 1 => Just(TABS - 1)];
    let zeros = || 1_usize..4;
    prop_oneof![
        2 => (tab(), order()).prop_map(|(tab, order)| Act::Press { tab, order }),
        1 => tab().prop_map(|tab| Act::GiveUp { tab }),
        2 => (tab(), any::<bool>()).prop_map(|(tab, is_late)| Act::Ask { tab, is_late }),
        12 => (tab(), order()).prop_map(|(tab, order)| Act::Pay { tab, order }),
        10 => (0_usize..4, decision, prop::bool::weighted(0.7))
            .prop_map(|(choice, decision, is_heard)| Act::Decide { choice, decision, is_heard }),
        3 => (0_usize..4).prop_map(|choice| Act::Hear { choice }),
        1 => tab().prop_map(|tab| Act::Reload { tab }),
        3 => (tab(), order()).prop_map(|(tab, order)| Act::Look { tab, order }),
        3 => (tab(), order(), any::<bool>()).prop_map(|(tab, order, is_late)| Act::Learn { tab, order, is_late }),
        5 => (tab(), order()).prop_map(|(tab, order)| Act::Word { tab, order }),
        2 => (order(), 8_u32..40, zeros()).prop_map(|(order, due, zeros)| Act::Price { order, due, zeros }),
        4 => (0_usize..4, prop_oneof![5 => Just(0_u32), 1 => 1_u32..4], zeros())
            .prop_map(|(choice, fee, zeros)| Act::Arrive { choice, fee, zeros }),
        1 => (order(), 1_u32..9, zeros()).prop_map(|(order, amount, zeros)| Act::ByHand { order, amount, zeros }),
        1 => (order(), prop::bool::weighted(0.3)).prop_map(|(order, is_over)| Act::End { order, is_over }),
    ]
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let beginning = prop_oneof![
        4 => Just(Beginning::Fresh),
        1 => Just(Beginning::Remainder),
        1 => Just(Beginning::RemainderBegun),
        1 => Just(Beginning::RemainderAsked),
        1 => Just(Beginning::TakenBack),
    ];
    let flags = (prop::bool::weighted(0.3), any::<bool>(), prop::bool::weighted(0.5));
    (beginning, flags, prop::collection::vec(act(), 1..80)).prop_map(
        |(beginning, (has_older, is_careful, is_mistaken), acts)| Schedule {
            beginning,
            has_older,
            is_careful,
            is_mistaken,
            acts,
        },
    )
}

/// Plays a schedule and returns the broken rules, and how often it came to what it is about.
fn play(schedule: &Schedule) -> (Vec<String>, Tally) {
    let mut world = World::new(schedule.has_older, schedule.is_careful, schedule.is_mistaken);
    let acts = schedule.beginning.acts().into_iter().chain(schedule.acts.iter().copied());
    for (step, act) in acts.enumerate() {
        match act {
            Act::Press { tab, order } => world.presses(tab, order),
            Act::GiveUp { tab } => world.gives_up(tab),
            Act::Ask { tab, is_late } => world.asks(tab, is_late),
            Act::Pay { tab, order } => {
                world.learns(tab, order, false);
                world.presses(tab, order);
                world.asks(tab, false);
            }
            Act::Decide { choice, decision, is_heard } => {
                world.decides(choice, decision);
                if is_heard {
                    world.hears(0);
                }
            }
            Act::Hear { choice } => world.hears(choice),
            Act::Reload { tab } => world.reloads(tab),
            Act::Look { tab, order } => world.looks(tab, order),
            Act::Learn { tab, order, is_late } => world.learns(tab, order, is_late),
            Act::Word { tab, order } => world.word(tab, order),
            Act::Price { order, due, zeros } => world.says(order, zeros, Some(due), 0, None),
            Act::Arrive { choice, fee, zeros } => world.arrives(choice, fee, zeros),
            Act::ByHand { order, amount, zeros } => world.pays_by_hand(order, amount, zeros),
            Act::End { order, is_over } => world.says(order, 1, None, 0, Some(is_over)),
        }
        world.is_judged();
        if !world.judge.verdicts.is_empty() {
            let told = world.judge.verdicts.iter().map(|verdict| format!("after act {step}: {verdict}"));
            return (told.collect(), world.tally);
        }
    }
    (Vec::new(), world.tally)
}

/// How many schedules are played, and where those are kept that failed.
fn config() -> Config {
    let cases = std::env::var("WALLET_SCHEDULES").ok().and_then(|number| number.parse().ok()).unwrap_or(2_000);
    Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    }
}

#[test]
fn u18_nothing_is_sent_twice_nor_forgotten_and_there_is_a_way_on() {
    let total = Cell::new(Tally::default());
    let config = config();
    let cases = config.cases;
    proptest!(config, |(schedule in schedule())| {
        let (broken, tally) = play(&schedule);
        total.set(total.get().plus(tally));
        prop_assert!(broken.is_empty(), "{broken:#?}");
    });
    // A schedule that never comes to a question proves nothing.
    let total = total.get();
    println!("{total:?}");
    if cases >= 1_000 {
        assert!(total.is_telling(), "{total:?}");
    }
}
