//! A whole purchase, screen by screen, for tests that are about one of its screens.

use super::{Grid, Method, Pay, Product, Recipient, Review};
use crate::stack::Stack;

/// The goods to buy.
#[derive(Clone, Copy, Debug)]
pub enum Goods<'a> {
    /// A fixed value of a brand, by the start of its label.
    Fixed(&'a str, &'a str),
    /// A value in the range of a brand.
    Open(&'a str, &'a str),
}

/// Who buys which goods.
#[derive(Clone, Copy, Debug)]
pub struct Purchase<'a> {
    /// The goods to buy.
    pub goods: Goods<'a>,
    /// The shopper's e-mail; its plus-tag chooses the outcome.
    pub email: &'a str,
    /// The phone number, for goods delivered by phone.
    pub phone: Option<&'a str>,
    /// Coin and network; the preselected ones if missing.
    pub method: Option<(&'a str, &'a str)>,
}

impl Purchase<'_> {
    /// Goes from the grid to the recipient form.
    pub async fn choose(&self, stack: &Stack) {
        let screen = stack.screen();
        let (Goods::Fixed(brand, value) | Goods::Open(brand, value)) = self.goods;
        Grid::on(&screen).await.open(brand).await;
        let product = Product::on(&screen, brand).await;
        match self.goods {
            Goods::Fixed(..) => product.choose(value).await,
            Goods::Open(..) => product.enter(value).await,
        }
        product.go_on().await;
    }

    /// Goes from the grid to the review.
    pub async fn review(&self, stack: &Stack) -> Review {
        self.choose(stack).await;
        let screen = stack.screen();
        let recipient = Recipient::on(&screen).await;
        if let Some(number) = self.phone {
            recipient.phone(number).await;
        }
        recipient.email(self.email).await;
        recipient.go_on().await;
        let method = Method::on(&screen).await;
        if let Some((coin, network)) = self.method {
            method.choose(coin, network).await;
        }
        method.go_on().await;
        Review::on(&screen).await
    }

    /// Goes from the recipient form to the payment panel, with the coin that is preselected: for tests that chose the
    /// goods themselves.
    pub async fn order_for(stack: &Stack, email: &str) -> Pay {
        let screen = stack.screen();
        let recipient = Recipient::on(&screen).await;
        recipient.email(email).await;
        recipient.go_on().await;
        Method::on(&screen).await.go_on().await;
        Review::on(&screen).await.create().await;
        Pay::on(&screen).await
    }

    /// Goes from the grid to the payment panel.
    pub async fn order(&self, stack: &Stack) -> Pay {
        self.review(stack).await.create().await;
        Pay::on(&stack.screen()).await
    }
}
