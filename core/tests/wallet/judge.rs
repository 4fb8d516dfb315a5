//! Who judges what pages ask of wallets: from what really happened between shopper, wallets, pages and supplier, and by
//! nothing of the code that is judged.

/// One page from its load to its end: the tab, and how often that was loaded before.
pub(crate) type Page = (usize, u32);

/// What a wallet made of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It has sent, and says so by a hash.
    Sent,
    /// The shopper declined.
    Declined,
    /// It has sent, and answers with something else.
    SentInSilence,
    /// It has not sent, and answers with something else than that the shopper declined.
    Broke,
}

/// A question whether to send.
#[derive(Clone, Debug)]
struct Question {
    order: usize,
    page: Page,
    amount: u32,
    /// What the page knew to be received when it asked.
    received: u32,
    decision: Option<Decision>,
    /// Whether the page heard the decision.
    is_heard: bool,
    /// Whether the page that asked is gone, or hears of nothing more.
    is_lost: bool,
    /// Whether the shopper has said since that nothing was sent.
    is_excused: bool,
    /// Whether all that was sent has arrived.
    has_arrived: bool,
}

impl Question {
    /// Whether the amount must not be asked for again: it is neither known to be declined, nor did the shopper say that it was
    /// not sent.
    fn binds(&self) -> bool {
        let is_known_to_be_declined = self.is_heard && self.decision == Some(Decision::Declined);
        !self.is_excused && !is_known_to_be_declined
    }

    fn is_sent(&self) -> bool {
        matches!(self.decision, Some(Decision::Sent | Decision::SentInSilence))
    }

    /// Whether the page is still waiting for the wallet.
    fn is_awaited(&self) -> bool {
        !self.is_heard && !self.is_lost
    }
}

/// What a page may be asked to do without paying anything twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing is promised.
    None,
    /// Any page may ask for what is due.
    ForAll,
    /// The page that has sent may ask for the remainder.
    ForOne(Page),
}

#[derive(Default)]
pub(crate) struct Judge {
    questions: Vec<Question>,
    /// The orders that got money of which the pages cannot know that it is not what they have sent.
    muddied: Vec<usize>,
    /// The orders of which a shopper said that nothing was sent, though something was.
    mistaken: Vec<usize>,
    pub(crate) verdicts: Vec<String>,
}

