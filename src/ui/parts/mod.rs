//! What several screens share: small components, and ways to say and list things.

pub mod action_bar;
pub mod button;
pub mod copy_button;
pub mod description_list;
pub mod field;
pub mod icon;
pub mod live_region;
pub mod load_failed;
pub mod message;
pub mod money;
pub mod notice;
pub mod outside_text;
mod page_away;
pub mod price_change;
pub mod radio;
pub mod rich_text;
pub mod screen_head;
pub mod select;
pub mod skeleton;
pub mod support;
pub mod tone_mark;

pub use action_bar::ActionBar;
pub use button::{Button, Look};
pub use copy_button::CopyButton;
pub use field::{Field, TextField, described_by};
pub use icon::{Glyph, Icon};
pub use live_region::{Announcer, expect_announcer};
pub use load_failed::LoadFailed;
pub use money::{CoinMoney, FaceMoney};
pub use notice::{Notice, Tone};
pub(crate) use page_away::when_page_hides;
pub use radio::{RadioRow, RadioTile};
pub use screen_head::{ScreenHead, Steps};
pub use select::{Row, Select};
pub use skeleton::Skeleton;
