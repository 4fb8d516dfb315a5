//! Colours and figures for generated brands.

use super::{Layout, Mark};
use crate::rng::Rng;

/// Backdrop, foreground and accent: chosen by eye so that each triple is pleasant and readable.
const COLOURS: &[[u32; 3]] = &[
    [0x1b4332, 0xf1faee, 0x95d5b2],
    [0xfaf3dd, 0x3d405b, 0xe07a5f],
    [0x22223b, 0xf2e9e4, 0xc9ada7],
    [0xffe8d6, 0x6b3e26, 0xcb997e],
    [0x0d3b66, 0xfaf0ca, 0xf4d35e],
    [0xe63946, 0xffffff, 0xa8dadc],
    [0xf1faee, 0x1d3557, 0xe63946],
    [0x264653, 0xffffff, 0xe9c46a],
    [0x2a9d8f, 0xffffff, 0xf4a261],
    [0xe9c46a, 0x264653, 0xe76f51],
    [0x5f0f40, 0xffe5d9, 0xfb8b24],
    [0xffcad4, 0x5b2333, 0xd1495b],
    [0x283618, 0xfefae0, 0xdda15e],
    [0xfefae0, 0x283618, 0xbc6c25],
    [0x003049, 0xfdf0d5, 0xf77f00],
    [0xd62828, 0xfdf0d5, 0xfcbf49],
    [0x3a0ca3, 0xffffff, 0x4cc9f0],
    [0x7209b7, 0xffffff, 0xf9c74f],
    [0xcaf0f8, 0x03045e, 0x0096c7],
    [0x14213d, 0xffffff, 0xfca311],
    [0xedf2f4, 0x2b2d42, 0xef233c],
    [0x606c38, 0xfefae0, 0xdda15e],
    [0xd8e2dc, 0x5c4d7d, 0xf4acb7],
    [0x9a031e, 0xfff3e6, 0xe36414],
    [0x0f4c5c, 0xffffff, 0xe36414],
    [0xf0efeb, 0x463f3a, 0xe0afa0],
    [0x006d77, 0xedf6f9, 0xffddd2],
    [0x2b2d42, 0xedf2f4, 0x8d99ae],
    [0x588157, 0xf6fff2, 0x1f3a25],
    [0xe4c1f9, 0x3c1a5b, 0xa9def9],
    [0x101418, 0xf4f4f4, 0x00bbf9],
    [0xfff1c1, 0x7f4f24, 0xdb7c26],
    [0x16425b, 0xd9dcd6, 0x81c3d7],
    [0xf25f5c, 0xffffff, 0x50514f],
    [0x247ba0, 0xffffff, 0xffe066],
    [0xb8f2e6, 0x2f4858, 0xf26a4b],
    [0x3d2645, 0xf0eff4, 0xda627d],
    [0xdedbd2, 0x4a5759, 0xb0413e],
    [0x4f000b, 0xffe6d1, 0xff7f51],
    [0x31572c, 0xecf39e, 0x90a955],
];

fn marks(category: &str) -> &'static [Mark] {
    use Mark as M;
    match category {
        "food" => &[M::Cup, M::Leaf, M::Bean, M::Flame, M::Waves, M::Sunset],
        "groceries" => &[M::Berry, M::Leaf, M::Sprout, M::Hive, M::Arch],
        "games" => &[M::Pixels, M::Star, M::Shield, M::Bolt, M::Diamond, M::Moon],
        "entertainment" => &[M::Reel, M::Star, M::Bars, M::Play],
        "streaming" => &[M::Play, M::Bars, M::Waves],
        "apparel_clothing" => &[M::Bloom, M::Diamond, M::Rings, M::Chevrons, M::Petals],
        "health_beauty" => &[M::Petals, M::Bloom, M::Cross, M::Leaf],
        "sports_fitness" => &[M::Chevrons, M::Peaks, M::Pulse, M::Bolt],
        "travel_flights" => &[M::Wing, M::Sunset, M::Pin, M::Peaks, M::Tracks, M::Waves],
        "home" => &[M::House, M::Tree, M::Sprout, M::Arch, M::Moon],
        "books_learning" => &[M::Book, M::Mosaic, M::Kite],
        "electronics" => &[M::Bolt, M::Pulse, M::Chip, M::Orbit],
        "mobile_talk_time" | "mobile_credits" | "mobile_bundle" => &[M::Signal, M::Waves, M::Orbit],
        "e-sim" => &[M::Chip, M::Orbit],
        "charity_donations" => &[M::Bloom, M::Sprout, M::Rings],
        "e-money" => &[M::Shield, M::Rings, M::Diamond],
        _ => &[M::Blocks, M::Kite, M::Rings, M::Mosaic, M::Hive, M::Arch],
    }
}

/// Returns colours, mark and layout for a brand of that category.
pub(crate) fn palette(category: &str, rng: &mut Rng) -> ([u32; 3], Mark, Layout) {
    let colours = *rng.pick(COLOURS);
    let mark = *rng.pick(marks(category));
    let layout = *rng.pick(&[
        Layout::Stacked,
        Layout::Stacked,
        Layout::Stacked,
        Layout::Beside,
        Layout::Beside,
        Layout::Emblem,
        Layout::Word,
    ]);
    (colours, mark, layout)
}
