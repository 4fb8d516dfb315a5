//! Pages of one browser with their wallets, one storage, and a supplier: what happens is told to pages and judge alike.

use cr_core::{
    order::{Order, OrderId, Stage},
    payment::{
        evm::Transfer,
        wallet::{
            Bill, Claim, MarkChange, MarkName, Press, SendOutcome, StoredMark, WalletFailure, WalletLedger,
            WalletPayment,
        },
    },
};

use crate::{
    judge::{Decision, Judge, Page, Way},
    support,
};

pub(crate) const TABS: usize = 3;
pub(crate) const ORDERS: usize = 2;

/// The mark of one order in the storage. Pages of older releases write and read `asked` alone.
#[derive(Clone, Copy, Default)]
struct Kept {
    asked: bool,
    name: Option<MarkName>,
}

impl Kept {
    fn mark(self) -> StoredMark {
        if self.asked { StoredMark::Set(self.name) } else { StoredMark::Absent }
    }

    fn change(&mut self, change: Option<MarkChange>) {
        match change {
            Some(MarkChange::Set(name)) => *self = Self { asked: true, name: Some(name) },
            Some(MarkChange::Remove) => *self = Self::default(),
            None => {}
        }
    }
}

/// What the supplier says of an order at one moment: what is due, and what was received. It is spelled as that moment has it.
#[derive(Clone, Copy)]
struct Said {
    due: u32,
    received: u32,
    zeros: usize,
    is_over: bool,
}

impl Said {
    fn is_payable(self) -> bool {
        !self.is_over && self.received < self.due
    }

    fn numbers(self) -> Option<[u32; 2]> {
        self.is_payable().then_some([self.due, self.received])
    }

    /// What an order of this id is to be paid by now.
    fn bill(self, order: &Order) -> Option<Bill> {
        let coin = |amount: u32| support::coin(&format!("{amount}.{}", "0".repeat(self.zeros)));
        let amount = self.numbers().map(|[due, received]| due - received)?;
        let stage = if self.received == 0 {
            Stage::AwaitingPayment { due: coin(self.due), until: None }
        } else {
            Stage::PartlyPaid { received: Some(coin(self.received)), missing: Some(coin(amount)), until: None }
        };
        let transfer =
            Transfer { chain_id: 137, to: "0x0".to_owned(), value: format!("{amount:#x}"), data: "0x".to_owned() };
        Some(Bill { order: order.id.clone(), transfer, claim: Claim::of(order, stage)? })
    }
}

/// What a page of an older release knows of an order.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum AtOlder {
    #[default]
    Nothing,
    Asking,
    Unclear,
    Sent,
}

#[derive(Clone)]
enum Code {
    Current(WalletLedger),
    /// A page that knows `asked` alone, and takes it back after any refusal.
    Older([AtOlder; ORDERS]),
}

impl Code {
    fn new(is_older: bool) -> Self {
        if is_older { Self::Older(Default::default()) } else { Self::Current(WalletLedger::default()) }
    }
}

struct Tab {
    code: Code,
    life: u32,
    /// The payment that has begun: the wallet connects, or the order is confirmed.
    begun: Option<(usize, Bill, [u32; 2])>,
    /// Which of the supplier's snapshots the page knows of each order.
    knows: [usize; ORDERS],
}

/// A question at a wallet.
struct Asked {
    order: usize,
    page: Page,
    bill: Bill,
    amount: u32,
    decision: Option<Decision>,
    is_heard: bool,
    has_arrived: bool,
}

/// How often the schedules came to what they are about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) asked: u32,
    pub(crate) remainders: u32,
    pub(crate) refused_by_mark: u32,
    pub(crate) words: u32,
    pub(crate) marked_again: u32,
    pub(crate) late_refusals: u32,
    pub(crate) ways: u32,
    pub(crate) ways_for_one: u32,
}

