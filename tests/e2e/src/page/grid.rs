//! The brand grid.

use crate::{
    screen::Screen,
    words::{word, word_with},
};

/// The brand grid on screen.
#[derive(Clone)]
pub struct Grid(Screen);

impl Grid {
    /// Waits for the grid and its first brands.
    pub async fn on(screen: &Screen) -> Self {
        screen.find("searchbox", word("grid.search")).await;
        Self(screen.clone())
    }

    /// Types into the search field.
    pub async fn search(&self, text: &str) {
        self.0.fill("searchbox", word("grid.search"), text).await;
    }

    /// Searches a brand by its full name and opens it.
    pub async fn open(&self, brand: &str) {
        self.search(brand).await;
        self.0.press("listitem", brand).await;
    }

    /// Filters by one category, by the name on its chip.
    pub async fn category(&self, name: &str) {
        self.0.press("button", name).await;
    }

    /// Chooses another country.
    pub async fn country(&self, code: &str) {
        self.0.select(word("country.label"), code).await;
    }

    /// Waits until the grid shows that no brand is called `name`.
    pub async fn finds_nothing_called(&self, name: &str) {
        self.0.shows(&word_with("grid.none_called", &[("name", name)])).await;
    }
}
