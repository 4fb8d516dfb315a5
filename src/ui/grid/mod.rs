//! The first screen: finding a brand among those on sale, and the country that is shopped in.

pub mod brand_card;
pub mod brand_grid;
pub mod brand_rows;
pub mod brand_search;
pub mod brand_window;
pub mod country_picker;
pub mod grid_memory;