impl Tally {
    fn numbers(self) -> [u32; 8] {
        let Self { asked, remainders, refused_by_mark, words, marked_again, late_refusals, ways, ways_for_one } = self;
        [asked, remainders, refused_by_mark, words, marked_again, late_refusals, ways, ways_for_one]
    }

    pub(crate) fn plus(self, more: Self) -> Self {
        Self {
            asked: self.asked + more.asked,
            remainders: self.remainders + more.remainders,
            refused_by_mark: self.refused_by_mark + more.refused_by_mark,
            words: self.words + more.words,
            marked_again: self.marked_again + more.marked_again,
            late_refusals: self.late_refusals + more.late_refusals,
            ways: self.ways + more.ways,
            ways_for_one: self.ways_for_one + more.ways_for_one,
        }
    }

    /// Whether each of it was met more than a few times.
    pub(crate) fn is_telling(self) -> bool {
        self.numbers().iter().all(|number| *number >= 5)
    }
}

pub(crate) struct World {
    orders: [Order; ORDERS],
    storage: [Kept; ORDERS],
    tabs: Vec<Tab>,
    supplier: [Vec<Said>; ORDERS],
    asked: Vec<Asked>,
    names: u32,
    /// Whether the last tab is one of an older release.
    has_older: bool,
    /// Whether shoppers look for open questions before they say that nothing was sent.
    is_careful: bool,
    /// Whether shoppers say that nothing was sent, though something was.
    is_mistaken: bool,
    pub(crate) judge: Judge,
    pub(crate) tally: Tally,
}

impl World {
    pub(crate) fn new(has_older: bool, is_careful: bool, is_mistaken: bool) -> Self {
        let tab = |at| Tab { code: Code::new(has_older && at == TABS - 1), life: 0, begun: None, knows: [0; ORDERS] };
        let order = |id| Order { id: support::id(id), ..support::order("WaitingForPayment") };
        Self {
            orders: [order(support::ID), order(support::OTHER_ID)],
            storage: Default::default(),
            tabs: (0..TABS).map(tab).collect(),
            supplier: [10, 20].map(|due| vec![Said { due, received: 0, zeros: 1, is_over: false }]),
            asked: Vec::new(),
            names: 0,
            has_older,
            is_careful: is_careful || has_older,
            is_mistaken: is_mistaken && !has_older,
            judge: Judge::default(),
            tally: Tally::default(),
        }
    }

    fn page(&self, tab: usize) -> Page {
        (tab, self.tabs[tab].life)
    }

    fn known(&self, tab: usize, order: usize) -> Said {
        self.supplier[order][self.tabs[tab].knows[order]]
    }

    fn latest(&self, order: usize) -> Said {
        self.supplier[order][self.supplier[order].len() - 1]
    }

    /// The page learns the latest snapshot, or the one before.
    pub(crate) fn learns(&mut self, tab: usize, order: usize, is_late: bool) {
        let known = (self.supplier[order].len() - 1).saturating_sub(usize::from(is_late));
        self.tabs[tab].knows[order] = self.tabs[tab].knows[order].max(known);
    }

    /// The page looks at the stored mark.
    pub(crate) fn looks(&mut self, tab: usize, order: usize) {
        let (page, kept, is_idle) = (self.page(tab), self.storage[order], self.tabs[tab].begun.is_none());
        let bill = self.known(tab, order).bill(&self.orders[order]);
        match &mut self.tabs[tab].code {
            Code::Current(ledger) => {
                let change = ledger.mark_seen(&self.orders[order].id, kept.mark());
                if !kept.asked {
                    self.judge.insists(order, page);
                    self.tally.marked_again += u32::from(change.is_some());
                }
                self.storage[order].change(change);
                if is_idle && bill.is_some_and(|bill| ledger.allows(&bill)) {
                    self.judge.offers(order, page);
                }
            }
            Code::Older(at) => {
                if kept.asked && at[order] == AtOlder::Nothing && is_idle {
                    at[order] = AtOlder::Unclear;
                }
            }
        }
    }

