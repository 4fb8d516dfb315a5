//! The steps of one purchase, as one enum whose variants own what each step has.
//!
//! A transition that makes no sense in the current step returns the purchase unchanged. Three guards protect money: an
//! order that is not the one that was asked for is not payable, one whose address or memo changes is never payable
//! again, and one whose price moved further than [`Moved`] allows waits for a confirmation, or is not payable at half
//! of it. What was agreed to is the amount that stood on screen when the shopper pressed. After a sign of money the
//! full amount is never payable again.

mod at_hand;
mod guards;
mod price;
mod step;

use crate::{
    catalog::{Brand, Denomination, Network, Sale},
    money::CoinAmount,
    order::{
        Chosen, Field, NotPayable, Order, OrderRequest, OrderState, Payee, SignOfMoney, Stage, StateClass,
        is_memo_lost, payee_changed, whole, with_payee_of,
    },
    payment::{Instruction, NoInstruction},
    problem::Problem,
};

pub use at_hand::Making;
use at_hand::{AtHand, Standing};
pub use guards::Guards;
use guards::unlike;
use price::moved;
pub use price::{Moved, is_stablecoin};
pub use step::Step;

/// What was chosen on the product screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The denomination of the catalogue.
    pub denomination: Denomination,
    /// What is ordered.
    pub chosen: Chosen,
}

/// Which page of choosing is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// The page of the denomination.
    Product,
    /// The page of the recipient.
    Recipient,
    /// The page of the coin and network.
    Method,
}

/// A purchase. The store in `app` owns it; it is changed only by its transitions.
#[derive(Clone, Debug, PartialEq)]
pub enum Checkout {
    /// The shopper looks at the brands.
    Browsing,
    /// A brand was picked, and the draft grows page by page.
    Choosing {
        /// The brand.
        brand: Box<Brand>,
        /// The page on screen.
        page: Page,
        /// The choice so far; it is kept when the shopper goes back.
        choice: Option<Choice>,
    },
    /// Everything is known, and the supplier is asked whether it would take the order.
    Reviewing {
        /// The brand.
        brand: Box<Brand>,
        /// The choice.
        choice: Choice,
        /// The request that would be sent.
        draft: Box<OrderRequest>,
        /// The supplier's answer.
        review: Review,
        /// The amount that the shopper agreed to pay by pressing. No answer of the supplier replaces it.
        agreed: Option<CoinAmount>,
    },
    /// The order is being created, by exactly one create for each key.
    Creating {
        /// The brand, for the review that follows a refusal.
        brand: Box<Brand>,
        /// The choice.
        choice: Choice,
        /// The request that was sent.
        draft: Box<OrderRequest>,
        /// The idempotency key.
        key: String,
        /// What the shopper agreed to pay.
        agreed: CoinAmount,
        /// What the supplier asked for last: that, or so little beside it that the shopper is only told.
        price: CoinAmount,
    },
    /// The answer to a create was lost or cannot be read: an order may exist.
    CreateUnknown {
        /// The brand, for the review that follows when a repeated create is refused.
        brand: Box<Brand>,
        /// The choice.
        choice: Choice,
        /// The request that was sent.
        draft: Box<OrderRequest>,
        /// The idempotency key.
        key: String,
        /// What the shopper agreed to pay.
        agreed: CoinAmount,
        /// Whether an answer came that could not be read, rather than none.
        is_unreadable: bool,
    },
    /// The order asks for more or less than was agreed to, by more than the shopper is only told of ([`Moved::Asked`]):
    /// they must agree before an address is shown.
    Confirming {
        /// The order.
        order: Box<Order>,
        /// The request that was sent; `None` after a resume.
        draft: Option<Box<OrderRequest>>,
        /// What the shopper had agreed to.
        agreed: CoinAmount,
        /// Whether it was payable before: the shopper may have sent what it asked for then.
        was_payable: bool,
    },
    /// The order is unpaid. Its address is shown while [`Checkout::stage`] says that it awaits payment.
    Paying {
        /// The latest accepted snapshot.
        order: Box<Order>,
        /// The request that was sent; `None` after a resume.
        draft: Option<Box<OrderRequest>>,
        /// The amount that the shopper agreed to pay; after a resume what the order first asked for.
        agreed: Option<CoinAmount>,
        /// Why the order is not payable, if it is not.
        not_payable: Option<NotPayable>,
        /// Whether the order is payable or was before: the shopper may have sent what it asked for then.
        was_payable: bool,
    },
    /// A sign of money was seen, and the order is never payable in full again.
    Following {
        /// The latest accepted snapshot.
        order: Box<Order>,
        /// The amount that the shopper agreed to pay in all; after a resume what was known of it.
        agreed: Option<CoinAmount>,
        /// Why not even a remainder may be paid, if it may not.
        not_payable: Option<NotPayable>,
        /// Whether only another page was told of the money: then this page does not know that it is not there any more.
        is_heard: bool,
    },
    /// The order is done (lines may still be coming), refunded, canceled or was never set up.
    Finished {
        /// The latest accepted snapshot.
        order: Box<Order>,
    },
}

