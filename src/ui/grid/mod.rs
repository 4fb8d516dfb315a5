//! The first screen: finding a brand among those on sale, and the country in which the shopper buys.

pub mod brand_card;
pub mod brand_grid;
pub mod brand_list;
pub mod brand_rows;
pub mod brand_search;
pub mod brand_window;
mod card_list;
pub mod country_picker;
pub mod grid_memory;
pub mod nothing_found;