    /// The shopper leaves an order of which the wallet was not asked to send.
    pub(crate) fn gives_up(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        if let Some((_, bill, _)) = tab.begun.take()
            && let Code::Current(ledger) = &mut tab.code
        {
            assert!(ledger.give_up(&bill.order), "what has begun can be given up");
        }
    }

    /// The shopper presses a wallet's button.
    pub(crate) fn presses(&mut self, tab: usize, order: usize) {
        if self.tabs[tab].begun.as_ref().is_some_and(|(begun, ..)| *begun != order) {
            self.gives_up(tab);
        }
        self.looks(tab, order);
        let known = self.known(tab, order);
        let Some((bill, numbers)) = known.bill(&self.orders[order]).zip(known.numbers()) else { return };
        let tab = &mut self.tabs[tab];
        let begins = match &mut tab.code {
            Code::Current(ledger) => ledger.press(&bill) == Press::Begins,
            Code::Older(at) => tab.begun.is_none() && at[order] == AtOlder::Nothing && !at.contains(&AtOlder::Asking),
        };
        if begins {
            assert!(tab.begun.is_none(), "a second press begins nothing");
            tab.begun = Some((order, bill, numbers));
        }
    }

    /// The wallet has connected and the order was confirmed: the wallet is asked to send, if it may be.
    pub(crate) fn asks(&mut self, tab: usize, is_late: bool) {
        let Some((order, bill, pressed)) = self.tabs[tab].begun.take() else { return };
        self.learns(tab, order, is_late);
        let known = self.known(tab, order);
        let (payable, page, kept) = (known.bill(&self.orders[order]), self.page(tab), self.storage[order]);
        self.names += 1;
        let may_ask = match &mut self.tabs[tab].code {
            Code::Current(ledger) => {
                let name = MarkName::new(self.names);
                match ledger.about_to_ask(&bill, payable.as_ref(), kept.mark(), name) {
                    Ok(change) => {
                        self.storage[order].change(Some(change));
                        true
                    }
                    Err(failure) => {
                        self.tally.refused_by_mark +=
                            u32::from(matches!(failure, WalletFailure::Unclear | WalletFailure::AskedElsewhere));
                        ledger.not_asked(&bill.order, failure);
                        false
                    }
                }
            }
            Code::Older(_) if payable.as_ref() != Some(&bill) => false,
            Code::Older(at) => {
                at[order] = if kept.asked { AtOlder::Unclear } else { AtOlder::Asking };
                self.storage[order].asked = true;
                !kept.asked
            }
        };
        if !may_ask {
            return;
        }
        let amount = pressed[0] - pressed[1];
        self.tally.asked += 1;
        let has_sent = |other: &Asked| {
            (other.page, other.order, other.is_heard) == (page, order, true) && other.decision == Some(Decision::Sent)
        };
        self.tally.remainders += u32::from(self.asked.iter().any(has_sent));
        let number = self.judge.asks(order, page, amount, known.numbers());
        assert_eq!(number, self.asked.len());
        self.asked.push(Asked { order, page, bill, amount, decision: None, is_heard: false, has_arrived: false });
    }

    /// The n-th of the open questions is decided.
    pub(crate) fn decides(&mut self, choice: usize, decision: Decision) {
        let open = self.asked.iter().enumerate().filter(|(_, asked)| asked.decision.is_none());
        let open: Vec<usize> = open.map(|(number, _)| number).collect();
        if let Some(number) = open.get(choice % open.len().max(1)) {
            self.asked[*number].decision = Some(decision);
            self.judge.decides(*number, decision);
        }
    }