/// The supplier's answer to a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Review {
    /// The supplier was asked and has not answered yet.
    Checking,
    /// The order would be taken at this amount.
    Passed(CoinAmount),
    /// The order would be taken, but the price moved away from what the shopper had agreed to: they are asked
    /// ([`Moved::Asked`]).
    Moved {
        /// The amount that was agreed to.
        was: CoinAmount,
        /// The amount that the order would be taken at.
        now: CoinAmount,
    },
    /// The order would be taken at half of what the shopper had agreed to, or less: it is probably another product, and
    /// is not ordered ([`Moved::Refused`]).
    Implausible {
        /// The amount that was agreed to.
        was: CoinAmount,
        /// The amount that the order would be taken at.
        now: CoinAmount,
    },
    /// The order would be refused, for these problems.
    Refused(Vec<Problem>),
    /// The supplier could not be reached.
    Unreachable,
    /// The supplier was asked too often and judged nothing.
    Busy,
}

/// The outcome of a create.
#[derive(Clone, Debug, PartialEq)]
pub enum Created {
    /// An order was created.
    Order(Box<Order>),
    /// The order was refused, and certainly not created.
    Refused(Vec<Problem>),
    /// It is not known whether there is an order: no answer came, or one that does not say that there is none.
    Unknown,
    /// The answer says success and cannot be read: an order may exist.
    Unreadable,
}

impl Review {
    /// Returns what a passed validation means for a shopper who had agreed to another amount before.
    fn against(agreed: &CoinAmount, now: CoinAmount, coin: &str) -> Self {
        match Moved::between(agreed, &now, coin) {
            Moved::Same | Moved::Told => Self::Passed(now),
            Moved::Asked => Self::Moved { was: agreed.clone(), now },
            Moved::Refused => Self::Implausible { was: agreed.clone(), now },
        }
    }

    /// Returns the amount that the shopper may agree to.
    pub const fn amount(&self) -> Option<&CoinAmount> {
        match self {
            Self::Passed(now) | Self::Moved { now, .. } => Some(now),
            Self::Checking | Self::Implausible { .. } | Self::Refused(_) | Self::Unreachable | Self::Busy => None,
        }
    }
}

