//! Which style sheets and messages belong to the brand grid, and which to the purchase: they are divided in two halves,
//! as the wasm is.

use serde_json::{Map, Value};

/// The sheets that frame and brand grid need, in their order. All others belong to the second half, sorted by name.
const FIRST_SHEETS: [&str; 10] =
    ["reset", "tokens", "brand-grid", "button", "frame", "icon", "notice", "screen-head", "select", "skeleton"];
/// The beginnings of the message keys that the shell, the frame or the brand grid may use. All others belong to the
/// second half.
const FIRST_KEYS: [&str; 6] = ["category.", "country.", "error.", "frame.", "grid.", "shell."];

/// Two parts of the same kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ByModule<T> {
    /// The part up to the brand grid.
    pub(crate) first: T,
    /// The part after it.
    pub(crate) second: T,
}

/// Returns the rank of a sheet, by its name without extension: whether it is in the second half, and its place in the
/// first.
pub(crate) fn rank(sheet: &str) -> (bool, usize) {
    match FIRST_SHEETS.iter().position(|first| *first == sheet) {
        Some(place) => (false, place),
        None => (true, 0),
    }
}

/// Returns the sheets of the first half that are not in `sheets`.
pub(crate) fn missing_sheets<'a>(sheets: &'a [String]) -> impl Iterator<Item = &'static str> + 'a {
    FIRST_SHEETS.into_iter().filter(|first| !sheets.iter().any(|sheet| sheet == first))
}

/// Divides the messages of one language.
pub(crate) fn messages(all: Map<String, Value>) -> ByModule<Map<String, Value>> {
    let (first, second) = all.into_iter().partition(|(key, _)| is_first(key));
    ByModule { first, second }
}

/// Whether the message of `key` may be needed before the second half has loaded.
fn is_first(key: &str) -> bool {
    FIRST_KEYS.iter().any(|beginning| key.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The sources that are compiled into the first module and use messages or classes.
    const FIRST_SOURCES: [&str; 24] = [
        "app/shop.rs",
        "app/shop/catalog.rs",
        "app/shop/purchase.rs",
        "embed/mount.rs",
        "embed/shell/cr-widget.js",
        "ui/grid/brand_card.rs",
        "ui/grid/brand_grid.rs",
        "ui/grid/brand_list.rs",
        "ui/grid/brand_rows.rs",
        "ui/grid/brand_search.rs",
        "ui/grid/brand_window.rs",
        "ui/grid/card_list.rs",
        "ui/grid/country_picker.rs",
        "ui/grid/nothing_found.rs",
        "ui/checkout.rs",
        "ui/parts/button.rs",
        "ui/parts/icon.rs",
        "ui/parts/live_region.rs",
        "ui/parts/load_failed.rs",
        "ui/parts/notice.rs",
        "ui/parts/screen_head.rs",
        "ui/parts/select.rs",
        "ui/parts/skeleton.rs",
        "ui/parts/steps.rs",
    ];

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }

    /// Returns the string literals that ship.
    fn literals(source: &str) -> Vec<String> {
        let text = fs::read_to_string(root().join("src").join(source)).unwrap();
        let shipped = text.split("#[cfg(test)]").next().unwrap();
        shipped.split('"').map(str::to_owned).collect()
    }

    fn english() -> Map<String, Value> {
        serde_json::from_str(&fs::read_to_string(root().join("src/i18n/locales/en.json")).unwrap()).unwrap()
    }

    #[test]
    fn no_screen_of_the_first_half_says_a_message_of_the_second() {
        let english = english();
        let mut found = 0;
        for source in FIRST_SOURCES {
            for literal in literals(source) {
                // The literal may be a key, the beginning of one, or a key without its plural form.
                let is_key = literal.contains('.')
                    && english.keys().any(|key| {
                        key.strip_prefix(&literal)
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || literal.ends_with('.'))
                    });
                if is_key {
                    found += 1;
                    assert!(is_first(&literal), "{source} says {literal}");
                }
            }
        }
        assert!(found > 30, "only {found} keys were found");
    }

    #[test]
    fn every_beginning_begins_a_message_and_each_half_has_some() {
        let all = english();
        for beginning in FIRST_KEYS {
            assert!(all.keys().any(|key| key.starts_with(beginning)), "{beginning}");
        }
        let halves = messages(all.clone());
        assert!(halves.first.contains_key("grid.title") && halves.second.contains_key("review.title"));
        assert_eq!(halves.first.len() + halves.second.len(), all.len());
    }

    /// Returns the classes that the selectors of a sheet name. Only the last part of each selector counts, since the
    /// rule applies to it.
    fn styled(sheet: &str) -> BTreeSet<String> {
        let text = fs::read_to_string(root().join("style").join(format!("{sheet}.css"))).unwrap();
        let bare: String = text
            .split("/*")
            .enumerate()
            .map(|(index, part)| if index == 0 { part } else { part.split_once("*/").unwrap().1 })
            .collect();
        let mut classes = BTreeSet::new();
        for before in bare.split('{') {
            for selector in before.rsplit(['}', ';']).next().unwrap().split(',') {
                let subject = selector.trim().rsplit([' ', '>', '+', '~']).next().unwrap();
                classes.extend(subject.split('.').skip(1).map(|class| {
                    class.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
                }));
            }
        }
        classes
    }

    #[test]
    fn every_class_of_the_first_half_that_is_styled_is_styled_there() {
        let mut second = BTreeSet::new();
        for entry in fs::read_dir(root().join("style")).unwrap() {
            let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            if rank(&name).0 {
                second.extend(styled(&name));
            }
        }
        let first: BTreeSet<String> = FIRST_SHEETS.into_iter().flat_map(styled).collect();
        assert!(first.contains("brand-card") && second.contains("resume-banner") && first.contains("foot-link"));
        for source in FIRST_SOURCES.into_iter().filter(|source| source.starts_with("ui/")) {
            let is_list =
                |literal: &&String| literal.chars().all(|letter| letter.is_ascii_lowercase() || " -".contains(letter));
            for class in literals(source).iter().filter(is_list).flat_map(|literal| literal.split(' ')) {
                // One of these classes is also a type of element, and the other one an event; nothing of the first half
                // has them.
                assert!(
                    matches!(class, "input" | "copy") || first.contains(class) || !second.contains(class),
                    "{source}: only the second sheet has .{class}"
                );
            }
        }
    }

    #[test]
    fn the_first_sheets_come_first_in_their_order() {
        let mut names = ["receipt", "skeleton", "reset", "amount", "tokens", "brand-grid"];
        names.sort_by_key(|name| (rank(name), *name));
        assert_eq!(names, ["reset", "tokens", "brand-grid", "skeleton", "amount", "receipt"]);
        let sheets = FIRST_SHEETS.map(str::to_owned);
        assert_eq!(missing_sheets(&sheets[1..]).collect::<Vec<_>>(), ["reset"]);
    }
}
