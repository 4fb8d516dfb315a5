//! The steps of one purchase, as one enum whose variants own what that moment has.
//!
//! A transition that makes no sense where the purchase stands gives the purchase back unchanged. Three guards protect money:
//! an order that is not the one asked for is frozen, one whose address or memo changes is frozen for good, and one whose price
//! moved further than [`Moved`] lets pass waits for a confirmation, or is frozen at half of it. Agreed is what stood on screen when
//! the shopper pressed. After a sign of money the full amount is never payable again.

mod at_hand;
mod guards;
mod price;

use crate::{
    catalog::{Brand, Denomination, Network, Sale},
    money::CoinAmount,
    order::{
        Chosen, Field, NotPayable, Order, OrderRequest, OrderState, Payee, Stage, StateClass, after, is_memo_lost,
        payee_changed, with_payee_of,
    },
    payment::{Instruction, Unpayable},
    problem::Problem,
};

pub use at_hand::Making;
use at_hand::{AtHand, Standing};
pub use guards::Guards;
use guards::unlike;
use price::moved;
pub use price::{Moved, is_stablecoin};

/// What was chosen on the product screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The denomination of the catalogue.
    pub denomination: Denomination,
    /// What is ordered.
    pub chosen: Chosen,
}

/// Which part of choosing is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// Denomination.
    Product,
    /// Who receives it.
    Recipient,
    /// Coin and network.
    Method,
}

/// A purchase. Owned by the store in `app`; changed only through its transitions.
#[derive(Clone, Debug, PartialEq)]
pub enum Checkout {
    /// Looking at the brands.
    Browsing,
    /// A brand was picked; the draft grows page by page.
    Choosing {
        /// The brand.
        brand: Box<Brand>,
        /// The page on screen.
        page: Page,
        /// What was chosen so far; kept when going back.
        choice: Option<Choice>,
    },
    /// Everything is known; the supplier is asked whether it would take the order.
    Reviewing {
        /// The brand.
        brand: Box<Brand>,
        /// The choice.
        choice: Choice,
        /// What would be sent.
        draft: Box<OrderRequest>,
        /// What the supplier says.
        review: Review,
        /// What the shopper agreed to pay by pressing. No answer of the supplier replaces it.
        agreed: Option<CoinAmount>,
    },
    /// The order is being created; exactly one create a key.
    Creating {
        /// The brand, to come back to review with after a refusal.
        brand: Box<Brand>,
        /// The choice.
        choice: Choice,
        /// What was sent.
        draft: Box<OrderRequest>,
        /// The idempotency key.
        key: String,
        /// What the shopper agreed to pay.
        agreed: CoinAmount,
        /// What the supplier asked for last: that, or so little beside it that the shopper is only told.
        price: CoinAmount,
    },
    /// The answer to a create was lost, or cannot be read: an order may exist.
    CreateUnknown {
        /// The brand, to come back to review with when a repeat is refused.
        brand: Box<Brand>,
        /// The choice.
        choice: Choice,
        /// What was sent.
        draft: Box<OrderRequest>,
        /// The idempotency key.
        key: String,
        /// What the shopper agreed to pay.
        agreed: CoinAmount,
        /// Whether an answer came that could not be read, rather than none.
        is_unreadable: bool,
    },
    /// The order asks for more or less than was agreed to, further off than the shopper is only told of ([`Moved::Asked`]): they
    /// must agree before an address is shown.
    Confirming {
        /// The order.
        order: Box<Order>,
        /// What was asked for; `None` after a resume.
        draft: Option<Box<OrderRequest>>,
        /// What the shopper had agreed to.
        agreed: CoinAmount,
        /// Whether it was payable before: the shopper may have sent what it asked for then.
        was_payable: bool,
    },
    /// Unpaid. Its address is shown while [`Checkout::stage`] says that it awaits payment.
    Paying {
        /// The latest accepted snapshot.
        order: Box<Order>,
        /// What was asked for; `None` after a resume.
        draft: Option<Box<OrderRequest>>,
        /// What the shopper agreed to pay; after a resume what the order first asked for.
        agreed: Option<CoinAmount>,
        /// Set when the order may not be paid here.
        frozen: Option<NotPayable>,
        /// Whether it is payable or was before: the shopper may have sent what it asked for then.
        was_payable: bool,
    },
    /// A sign of money was seen; never payable in full again.
    Following {
        /// The latest accepted snapshot.
        order: Box<Order>,
        /// What the shopper agreed to pay in all; after a resume what was known of it.
        agreed: Option<CoinAmount>,
        /// Set when not even a remainder may be paid here.
        frozen: Option<NotPayable>,
    },
    /// Done (lines may still be coming), refunded, called off or never set up.
    Finished {
        /// The latest accepted snapshot.
        order: Box<Order>,
    },
}