impl Choice {
    /// Returns whether what is ordered is what the catalogue offers; only its own strings may be ordered (§9.2, §9.3).
    fn is_consistent(&self) -> bool {
        match (&self.denomination, &self.chosen) {
            (Denomination::Fixed { denomination, .. }, Chosen::Fixed(chosen)) => denomination == chosen,
            (Denomination::Range { range, .. }, Chosen::Range(face)) => face.currency() == range.min.currency(),
            (Denomination::Fixed { .. }, Chosen::Range(_)) | (Denomination::Range { .. }, Chosen::Fixed(_)) => false,
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a transition leaves every step that it does not name as it is")]
impl Checkout {
    /// Takes the brand that was chosen in the grid.
    pub fn choose(self, brand: Brand) -> Self {
        match self {
            Self::Browsing | Self::Choosing { .. } | Self::Reviewing { .. } => {
                Self::Choosing { brand: Box::new(brand), page: Page::Product, choice: None }
            }
            Self::Creating { .. }
            | Self::CreateUnknown { .. }
            | Self::Confirming { .. }
            | Self::Paying { .. }
            | Self::Following { .. }
            | Self::Finished { .. } => self,
        }
    }

    /// Takes the denomination that was chosen and goes on to the recipient. Nothing of a brand that is not on sale can
    /// be chosen.
    pub fn with_choice(self, choice: Choice) -> Self {
        match self {
            Self::Choosing { brand, .. } if brand.sale == Sale::OnSale && choice.is_consistent() => {
                Self::Choosing { brand, page: Page::Recipient, choice: Some(choice) }
            }
            unchanged => unchanged,
        }
    }

    /// Shows another page of choosing, from review too, to change something. The later pages need a choice.
    pub fn turn_to(self, page: Page) -> Self {
        match self {
            Self::Choosing { brand, choice, .. } if page == Page::Product || choice.is_some() => {
                Self::Choosing { brand, page, choice }
            }
            Self::Reviewing { brand, choice, .. } => Self::Choosing { brand, page, choice: Some(choice) },
            unchanged => unchanged,
        }
    }

    /// Everything is known: review. The draft must order what was chosen.
    pub fn with_draft(self, draft: OrderRequest) -> Self {
        match self {
            Self::Choosing { brand, choice: Some(choice), .. } | Self::Reviewing { brand, choice, .. }
                if draft.brand_name == brand.order_name && draft.chosen == choice.chosen =>
            {
                Self::Reviewing { brand, choice, draft: Box::new(draft), review: Review::Checking, agreed: None }
            }
            unchanged => unchanged,
        }
    }

    /// Takes the supplier's answer to the validation. Its amount is compared with the agreed one, if there is one.
    pub fn reviewed(self, review: Review) -> Self {
        match self {
            Self::Reviewing { brand, choice, draft, agreed, .. } => {
                let review = match (review, &agreed) {
                    (Review::Passed(now), Some(agreed)) => Review::against(agreed, now, &draft.coin),
                    (review, _) => review,
                };
                Self::Reviewing { brand, choice, draft, review, agreed }
            }
            unchanged => unchanged,
        }
    }

    /// Takes the shopper's agreement to pay `shown`, the amount that stood on screen when they pressed. Where something
    /// else is asked for by now, they are told, asked again, or refused, as [`Moved`] says. Where there is no amount to
    /// agree to, nothing happens.
    pub fn agree(self, shown: CoinAmount) -> Self {
        match self {
            Self::Reviewing {
                brand, choice, draft, review: Review::Passed(now) | Review::Moved { now, .. }, ..
            } => {
                let review = Review::against(&shown, now, &draft.coin);
                Self::Reviewing { brand, choice, draft, review, agreed: Some(shown) }
            }
            Self::Confirming { order, draft, was_payable, .. } => {
                place(order, SignOfMoney::None, Terms { draft, agreed: Some(shown), was_payable, ..Terms::default() })
            }
            unchanged => unchanged,
        }
    }

    /// Begins to create the order; does nothing unless the review passed at what the shopper agreed to.
    pub fn create(self, key: String) -> Self {
        match self {
            Self::Reviewing { brand, choice, draft, review: Review::Passed(price), agreed: Some(agreed) }
                if !key.is_empty() && Moved::between(&agreed, &price, &draft.coin).goes_on() =>
            {
                Self::Creating { brand, choice, draft, key, agreed, price }
            }
            unchanged => unchanged,
        }
    }

    /// Takes the outcome of the create, or of a repeat of it with the same key.
    pub fn created(self, outcome: Created) -> Self {
        match self {
            Self::Creating { brand, choice, draft, key, agreed, .. }
            | Self::CreateUnknown { brand, choice, draft, key, agreed, .. } => match outcome {
                Created::Order(order) => {
                    let money = order.has_sign_of_money().into();
                    place(order, money, Terms { draft: Some(draft), agreed: Some(agreed), ..Terms::default() })
                }
                Created::Refused(problems) => {
                    Self::Reviewing { brand, choice, draft, review: Review::Refused(problems), agreed: Some(agreed) }
                }
                Created::Unknown => Self::CreateUnknown { brand, choice, draft, key, agreed, is_unreadable: false },
                Created::Unreadable => Self::CreateUnknown { brand, choice, draft, key, agreed, is_unreadable: true },
            },
            unchanged => unchanged,
        }
    }

    /// Takes the shopper's agreement to what the order asks for now.
    pub fn confirm(self) -> Self {
        match &self {
            Self::Confirming { order, .. } => match order.to_pay() {
                Some(now) => self.agree(now),
                None => self,
            },
            _ => self,
        }
    }
}

impl Checkout {
    /// Takes the order and the sticky sign of money that the tracker has published
    /// ([`Snapshot`](crate::tracking::Snapshot)). The tracker is the one judge of both: the order takes the place of the
    /// one at hand, whatever its state and its time, and money was seen if the tracker says so. What only this browser
    /// knows of the order is kept, and so are goods that it had and leaves out. An order with another id changes nothing.
    pub fn observe(self, accepted: Order, money: impl Into<SignOfMoney>) -> Self {
        if self.order().is_none_or(|last| last.id != accepted.id) {
            return self;
        }
        self.with_order(|last, _, terms| {
            let not_payable = not_payable_by_payee(terms.not_payable, payee_changed(&last, &accepted));
            let order = Box::new(whole(accepted, &last));
            place(order, money.into(), Terms { not_payable, ..terms })
        })
    }

    /// Takes a snapshot that the tracker has refused since it is out of date, and that names another payee, or one where
    /// the order names none. It never takes the place of the order, and nothing becomes payable by it, but its payee
    /// counts: two addresses for one order are a reason to stop. What the tracker makes of its sign of money is for
    /// [`Checkout::observe`].
    pub fn dispute(self, refused: Order) -> Self {
        if self.order().is_none_or(|last| last.id != refused.id) {
            return self;
        }
        self.with_order(|mut last, money, terms| {
            let is_other = payee_changed(&last, &refused);
            let not_payable = not_payable_by_payee(terms.not_payable, is_other);
            if is_other {
                last = Box::new(with_payee_of(*last, &refused));
            } else {
                last.known_payee = match (last.known_payee.take(), Payee::of(&refused)) {
                    (Some(known), Some(now)) => Some(known.with_memo_of(&now)),
                    (known, now) => known.or(now),
                };
            }
            place(last, money, Terms { not_payable, ..terms })
        })
    }

    /// Takes what another page of this browser has found out about the order at hand: a reason why it is never payable
    /// again (`known.not_payable` must be such a one), and the payee that was seen first. `known.agreed` is not looked at.
    /// Nothing of that makes anything payable that was not.
    pub fn heed(self, known: Guards) -> Self {
        self.with_order(|mut order, money, terms| {
            let now = Payee::of(&order);
            let is_elsewhere = known.payee.as_ref().zip(now).is_some_and(|(known, now)| known.is_other(&now));
            order.known_payee = known.payee.or(order.known_payee);
            let not_payable = not_payable_by_others(terms.not_payable, known.not_payable);
            place(order, money, Terms { not_payable: not_payable_by_payee(not_payable, is_elsewhere), ..terms })
        })
    }

    /// Changes a purchase that has an order, by the order, by what it was last told of a sign of money, and by what else
    /// is known.
    fn with_order(self, change: impl FnOnce(Box<Order>, SignOfMoney, Terms) -> Self) -> Self {
        match self {
            Self::Paying { order, draft, agreed, not_payable, was_payable } => {
                let is_proven = not_payable.is_none();
                change(order, SignOfMoney::None, Terms { draft, agreed, not_payable, was_payable, is_proven })
            }
            Self::Confirming { order, draft, agreed, was_payable } => {
                let agreed = Some(agreed);
                let terms = Terms { draft, agreed, not_payable: None, was_payable, is_proven: true };
                change(order, SignOfMoney::None, terms)
            }
            Self::Following { order, agreed, not_payable, is_heard } => {
                let money = if is_heard { SignOfMoney::Heard } else { SignOfMoney::Told };
                change(order, money, Terms { agreed, not_payable, ..Terms::default() })
            }
            Self::Finished { order } => change(order, SignOfMoney::Told, Terms::default()),
            Self::Browsing
            | Self::Choosing { .. }
            | Self::Reviewing { .. }
            | Self::Creating { .. }
            | Self::CreateUnknown { .. } => self,
        }
    }

    /// Goes one step back, where that is possible (never out of `Creating` or later).
    pub fn back(self) -> Self {
        match self {
            Self::Choosing { page: Page::Product, .. } => Self::Browsing,
            Self::Choosing { brand, page: Page::Recipient, choice } => {
                Self::Choosing { brand, page: Page::Product, choice }
            }
            Self::Choosing { brand, page: Page::Method, choice } => {
                Self::Choosing { brand, page: Page::Recipient, choice }
            }
            Self::Reviewing { brand, choice, .. } => Self::Choosing { brand, page: Page::Method, choice: Some(choice) },
            Self::Browsing
            | Self::Creating { .. }
            | Self::CreateUnknown { .. }
            | Self::Confirming { .. }
            | Self::Paying { .. }
            | Self::Following { .. }
            | Self::Finished { .. } => self,
        }
    }

    /// Resumes an order from its snapshot, with what was known of it when it was left: whether there was ever a sign of
    /// money, and what guarded it ([`Checkout::guards`]), which nothing takes back.
    pub fn resume(mut order: Order, money: impl Into<SignOfMoney>, known: Guards) -> Self {
        let money = money.into().max(order.has_sign_of_money().into());
        let agreed = known.agreed.or_else(|| order.to_pay());
        let now = Payee::of(&order);
        let is_elsewhere = known.payee.as_ref().zip(now).is_some_and(|(known, now)| known.is_other(&now));
        // What was there then must be there now: later snapshots are compared with it as well.
        order.known_payee = known.payee;
        let not_payable = not_payable_by_payee(known.not_payable, is_elsewhere);
        // It is not known what was on screen when the order was left.
        place(Box::new(order), money, Terms { agreed, not_payable, was_payable: true, ..Terms::default() })
    }

    /// Returns what guards the order: it must not become payable by being left and resumed.
    pub fn guards(&self) -> Guards {
        let of = |order: &Order, agreed: Option<&CoinAmount>, not_payable: Option<NotPayable>| Guards {
            not_payable: not_payable
                .or_else(|| off_price(order, agreed))
                .or_else(|| is_memo_lost(order).then_some(NotPayable::Incomplete)),
            payee: Payee::of(order),
            agreed: agreed.cloned(),
        };
        let AtHand { order, agreed, not_payable, .. } = self.at_hand();
        match order {
            Some((order, Standing::Asked | Standing::Unpaid | Standing::Heard | Standing::Paid)) => {
                of(order, agreed, not_payable)
            }
            Some((_, Standing::Over)) | None => Guards::default(),
        }
    }

    /// Returns whether the order asks for so little that no later price makes it payable again ([`Moved::Refused`]). No
    /// other page may take that back.
    pub fn is_implausible(&self) -> bool {
        matches!(self, Self::Paying { order, agreed, not_payable: Some(NotPayable::Cheaper), .. }
            if moved(order, agreed.as_ref()) == Moved::Refused)
    }

    /// Where the purchase is, as the page around the checkout is told.
    pub fn step(&self) -> Step {
        match self {
            Self::Browsing => Step::Browse,
            Self::Choosing { page: Page::Product, .. } => Step::Choose,
            Self::Choosing { page: Page::Recipient, .. } => Step::Recipient,
            Self::Choosing { page: Page::Method, .. } => Step::Method,
            Self::Reviewing { .. } | Self::Creating { .. } | Self::CreateUnknown { .. } => Step::Review,
            Self::Confirming { .. } => Step::Pay,
            Self::Paying { .. } => match self.stage() {
                Some(Stage::AwaitingPayment { .. } | Stage::NotPayable(_)) => Step::Pay,
                Some(_) | None => Step::Track,
            },
            Self::Following { .. } => Step::Track,
            Self::Finished { order } if order.state == OrderState::Done => Step::Receipt,
            Self::Finished { .. } => Step::Track,
        }
    }

    /// Where the order at hand stands, with the guards of this purchase applied: what the screens go by. `None` without an
    /// order, and while one whose price moved waits for its confirmation.
    pub fn stage(&self) -> Option<Stage> {
        let AtHand { order, agreed, not_payable, .. } = self.at_hand();
        match order? {
            (_, Standing::Asked) => None,
            (order, Standing::Unpaid) => Some(guarded(order.stage(false), not_payable)),
            (order, standing @ (Standing::Heard | Standing::Paid)) => {
                let stage = match (order.stage(true), standing) {
                    // The order may be from before the payment that another page was told of.
                    (Stage::PaymentWithdrawn, Standing::Heard) => Stage::PaymentSeen,
                    (stage, _) => stage,
                };
                Some(guarded(stage, not_payable.or_else(|| off_price(order, agreed))))
            }
            (order, Standing::Over) => Some(order.stage(true)),
        }
    }

    /// Returns how to pay the order: in full before any sign of money, the remainder after a part arrived in time. The
    /// payment panel shows nothing else. `via` is the catalogue's entry for the order's coin and network.
    ///
    /// # Errors
    /// [`NoInstruction`] is the reason why nothing may be paid.
    pub fn instruction(&self, via: Option<&Network>) -> Result<Instruction, NoInstruction> {
        match (self.stage(), self.order()) {
            (Some(Stage::AwaitingPayment { .. }), Some(order)) => Instruction::for_order(order, via),
            (Some(Stage::PartlyPaid { .. }), Some(order)) => Instruction::for_remainder(order, via),
            (Some(Stage::NotPayable(reason)), _) => Err(NoInstruction::Guarded(reason)),
            (Some(_) | None, _) => Err(NoInstruction::NotAwaited),
        }
    }
}

/// Returns the stage of an order that asks for no money if it is not payable; everything else about it stays as it is.
fn guarded(stage: Stage, not_payable: Option<NotPayable>) -> Stage {
    match (stage, not_payable) {
        // An order that is not proven because a field cannot be read is shown as unreadable.
        (Stage::NotPayable(NotPayable::Unreadable), Some(NotPayable::Incomplete)) => {
            Stage::NotPayable(NotPayable::Unreadable)
        }
        (Stage::AwaitingPayment { .. } | Stage::PartlyPaid { .. } | Stage::NotPayable(_), Some(reason)) => {
            Stage::NotPayable(reason)
        }
        (stage, _) => stage,
    }
}

/// Returns why an order is not payable, given why it was not and whether it has another payee now. Another payee
/// makes it not payable for good, and a page that missed that must not undo it: the reason replaces all those that another page of this
/// browser may take back.
fn not_payable_by_payee(known: Option<NotPayable>, is_elsewhere: bool) -> Option<NotPayable> {
    match known {
        Some(NotPayable::Mismatch | NotPayable::AddressChanged) => known,
        Some(NotPayable::Incomplete | NotPayable::Dearer | NotPayable::Cheaper | NotPayable::Unreadable) | None => {
            if is_elsewhere {
                Some(NotPayable::AddressChanged)
            } else {
                known
            }
        }
    }
}

/// Returns why an order is not payable, given why it was not and the reason for good that another page found. What was
/// found here stays, unless it may end.
fn not_payable_by_others(known: Option<NotPayable>, found: Option<NotPayable>) -> Option<NotPayable> {
    match known {
        Some(NotPayable::Mismatch | NotPayable::AddressChanged) => known,
        Some(NotPayable::Incomplete | NotPayable::Dearer | NotPayable::Cheaper | NotPayable::Unreadable) | None => {
            found.or(known)
        }
    }
}

/// What is known of a purchase besides its order.
#[derive(Default)]
struct Terms {
    draft: Option<Box<OrderRequest>>,
    agreed: Option<CoinAmount>,
    not_payable: Option<NotPayable>,
    was_payable: bool,
    /// Whether it was the order that was asked for at the last look, where that can be proved.
    is_proven: bool,
}

/// Returns the variant that an order belongs in.
fn place(mut order: Box<Order>, money: SignOfMoney, terms: Terms) -> Checkout {
    let Terms { draft, agreed, not_payable, was_payable, is_proven } = terms;
    let not_payable = match (not_payable, draft.as_deref()) {
        // Lines that cannot be read make the order not payable while they last; they do not undo what was proven.
        (Some(NotPayable::Incomplete) | None, Some(asked)) => unlike(&order, asked)
            .filter(|reason| *reason != NotPayable::Incomplete || !is_proven || !order.unread.has(Field::Deliveries)),
        // Without the request nothing can be proved any more.
        (not_payable, _) => not_payable,
    };
    // An order that leaves out its network is on the one that was sent (docs/supplier-api.md §5.10); it stays so when
    // the draft is gone.
    if let (None, Some(asked)) = (&order.network, draft.as_deref()) {
        order.network = Some(asked.network.clone());
    }
    if is_finished(&order.state) {
        return Checkout::Finished { order };
    }
    let agreed = agreed.or_else(|| order.to_pay());
    if money.is_seen() {
        return Checkout::Following { order, agreed, not_payable, is_heard: money == SignOfMoney::Heard };
    }
    let is_payable = not_payable.is_none() && matches!(order.stage(false), Stage::AwaitingPayment { .. });
    match (moved(&order, agreed.as_ref()), agreed) {
        (Moved::Asked, Some(agreed)) if is_payable => Checkout::Confirming { order, draft, agreed, was_payable },
        (Moved::Refused, agreed) if is_payable => {
            Checkout::Paying { order, draft, agreed, not_payable: Some(NotPayable::Cheaper), was_payable }
        }
        (_, agreed) => Checkout::Paying { order, draft, agreed, not_payable, was_payable: was_payable || is_payable },
    }
}

/// Returns why an order is not payable whose price moved without the shopper agreeing to it.
fn off_price(order: &Order, agreed: Option<&CoinAmount>) -> Option<NotPayable> {
    let is_dearer = || order.to_pay().as_ref().zip(agreed).is_some_and(|(now, agreed)| now > agreed);
    match moved(order, agreed) {
        Moved::Same | Moved::Told => None,
        Moved::Asked | Moved::Refused => Some(if is_dearer() { NotPayable::Dearer } else { NotPayable::Cheaper }),
    }
}

fn is_finished(state: &OrderState) -> bool {
    match state.class() {
        StateClass::Done | StateClass::Closed => true,
        StateClass::Unpaid | StateClass::Paid | StateClass::Lapsed | StateClass::Unknown => false,
    }
}
