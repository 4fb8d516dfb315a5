//! What a purchase has at hand: brand, choice, draft, review, create, order, each `None` where the step has none.

use super::{Checkout, Choice, NotPayable, Review};
use crate::{
    catalog::Brand,
    money::CoinAmount,
    order::{Order, OrderRequest},
};

/// What a step of a purchase has. [`Checkout::at_hand`] is the one place that lists the steps by what they have.
#[derive(Default)]
pub(super) struct AtHand<'a> {
    brand: Option<&'a Brand>,
    choice: Option<&'a Choice>,
    draft: Option<&'a OrderRequest>,
    review: Option<&'a Review>,
    key: Option<&'a str>,
    price: Option<&'a CoinAmount>,
    pub(super) agreed: Option<&'a CoinAmount>,
    pub(super) order: Option<(&'a Order, Standing)>,
    pub(super) not_payable: Option<NotPayable>,
}

/// How an order at hand stands to its money.
#[derive(Clone, Copy)]
pub(super) enum Standing {
    /// Its price moved, and the shopper is asked.
    Asked,
    /// No sign of money.
    Unpaid,
    /// A sign of money was seen, of which only another page was told.
    Heard,
    /// A sign of money was seen.
    Paid,
    /// It is over.
    Over,
}

/// A create that was sent and has brought no order so far.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// The brand.
    pub brand: &'a Brand,
    /// What was chosen of it.
    pub choice: &'a Choice,
    /// What was sent.
    pub draft: &'a OrderRequest,
    /// The idempotency key.
    pub key: &'a str,
}

impl Checkout {
    pub(super) fn at_hand(&self) -> AtHand<'_> {
        match self {
            Self::Browsing => AtHand::default(),
            Self::Choosing { brand, page: _, choice } => {
                AtHand { brand: Some(brand), choice: choice.as_ref(), ..AtHand::default() }
            }
            Self::Reviewing { brand, choice, draft, review, agreed } => AtHand {
                brand: Some(brand),
                choice: Some(choice),
                draft: Some(draft),
                review: Some(review),
                price: review.amount(),
                agreed: agreed.as_ref(),
                ..AtHand::default()
            },
            Self::Creating { brand, choice, draft, key, agreed, price } => AtHand {
                brand: Some(brand),
                choice: Some(choice),
                draft: Some(draft),
                key: Some(key),
                price: Some(price),
                agreed: Some(agreed),
                ..AtHand::default()
            },
            Self::CreateUnknown { brand, choice, draft, key, agreed, is_unreadable: _ } => AtHand {
                brand: Some(brand),
                choice: Some(choice),
                draft: Some(draft),
                key: Some(key),
                agreed: Some(agreed),
                ..AtHand::default()
            },
            Self::Confirming { order, draft, agreed, was_payable: _ } => AtHand {
                draft: draft.as_deref(),
                agreed: Some(agreed),
                order: Some((order, Standing::Asked)),
                ..AtHand::default()
            },
            Self::Paying { order, draft, agreed, not_payable, was_payable: _ } => AtHand {
                draft: draft.as_deref(),
                agreed: agreed.as_ref(),
                order: Some((order, Standing::Unpaid)),
                not_payable: *not_payable,
                ..AtHand::default()
            },
            Self::Following { order, agreed, not_payable, is_heard } => AtHand {
                agreed: agreed.as_ref(),
                order: Some((order, if *is_heard { Standing::Heard } else { Standing::Paid })),
                not_payable: *not_payable,
                ..AtHand::default()
            },
            Self::Finished { order } => AtHand { order: Some((order, Standing::Over)), ..AtHand::default() },
        }
    }

    /// The brand that was picked, from the product screen to the create.
    pub fn brand(&self) -> Option<&Brand> {
        self.at_hand().brand
    }

    /// What was chosen of the brand, from then to the create.
    pub fn choice(&self) -> Option<&Choice> {
        self.at_hand().choice
    }

    /// What would be sent, was sent, or is held against the order that came of it. After a sign of money, and after the order was
    /// picked up again, there is none.
    pub fn draft(&self) -> Option<&OrderRequest> {
        self.at_hand().draft
    }

    /// What the supplier says to the draft, while that is under review.
    pub fn review(&self) -> Option<&Review> {
        self.at_hand().review
    }

    /// What the supplier asks for before there is an order: of a draft under review, and of a create under way.
    pub fn price(&self) -> Option<&CoinAmount> {
        self.at_hand().price
    }

    /// The create that was sent and has brought no order so far: it is under way, or its answer was lost.
    pub fn making(&self) -> Option<Making<'_>> {
        let AtHand { brand, choice, draft, key, .. } = self.at_hand();
        Some(Making { brand: brand?, choice: choice?, draft: draft?, key: key? })
    }

    /// The order at hand.
    pub fn order(&self) -> Option<&Order> {
        self.at_hand().order.map(|(order, _)| order)
    }

    /// What the shopper agreed to pay, in whole units of the coin where an order tells them. `None` for an order that is over.
    pub fn agreed(&self) -> Option<CoinAmount> {
        let AtHand { agreed, order, .. } = self.at_hand();
        let agreed = agreed?;
        Some(order.map_or_else(|| agreed.clone(), |(order, _)| order.in_units(agreed)))
    }
}