impl Judge {
    fn of(&self, order: usize) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(move |question| question.order == order)
    }

    /// A page asks a wallet for an amount of an order, of which it knows what is due and what was received (`asks_for`), if
    /// it is to be paid. Returns the question's number.
    pub(crate) fn asks(&mut self, order: usize, page: Page, amount: u32, asks_for: Option<[u32; 2]>) -> usize {
        let mut broken = Vec::new();
        if asks_for.is_none_or(|[due, received]| amount != due - received) {
            broken.push(format!("{page:?} asks for {amount}, and the order for {asks_for:?}"));
        }
        let received = asks_for.map_or(0, |[_, received]| received);
        if self.questions.iter().any(|other| other.page == page && other.is_awaited()) {
            broken.push(format!("{page:?} has two questions open"));
        }
        let (mut promised, mut base) = (0, None);
        for other in self.of(order).filter(|other| other.binds()) {
            let is_known = other.page == page && other.is_heard && other.decision == Some(Decision::Sent);
            if !is_known {
                broken.push(format!("{page:?} asks for {amount} of {order}, though {other:?}"));
            } else if !other.has_arrived && !self.muddied.contains(&order) {
                broken.push(format!("{page:?} asks for the remainder of {order}, though {other:?} has not arrived"));
            }
            base = base.or(Some(other.received));
            promised += other.amount;
        }
        if base.is_some_and(|base| received < base + promised) {
            broken
                .push(format!("{page:?} asks for the remainder of {order} at {received}, after {promised} were sent"));
        }
        self.verdicts.extend(broken);
        self.questions.push(Question {
            order,
            page,
            amount,
            received,
            decision: None,
            is_heard: false,
            is_lost: false,
            is_excused: false,
            has_arrived: false,
        });
        self.questions.len() - 1
    }

    /// A wallet decides.
    pub(crate) fn decides(&mut self, question: usize, decision: Decision) {
        self.questions[question].decision = Some(decision);
    }

    /// A page hears what its wallet decided. A page of an older release (`!is_new`) keeps to itself what it hears late.
    pub(crate) fn hears(&mut self, question: usize, is_new: bool) {
        let question = &mut self.questions[question];
        question.is_heard = true;
        if is_new && question.decision != Some(Decision::Declined) {
            question.is_excused = false;
        }
    }

    /// A page looks at an order that is not marked, while its question is open or after it heard that its wallet has sent: it
    /// marks the order again.
    pub(crate) fn insists(&mut self, order: usize, page: Page) {
        let own = |question: &&mut Question| {
            let is_known = question.is_heard && question.decision == Some(Decision::Sent);
            question.order == order && question.page == page && (question.is_awaited() || is_known)
        };
        self.questions.iter_mut().filter(own).for_each(|question| question.is_excused = false);
    }

    /// A page is gone; what wallets answer to it is lost.
    pub(crate) fn is_gone(&mut self, page: Page) {
        self.questions.iter_mut().filter(|question| question.page == page).for_each(|question| question.is_lost = true);
    }

    /// All or a part of what was sent arrives.
    pub(crate) fn arrives(&mut self, question: usize, is_all: bool) {
        self.questions[question].has_arrived = is_all;
        if self.questions[question].is_excused {
            self.muddied.push(self.questions[question].order);
        }
    }

    /// Money arrives that no wallet of a page has sent. Returns whether the pages may know that, as nothing was asked yet.
    pub(crate) fn foreign_money(&mut self, order: usize) -> bool {
        let is_clear = self.of(order).next().is_none();
        if !is_clear {
            self.muddied.push(order);
        }
        is_clear
    }

    /// Whether a shopper who looks into the wallets can say on this page that nothing was sent, beyond what the page itself
    /// shows as sent. Most look whether a question is `open` there, too. Where a tab of an older release takes part, they do
    /// not speak before each page has `heard` its wallet.
    pub(crate) fn is_word_true(&self, order: usize, page: Page, open: bool, heard: bool) -> bool {
        self.of(order).all(|question| {
            let is_shown = question.page == page && question.is_heard && question.decision == Some(Decision::Sent);
            (!question.is_sent() || is_shown)
                && (!open || question.decision.is_some())
                && (!heard || !question.is_awaited())
        })
    }

    /// The shopper says on a page that nothing was sent, beyond what the page itself shows as sent. That may be a mistake.
    pub(crate) fn word(&mut self, order: usize, page: Page) {
        let is_shown = |question: &Question| {
            question.page == page && question.is_heard && question.decision == Some(Decision::Sent)
        };
        if self.of(order).any(|question| question.is_sent() && !is_shown(question)) {
            self.mistaken.push(order);
            self.muddied.push(order);
        }
        let excused = |question: &&mut Question| question.order == order && !is_shown(question);
        self.questions.iter_mut().filter(excused).for_each(|question| question.is_excused = true);
    }

    /// What pages and storage show of an order: whether it is marked, and what a page says that was just loaded.
    pub(crate) fn sees_order(&mut self, order: usize, is_marked: bool, says_a_new_page: bool) {
        let binding = self.of(order).find(|question| question.binds()).cloned();
        if let Some(question) = binding.filter(|_| !is_marked || !says_a_new_page) {
            self.verdicts.push(format!("marked {is_marked}, a new page says it {says_a_new_page}: {question:?}"));
        }
        if matches!(self.way(order), Way::ForAll) && is_marked {
            self.verdicts.push(format!("{order} is marked, and nothing is open"));
        }
    }

    /// What a page shows of an order: that a wallet may have sent, how many hashes, that the amount is offered to a wallet, and
    /// that a question must be declined. `asks_for` is what the order asks for on this page, as due and received.
    pub(crate) fn sees_page(
        &mut self,
        order: usize,
        page: Page,
        (may_have_sent, hashes, is_offered, must_decline): (bool, usize, bool, bool),
        asks_for: Option<[u32; 2]>,
    ) {
        let own = || self.of(order).filter(|question| question.page == page);
        let is_asking = own().find(|question| question.is_awaited());
        let must_say = own().any(|question| question.binds() || question.is_awaited());
        let heard = own().filter(|question| question.is_heard && question.decision == Some(Decision::Sent)).count();
        let is_under_way = own().any(|question| {
            let waits = question.is_awaited() || !question.has_arrived && !self.muddied.contains(&order);
            question.binds() && waits
        });
        let is_other = |question: &Question| {
            asks_for.is_none_or(|[due, received]| (due - received, received) != (question.amount, question.received))
        };
        let is_to_be_declined = is_asking.is_some_and(is_other);
        let mut broken = Vec::new();
        if must_say && !may_have_sent {
            broken.push(format!("{page:?} does not say that a wallet may have sent for {order}"));
        }
        if heard != hashes {
            broken.push(format!("{page:?} shows {hashes} of {heard} transactions of {order}"));
        }
        if is_offered && is_under_way {
            broken.push(format!("{page:?} offers {asks_for:?} of {order}, while a wallet has it"));
        }
        if must_decline != is_to_be_declined {
            broken.push(format!("{page:?} says {must_decline} of declining what is asked for {order}"));
        }
        self.verdicts.extend(broken);
    }

    /// A page on which no payment is under way has looked at the mark, and offers the amount to a wallet.
    pub(crate) fn offers(&mut self, order: usize, page: Page) {
        let other = self.of(order).find(|other| other.binds() && other.page != page).cloned();
        if let Some(other) = other {
            self.verdicts.push(format!("{page:?} has looked and offers {order}, though {other:?}"));
        }
    }

    /// What is promised of an order: that there is a way to ask a wallet.
    pub(crate) fn way(&self, order: usize) -> Way {
        if self.mistaken.contains(&order)
            || self.of(order).any(Question::is_awaited)
            || self.of(order).any(|question| question.decision.is_none())
        {
            return Way::None;
        }
        let mut binding = self.of(order).filter(|question| question.binds()).peekable();
        let Some(page) = binding.peek().map(|first| first.page) else { return Way::ForAll };
        let is_settled = |question: &Question| {
            let is_heard = question.is_heard && question.decision == Some(Decision::Sent);
            is_heard && !question.is_lost && question.has_arrived && question.page == page
        };
        if binding.all(is_settled) && !self.muddied.contains(&order) { Way::ForOne(page) } else { Way::None }
    }

    /// Whether this remainder was asked for before: then it is not told from what was sent.
    pub(crate) fn was_asked_for(&self, order: usize, amount: u32) -> bool {
        self.of(order).any(|question| question.amount == amount)
    }

    /// A page finds no way where there must be one.
    pub(crate) fn is_stuck(&mut self, order: usize, page: Page, why: &str) {
        self.verdicts.push(format!("{page:?} finds no way to pay {order}: {why}"));
    }
}
