//! The screens for choosing value, recipient, coin and network.

use crate::{screen::Screen, words::word};

/// The values of one brand.
#[derive(Clone)]
pub struct Product(Screen);

impl Product {
    /// Waits for the screen of `brand`.
    pub async fn on(screen: &Screen, brand: &str) -> Self {
        screen.find("heading", brand).await;
        Self(screen.clone())
    }

    /// Chooses a fixed value by the start of its label.
    pub async fn choose(&self, label: &str) {
        self.0.choose("radio", label).await;
    }

    /// Enters a value in the range.
    pub async fn enter(&self, amount: &str) {
        self.0.fill("textbox", word("product.amount"), amount).await;
    }

    /// Presses the button to the next screen.
    pub async fn go_on(&self) {
        self.0.press("button", word("product.next")).await;
    }
}

/// The form that asks for the recipient.
#[derive(Clone)]
pub struct Recipient(Screen);

impl Recipient {
    /// Waits for the form.
    pub async fn on(screen: &Screen) -> Self {
        screen.find("textbox", word("recipient.email")).await;
        Self(screen.clone())
    }

    /// Fills in the shopper's own e-mail.
    pub async fn email(&self, address: &str) {
        self.0.fill("textbox", word("recipient.email"), address).await;
    }

    /// Fills in the phone number.
    pub async fn phone(&self, number: &str) {
        self.0.fill("textbox", word("recipient.phone"), number).await;
    }

    /// Fills in somebody else's address as the recipient's.
    pub async fn gift_to(&self, address: &str) {
        self.0.choose("checkbox", word("recipient.gift")).await;
        self.0.fill("textbox", word("recipient.gift_email"), address).await;
    }

    /// Presses the button to the next screen.
    pub async fn go_on(&self) {
        self.0.press("button", word("recipient.next")).await;
    }
}

/// The list of coins and networks.
#[derive(Clone)]
pub struct Method(Screen);

impl Method {
    /// Waits for the list.
    pub async fn on(screen: &Screen) -> Self {
        screen.find("heading", word("method.title")).await;
        screen.find("button", word("method.next")).await;
        Self(screen.clone())
    }

    /// Chooses coin and network by the start of their labels.
    pub async fn choose(&self, coin: &str, network: &str) {
        self.0.choose("radio", coin).await;
        self.0.choose("radio", network).await;
    }

    /// Presses the button to the review.
    pub async fn go_on(&self) {
        self.0.press("button", word("method.next")).await;
    }
}