/// What the supplier says to a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Review {
    /// Asked, not answered yet.
    Checking,
    /// It would be taken at this amount.
    Passed(CoinAmount),
    /// It would be taken, but the price moved away from what the shopper had agreed to: they are asked ([`Moved::Asked`]).
    Moved {
        /// What was agreed to.
        was: CoinAmount,
        /// What it would be taken at.
        now: CoinAmount,
    },
    /// It would be taken at half of what the shopper had agreed to, or less: it is probably another product, and is not ordered
    /// ([`Moved::Refused`]).
    Implausible {
        /// What was agreed to.
        was: CoinAmount,
        /// What it would be taken at.
        now: CoinAmount,
    },
    /// It would be refused.
    Refused(Vec<Problem>),
    /// It could not be asked.
    Unreachable,
    /// It was asked too often; nothing was judged.
    Busy,
}

/// What happened to a create.
#[derive(Clone, Debug, PartialEq)]
pub enum Created {
    /// An order came back.
    Order(Box<Order>),
    /// Surely not created.
    Refused(Vec<Problem>),
    /// Nobody knows: no answer, or one that does not say in so many words that there is no order.
    Unknown,
    /// It was answered as a success, and the answer cannot be read: an order may exist.
    Unreadable,
}

impl Review {
    /// What a passed validation means for a shopper who had agreed to another amount before.
    fn against(agreed: &CoinAmount, now: CoinAmount, coin: &str) -> Self {
        match Moved::between(agreed, &now, coin) {
            Moved::Same | Moved::Told => Self::Passed(now),
            Moved::Asked => Self::Moved { was: agreed.clone(), now },
            Moved::Refused => Self::Implausible { was: agreed.clone(), now },
        }
    }

    /// What the shopper may agree to.
    pub const fn amount(&self) -> Option<&CoinAmount> {
        match self {
            Self::Passed(now) | Self::Moved { now, .. } => Some(now),
            Self::Checking | Self::Implausible { .. } | Self::Refused(_) | Self::Unreachable | Self::Busy => None,
        }
    }
}

impl Choice {
    /// Whether what is ordered is what the catalogue offers; only its own strings may be ordered (§9.2, §9.3).
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
    /// A brand was chosen in the grid.
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

    /// The denomination is chosen: on to the recipient. Nothing of a brand that is not on sale can be chosen.
    pub fn with_choice(self, choice: Choice) -> Self {
        match self {
            Self::Choosing { brand, .. } if brand.sale == Sale::OnSale && choice.is_consistent() => {
                Self::Choosing { brand, page: Page::Recipient, choice: Some(choice) }
            }
            unchanged => unchanged,
        }
    }

    /// Shows another page of choosing; from review too, to change something. The later pages need a choice.
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

    /// The supplier answered the validation. An amount is held against the one agreed to, where there is one.
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

    /// The shopper agrees to pay `shown`, which is what stood on screen when they pressed. Where that is not what is asked for any
    /// more, they are told, asked again, or refused, as [`Moved`] says. Does nothing where no amount can be agreed to.
    pub fn agree(self, shown: CoinAmount) -> Self {
        match self {
            Self::Reviewing {
                brand, choice, draft, review: Review::Passed(now) | Review::Moved { now, .. }, ..
            } => {
                let review = Review::against(&shown, now, &draft.coin);
                Self::Reviewing { brand, choice, draft, review, agreed: Some(shown) }
            }
            Self::Confirming { order, draft, was_payable, .. } => {
                place(order, false, Terms { draft, agreed: Some(shown), was_payable, ..Terms::default() })
            }
            unchanged => unchanged,
        }
    }

    /// The shopper orders; does nothing unless the review passed at what they agreed to.
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