    /// The page of the n-th question that is decided hears of it, if the page is still there.
    pub(crate) fn hears(&mut self, choice: usize) {
        let waits =
            |asked: &Asked| asked.decision.is_some() && !asked.is_heard && asked.page == self.page(asked.page.0);
        let waiting = self.asked.iter().enumerate().filter(|(_, asked)| waits(asked));
        let waiting: Vec<usize> = waiting.map(|(number, _)| number).collect();
        let Some(number) = waiting.get(choice % waiting.len().max(1)) else { return };
        let asked = &mut self.asked[*number];
        asked.is_heard = true;
        let (order, kept) = (asked.order, &mut self.storage[asked.order]);
        let hash = format!("0x{number:064x}");
        let answer = match asked.decision {
            Some(Decision::Sent) => Ok(hash.as_str()),
            Some(Decision::Declined) => Err(4001),
            Some(Decision::SentInSilence) => Ok("sent"),
            Some(Decision::Broke) | None => Err(-32603),
        };
        let code = &mut self.tabs[asked.page.0].code;
        self.judge.hears(*number, matches!(code, Code::Current(_)));
        match code {
            Code::Current(ledger) => {
                let is_foreign = kept.mark() != StoredMark::Absent && answer == Err(4001);
                let change = ledger.answered(&asked.bill, SendOutcome::read(answer), kept.mark());
                self.tally.late_refusals += u32::from(is_foreign && change.is_none());
                kept.change(change);
            }
            Code::Older(at) => match answer {
                Ok(hash) if hash.len() == 66 => at[order] = AtOlder::Sent,
                Err(4001) => {
                    at[order] = AtOlder::Nothing;
                    kept.asked = false;
                }
                Ok(_) | Err(_) => at[order] = AtOlder::Unclear,
            },
        }
    }

    /// The page is loaded anew, and what it knew is lost; its wallet may still decide, and nobody hears it.
    pub(crate) fn reloads(&mut self, tab: usize) {
        self.judge.is_gone(self.page(tab));
        let is_older = matches!(self.tabs[tab].code, Code::Older(_));
        let tab = &mut self.tabs[tab];
        tab.life += 1;
        tab.begun = None;
        tab.code = Code::new(is_older);
    }

    /// The shopper says that nothing was sent, if the page asks for it, and it is true or the shopper is mistaken.
    pub(crate) fn word(&mut self, tab: usize, order: usize) {
        let (page, order_id) = (self.page(tab), self.orders[order].id.clone());
        let kept = &mut self.storage[order];
        let is_true = self.judge.is_word_true(order, page, self.is_careful, self.has_older);
        if !is_true && !self.is_mistaken {
            return;
        }
        match &mut self.tabs[tab].code {
            Code::Current(ledger) => {
                if !is_unclear(ledger, &order_id) {
                    assert_eq!(ledger.nothing_was_sent(&order_id), None, "the shopper is not asked");
                    return;
                }
                kept.change(ledger.nothing_was_sent(&order_id));
            }
            Code::Older(at) => {
                if at[order] != AtOlder::Unclear {
                    return;
                }
                at[order] = AtOlder::Nothing;
                kept.asked = false;
            }
        }
        self.tally.words += 1;
        self.judge.word(order, page);
    }

    /// The supplier says something new of an order.
    pub(crate) fn says(&mut self, order: usize, zeros: usize, due: Option<u32>, more: u32, is_over: Option<bool>) {
        let last = self.latest(order);
        self.supplier[order].push(Said {
            due: due.unwrap_or(last.due),
            received: last.received + more,
            zeros,
            is_over: is_over.unwrap_or(last.is_over),
        });
    }

    /// What the n-th wallet has sent arrives, but for a fee that somebody takes on the way.
    pub(crate) fn arrives(&mut self, choice: usize, fee: u32, zeros: usize) {
        let is_sent = |asked: &Asked| matches!(asked.decision, Some(Decision::Sent | Decision::SentInSilence));
        let sent = self.asked.iter().enumerate().filter(|(_, asked)| is_sent(asked) && !asked.has_arrived);
        let sent: Vec<usize> = sent.map(|(number, _)| number).collect();
        let Some(number) = sent.get(choice % sent.len().max(1)) else { return };
        let asked = &mut self.asked[*number];
        asked.has_arrived = true;
        let (order, fee, amount) = (asked.order, fee.min(asked.amount - 1), asked.amount);
        self.judge.arrives(*number, fee == 0);
        self.says(order, zeros, None, amount - fee, None);
    }

