//! The screens from the review to the receipt.

use crate::{
    screen::Screen,
    words::{word, word_with},
};

/// The review before an order is made.
#[derive(Clone)]
pub struct Review(Screen);

impl Review {
    /// Waits for the review.
    pub async fn on(screen: &Screen) -> Self {
        screen.find("heading", word("review.title")).await;
        Self(screen.clone())
    }

    /// Waits until the supplier accepts the order, then orders.
    pub async fn create(&self) {
        self.0.shows(word("review.due")).await;
        self.0.press("button", word("review.create")).await;
    }

    /// Waits until the message of the problem `code` is shown.
    pub async fn tells_problem(&self, code: &str) {
        self.0.shows(word(&format!("problem.{code}"))).await;
    }
}

/// The payment panel.
#[derive(Clone)]
pub struct Pay(Screen);

impl Pay {
    /// Waits for the panel.
    pub async fn on(screen: &Screen) -> Self {
        screen.find("heading", word("pay.title")).await;
        Self(screen.clone())
    }

    /// Waits for the sentence that names the network, which comes first.
    pub async fn says_network(&self, coin: &str, network: &str) {
        self.0.shows(&word_with("pay.only", &[("coin", coin), ("network", network)])).await;
    }

    /// Returns the address as a selection would copy it: without the gaps that are only for the eye.
    pub async fn address(&self) -> String {
        self.0.part("address").await
    }

    /// Returns the amount on screen, digits only.
    pub async fn amount(&self) -> String {
        self.0.part("amount").await
    }
}

/// The progress of an order that is under way, or what went wrong with it.
#[derive(Clone)]
pub struct Track(Screen);

impl Track {
    /// Uses the screen as it is, without waiting.
    pub fn on(screen: &Screen) -> Self {
        Self(screen.clone())
    }

    /// Waits for the screen of a trouble, by the name in its message keys.
    pub async fn tells_trouble(&self, name: &str) {
        self.0.shows(word(&format!("trouble.{name}.title"))).await;
    }
}

/// The receipt.
#[derive(Clone)]
pub struct Receipt(Screen);

impl Receipt {
    /// Waits for the receipt of a delivered order.
    pub async fn on(screen: &Screen) -> Self {
        screen.find("heading", word("receipt.title")).await;
        Self(screen.clone())
    }

    /// Returns whether a code is hidden behind its mask.
    pub async fn is_masked(&self) -> bool {
        !self.0.all("button", Some(word("receipt.show"))).await.is_empty()
    }

    /// Shows the code and returns it.
    pub async fn code(&self) -> String {
        self.0.press("button", word("receipt.show")).await;
        self.0.find("button", word("receipt.hide")).await;
        self.0.part("code").await
    }
}