    /// The create was answered, or a repeat of it with the same key.
    pub fn created(self, outcome: Created) -> Self {
        match self {
            Self::Creating { brand, choice, draft, key, agreed, .. }
            | Self::CreateUnknown { brand, choice, draft, key, agreed, .. } => match outcome {
                Created::Order(order) => {
                    let money_seen = order.has_sign_of_money();
                    place(order, money_seen, Terms { draft: Some(draft), agreed: Some(agreed), ..Terms::default() })
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

    /// The shopper agrees to what the order asks for now.
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
    /// An accepted snapshot arrived; `money_seen` is the tracker's sticky sign.
    ///
    /// A snapshot of another order changes nothing. One that goes back leaves the order as it was, but a sign of money in it
    /// counts: it was seen.
    pub fn observe(self, seen: Order, money_seen: bool) -> Self {
        let (last, known_money, terms) = match self {
            Self::Paying { order, draft, agreed, frozen, was_payable } => {
                (order, false, Terms { draft, agreed, frozen, was_payable, is_proven: frozen.is_none() })
            }
            Self::Confirming { order, draft, agreed, was_payable } => {
                (order, false, Terms { draft, agreed: Some(agreed), frozen: None, was_payable, is_proven: true })
            }
            Self::Following { order, agreed, frozen } => (order, true, Terms { agreed, frozen, ..Terms::default() }),
            Self::Finished { order } => (order, true, Terms::default()),
            Self::Browsing
            | Self::Choosing { .. }
            | Self::Reviewing { .. }
            | Self::Creating { .. }
            | Self::CreateUnknown { .. } => return self,
        };
        let same_order = seen.id == last.id;
        let money_seen = known_money || same_order && (money_seen || seen.has_sign_of_money());
        // Whether it is accepted or not: two addresses for one order are a reason to stop.
        let frozen = match terms.frozen {
            Some(NotPayable::Incomplete) | None if same_order && payee_changed(&last, &seen) => {
                Some(NotPayable::AddressChanged)
            }
            Some(
                NotPayable::Incomplete
                | NotPayable::Mismatch
                | NotPayable::AddressChanged
                | NotPayable::Dearer
                | NotPayable::Cheaper
                | NotPayable::Unreadable,
            )
            | None => terms.frozen,
        };
        let order = if seen.may_follow(&last) {
            Box::new(after(seen, &last).with_goods_of(&last))
        } else if same_order {
            Box::new(with_payee_of(*last, &seen))
        } else {
            last
        };
        place(order, money_seen, Terms { frozen, ..terms })
    }

    /// One step back, where that is possible (never out of `Creating` or later).
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

    /// Picks up an order by its snapshot, with what was known of it when it was left: whether there was ever a sign of money,
    /// and what guarded it ([`Checkout::guards`]), which nothing takes back any more.
    pub fn resume(mut order: Order, money_seen: bool, known: Guards) -> Self {
        let money_seen = money_seen || order.has_sign_of_money();
        let agreed = known.agreed.or_else(|| order.to_pay());
        let now = Payee::of(&order);
        let is_elsewhere = known.payee.as_ref().zip(now).is_some_and(|(known, now)| known.is_other(&now));
        // What was there then must be there: later snapshots are held against it as well.
        order.known_payee = known.payee;
        let frozen = match known.barred {
            Some(NotPayable::Incomplete) | None if is_elsewhere => Some(NotPayable::AddressChanged),
            barred => barred,
        };
        // Nobody knows what was on screen when it was left.
        place(Box::new(order), money_seen, Terms { agreed, frozen, was_payable: true, ..Terms::default() })
    }

    /// What guards the order at hand: it must not become payable by being left and picked up again.
    pub fn guards(&self) -> Guards {
        let of = |order: &Order, agreed: Option<&CoinAmount>, barred: Option<NotPayable>| Guards {
            barred: barred
                .or_else(|| off_price(order, agreed))
                .or_else(|| is_memo_lost(order).then_some(NotPayable::Incomplete)),
            payee: Payee::of(order),
            agreed: agreed.cloned(),
        };
        let AtHand { order, agreed, frozen, .. } = self.at_hand();
        match order {
            Some((order, Standing::Asked | Standing::Unpaid | Standing::Paid)) => of(order, agreed, frozen),
            Some((_, Standing::Over)) | None => Guards::default(),
        }
    }

    /// Whether the order at hand asks for so little that no later price makes it payable again ([`Moved::Refused`]). No other page
    /// may take that back.
    pub fn is_implausible(&self) -> bool {
        matches!(self, Self::Paying { order, agreed, frozen: Some(NotPayable::Cheaper), .. }
            if moved(order, agreed.as_ref()) == Moved::Refused)
    }

    /// Name of the step for host events: browse, choose, recipient, method, review, pay, track, receipt.
    pub fn step(&self) -> &'static str {
        match self {
            Self::Browsing => "browse",
            Self::Choosing { page: Page::Product, .. } => "choose",
            Self::Choosing { page: Page::Recipient, .. } => "recipient",
            Self::Choosing { page: Page::Method, .. } => "method",
            Self::Reviewing { .. } | Self::Creating { .. } | Self::CreateUnknown { .. } => "review",
            Self::Confirming { .. } => "pay",
            Self::Paying { .. } => match self.stage() {
                Some(Stage::AwaitingPayment { .. } | Stage::NotPayable(_)) => "pay",
                Some(_) | None => "track",
            },
            Self::Following { .. } => "track",
            Self::Finished { order } if order.state == OrderState::Done => "receipt",
            Self::Finished { .. } => "track",
        }
    }

    /// Where the order at hand stands, with the guards of this purchase applied: what the screens go by. `None` without an
    /// order, and while one whose price moved waits for its confirmation.
    pub fn stage(&self) -> Option<Stage> {
        let AtHand { order, agreed, frozen, .. } = self.at_hand();
        match order? {
            (_, Standing::Asked) => None,
            (order, Standing::Unpaid) => Some(guarded(order.stage(false), frozen)),
            (order, Standing::Paid) => Some(guarded(order.stage(true), frozen.or_else(|| off_price(order, agreed)))),
            (order, Standing::Over) => Some(order.stage(true)),
        }
    }

    /// How to pay the order at hand: in full before any sign of money, the remainder after a part arrived in time. The one
    /// question of the payment panel; `via` is the catalogue's entry for the order's coin and network.
    ///
    /// # Errors
    /// [`Unpayable`] is the reason why nothing may be paid.
    pub fn instruction(&self, via: Option<&Network>) -> Result<Instruction, Unpayable> {
        match (self.stage(), self.order()) {
            (Some(Stage::AwaitingPayment { .. }), Some(order)) => Instruction::for_order(order, via),
            (Some(Stage::PartlyPaid { .. }), Some(order)) => Instruction::for_remainder(order, via),
            (Some(Stage::NotPayable(reason)), _) => Err(Unpayable::Guarded(reason)),
            (Some(_) | None, _) => Err(Unpayable::NotAwaited),
        }
    }
}

/// A frozen order asks for no money; everything else about it is told as it is.
fn guarded(stage: Stage, frozen: Option<NotPayable>) -> Stage {
    match (stage, frozen) {
        // What is not proven because it cannot be read is told as that.
        (Stage::NotPayable(NotPayable::Unreadable), Some(NotPayable::Incomplete)) => {
            Stage::NotPayable(NotPayable::Unreadable)
        }
        (Stage::AwaitingPayment { .. } | Stage::PartlyPaid { .. } | Stage::NotPayable(_), Some(reason)) => {
            Stage::NotPayable(reason)
        }
        (stage, _) => stage,
    }
}

/// What is known of a purchase besides its order.
#[derive(Default)]
struct Terms {
    draft: Option<Box<OrderRequest>>,
    agreed: Option<CoinAmount>,
    frozen: Option<NotPayable>,
    was_payable: bool,
    /// Whether it was the order asked for at the last look, where that can be proved.
    is_proven: bool,
}

/// The variant in which an order belongs.
fn place(mut order: Box<Order>, money_seen: bool, terms: Terms) -> Checkout {
    let Terms { draft, agreed, frozen, was_payable, is_proven } = terms;
    let frozen = match (frozen, draft.as_deref()) {
        // Lines that cannot be read make it unpayable while they stand; they do not undo what was proven.
        (Some(NotPayable::Incomplete) | None, Some(asked)) => unlike(&order, asked)
            .filter(|reason| *reason != NotPayable::Incomplete || !is_proven || !order.unread.has(Field::Deliveries)),
        // Without what was asked for, nothing can be proved any more.
        (frozen, _) => frozen,
    };
    // An order that leaves out its network is on the one that was sent (docs/supplier-api.md §5.10); it stays so when the draft
    // is gone.
    if let (None, Some(asked)) = (&order.network, draft.as_deref()) {
        order.network = Some(asked.network.clone());
    }
    if is_finished(&order.state) {
        return Checkout::Finished { order };
    }
    let agreed = agreed.or_else(|| order.to_pay());
    if money_seen {
        return Checkout::Following { order, agreed, frozen };
    }
    let is_payable = frozen.is_none() && matches!(order.stage(false), Stage::AwaitingPayment { .. });
    match (moved(&order, agreed.as_ref()), agreed) {
        (Moved::Asked, Some(agreed)) if is_payable => Checkout::Confirming { order, draft, agreed, was_payable },
        (Moved::Refused, agreed) if is_payable => {
            Checkout::Paying { order, draft, agreed, frozen: Some(NotPayable::Cheaper), was_payable }
        }
        (_, agreed) => Checkout::Paying { order, draft, agreed, frozen, was_payable: was_payable || is_payable },
    }
}

/// Why an order must not be paid whose price moved without the shopper agreeing to it.
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