    /// The shopper pays by hand.
    pub(crate) fn pays_by_hand(&mut self, order: usize, amount: u32, zeros: usize) {
        let is_seen = self.judge.foreign_money(order);
        self.says(order, zeros, None, amount, None);
        if is_seen {
            (0..TABS).for_each(|tab| self.learns(tab, order, false));
        }
    }

    /// Looks at everything that pages and storage show, and whether there is a way where there must be one.
    pub(crate) fn is_judged(&mut self) {
        for order in 0..ORDERS {
            let (kept, order_id) = (self.storage[order], self.orders[order].id.clone());
            let mut loaded = WalletLedger::default();
            loaded.mark_seen(&order_id, kept.mark());
            self.judge.sees_order(order, kept.asked, loaded.may_have_sent(&order_id));
            for tab in 0..TABS {
                let (page, known) = (self.page(tab), self.known(tab, order));
                let bill = known.bill(&self.orders[order]);
                let Code::Current(ledger) = &self.tabs[tab].code else { continue };
                let shown = (
                    ledger.may_have_sent(&order_id),
                    ledger.hashes(&order_id).len(),
                    bill.as_ref().is_some_and(|bill| ledger.allows(bill)),
                    ledger.must_decline(&order_id, || bill.clone()),
                );
                self.judge.sees_page(order, page, shown, known.numbers());
                self.finds_a_way(tab, order);
            }
        }
    }

    /// Tries, with copies of everything, whether a page can ask a wallet where that is promised.
    fn finds_a_way(&mut self, tab: usize, order: usize) {
        let (page, order_id, said) = (self.page(tab), self.orders[order].id.clone(), self.latest(order));
        let way = self.judge.way(order);
        let is_promised = match way {
            Way::None => false,
            Way::ForAll => true,
            Way::ForOne(settled) => {
                settled == page && said.is_payable() && !self.judge.was_asked_for(order, said.due - said.received)
            }
        };
        let is_busy =
            self.tabs[tab].begun.is_some() || self.asked.iter().any(|asked| asked.page == page && !asked.is_heard);
        let Some(bill) = said.bill(&self.orders[order]).filter(|_| is_promised && !is_busy) else { return };
        let Code::Current(ledger) = &self.tabs[tab].code else { return };
        let (mut ledger, mut kept) = (ledger.clone(), self.storage[order]);
        kept.change(ledger.mark_seen(&order_id, kept.mark()));
        if is_unclear(&ledger, &order_id) {
            if !self.judge.is_word_true(order, page, true, true) {
                return;
            }
            kept.change(ledger.nothing_was_sent(&order_id));
            kept.change(ledger.mark_seen(&order_id, kept.mark()));
        }
        self.tally.ways += 1;
        self.tally.ways_for_one += u32::from(matches!(way, Way::ForOne(_)));
        let press = ledger.press(&bill);
        if press != Press::Begins {
            return self.judge.is_stuck(order, page, &format!("a press: {press:?}"));
        }
        if let Err(failure) = ledger.about_to_ask(&bill, Some(&bill), kept.mark(), MarkName::new(0)) {
            self.judge.is_stuck(order, page, &format!("about to ask: {failure:?}"));
        }
    }
}

/// Whether the page asks the shopper to look into a wallet.
fn is_unclear(ledger: &WalletLedger, order: &OrderId) -> bool {
    matches!(ledger.payment(order), Some(WalletPayment::Failed(WalletFailure::Unclear | WalletFailure::AskedElsewhere)))
}
