//! One order: what the supplier knows of it, and how it changes.

use super::quote::PricedLine;
use super::secrets::Secrets;
use rust_decimal::Decimal;

use crate::catalog::Shape;
use crate::catalog::texts::Words;
use crate::money::CoinAmount;
use crate::outcomes::{Money, Step, Wishes};
use crate::vias::{Coin, Network};

/// The states after which the stream sends `stop`.
const FINAL: &[&str] = &["done", "completed", "expired", "refunded", "canceled", "cancelled", "paymentsetupfailed"];

/// One line of an order.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) priced: PricedLine,
    pub(crate) shape: Shape,
    /// The language of the line's instructions.
    pub(crate) words: &'static Words,
    pub(crate) delivery_state: &'static str,
    pub(crate) has_failed: bool,
    /// The secrets, present from the moment of delivery.
    pub(crate) secrets: Option<Secrets>,
}

/// An order as the supplier knows it.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) created_s: u64,
    pub(crate) updated_s: u64,
    pub(crate) order_state: &'static str,
    pub(crate) payment_state: &'static str,
    pub(crate) coin: &'static Coin,
    pub(crate) network: &'static Network,
    pub(crate) due: CoinAmount,
    pub(crate) sent: CoinAmount,
    pub(crate) address: String,
    pub(crate) email: String,
    pub(crate) refund_address: Option<String>,
    pub(crate) worth_usd: Decimal,
    pub(crate) lines: Vec<Line>,
    pub(crate) wishes: Wishes,
    /// A counter that each new walk increments, so that an older one stops.
    pub(crate) walk: u64,
}

impl Order {
    /// Returns whether nothing more is expected.
    pub(crate) fn is_final(&self) -> bool {
        FINAL.contains(&self.lower_state().as_str())
    }

    /// Returns whether the payment window may still end for this order.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.lower_state().as_str(), "created" | "waitingforpayment" | "partialpaymentstarted")
    }

    /// Returns how much of what is due has not come in.
    pub(crate) fn missing(&self) -> CoinAmount {
        self.due.less(self.sent)
    }

    /// Returns the state in lower case, as a careful client compares it.
    pub(crate) fn lower_state(&self) -> String {
        self.order_state.to_ascii_lowercase()
    }

    /// Makes one step public. `now_s` is the supplier's clock.
    pub(crate) fn apply(&mut self, step: Step, now_s: u64) {
        self.order_state = step.order_state;
        self.payment_state = step.payment_state;
        if let Money::Percent(percent) = step.money {
            let part = CoinAmount(self.due.0 * Decimal::new(percent, 2)).round_up(self.coin.digits);
            self.sent = if percent < 100 && part == self.due { CoinAmount(self.due.0 / Decimal::TWO) } else { part };
        }
        self.touch(now_s);
        match self.lower_state().as_str() {
            "waitingfordelivery" => self.deliver_early(),
            "done" | "completed" => self.deliver(),
            _ => {}
        }
    }

    /// Records a change at that time; the clock of an order never goes back.
    pub(crate) fn touch(&mut self, now_s: u64) {
        self.updated_s = now_s.max(self.updated_s);
    }

    fn deliver(&mut self) {
        let last = self.lines.len().saturating_sub(1);
        for (index, line) in self.lines.iter_mut().enumerate() {
            let is_replaced = line.shape == Shape::CodeReplaced;
            if line.shape == Shape::Late || line.secrets.is_some() && !is_replaced {
                continue;
            }
            // If there are several lines, only the last fails, so that a cart can be delivered in part.
            if line.shape == Shape::Failed && index == last {
                line.delivery_state = "Failed";
                line.has_failed = true;
                continue;
            }
            if line.shape == Shape::Failed {
                line.shape = line.priced.brand.shape;
            }
            if is_replaced {
                line.shape = Shape::Code;
            }
            line.hand_over();
        }
    }

    /// Delivers the codes that others are to replace.
    fn deliver_early(&mut self) {
        for line in self.lines.iter_mut().filter(|line| line.shape == Shape::CodeReplaced) {
            line.hand_over_as(&format!("{}/early", line.id));
        }
    }

    /// Delivers what was promised for later.
    pub(crate) fn deliver_late(&mut self, now_s: u64) {
        for line in self.lines.iter_mut().filter(|line| line.shape == Shape::Late) {
            line.shape = Shape::Code;
            line.hand_over();
        }
        self.touch(now_s);
    }
}

impl Line {
    fn hand_over(&mut self) {
        self.hand_over_as(&self.id.clone());
    }

    /// Delivers the line with the secrets that follow from this name.
    fn hand_over_as(&mut self, name: &str) {
        self.secrets = Some(Secrets::new(name, self.shape, &self.priced.brand, self.words));
        // One captured response says "Done" where the others say "Succeeded".
        self.delivery_state = if self.id.ends_with('7') { "Done" } else { "Succeeded" };
    }
}

/// Returns an order without lines, as it is when it is made.
#[cfg(test)]
pub(crate) fn sample(id: String) -> Order {
    let coin = crate::vias::find_coin("USDC").unwrap();
    Order {
        id,
        created_s: 100,
        updated_s: 100,
        order_state: "WaitingForPayment",
        payment_state: "WalletCreated",
        coin,
        network: coin.default_network(),
        due: CoinAmount::parse("10.01").unwrap(),
        sent: CoinAmount::ZERO,
        address: String::new(),
        email: String::new(),
        refund_address: None,
        worth_usd: Decimal::ZERO,
        lines: Vec::new(),
        wishes: Wishes::default(),
        walk: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_s_clock_never_goes_back() {
        let mut order = sample("a".to_owned());
        let step =
            Step { order_state: "PaymentStarted", payment_state: "PaymentRequested", money: Money::Percent(100) };
        order.apply(step, 50);
        assert_eq!(order.updated_s, 100);
        order.apply(step, 150);
        assert_eq!(order.updated_s, 150);
        assert_eq!(order.sent, order.due);
    }

    #[test]
    fn a_part_is_never_the_whole() {
        for due in ["0.01", "0.02", "1", "10.01", "123456.78"] {
            let mut order = sample("a".to_owned());
            order.due = CoinAmount::parse(due).unwrap();
            let part = Step { order_state: "PartialPaymentStarted", payment_state: "", money: Money::Percent(60) };
            order.apply(part, 100);
            assert!(order.sent > CoinAmount::ZERO && order.sent < order.due, "{due}: {}", order.sent.trimmed());
        }
    }
}
