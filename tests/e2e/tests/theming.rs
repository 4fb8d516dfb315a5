//! What docs/theming.md promises to integrators is what the sources have: the same tokens, the same parts.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use cr_e2e::{harness::Test, tests};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        plain the_tokens_told_are_the_tokens_read,
        plain the_demonstration_has_a_field_for_every_token,
        plain the_parts_told_are_the_parts_drawn,
    ]
}

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The texts of all files under `folder` with this extension.
fn texts(folder: &Path, extension: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts.extend(self::texts(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            texts.push(fs::read_to_string(&path).expect("a source"));
        }
    }
    texts
}

/// What stands between `before` and the next character that no name has.
fn after(text: &str, before: &str) -> Names {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.split(before)
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| is_name(*c)).collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

/// The names in the first column of the doc's tables.
fn told() -> (Names, Names) {
    let doc = fs::read_to_string(root().join("docs/theming.md")).expect("docs/theming.md");
    let first = doc.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).map(str::to_owned);
    first.partition(|name| name.starts_with("--"))
}

fn the_tokens_told_are_the_tokens_read() {
    let mut read = Names::new();
    for text in texts(&root().join("style"), "css").iter().chain(&texts(&root().join("src/embed/shell"), "js")) {
        read.extend(after(text, "var(--cr-").into_iter().map(|name| format!("--cr-{name}")));
    }
    assert!(read.len() > 10, "{read:?}");
    assert_eq!(told().0, read, "docs/theming.md (left) and the sheets (right) differ");
    // The sheet of tokens lists its own at the top.
    let sheet = fs::read_to_string(root().join("style/tokens.css")).expect("style/tokens.css");
    let (head, rules) = sheet.split_once("*/").expect("a comment at the top");
    let listed: Names = head
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--cr-")?.split(' ').next().map(str::to_owned))
        .collect();
    let mut used = after(rules, "var(--cr-");
    used.extend(["grid-height", "sticky-bottom"].map(str::to_owned)); // read where they apply
    assert_eq!(listed, used, "the list (left) and the rules (right) of style/tokens.css differ");
}

fn the_demonstration_has_a_field_for_every_token() {
    let script = fs::read_to_string(root().join("demo/theming.js")).expect("demo/theming.js");
    let fields: Names = after(&script, "\"--cr-").into_iter().map(|name| format!("--cr-{name}")).collect();
    assert_eq!(told().0, fields, "docs/theming.md (left) and demo/theming.js (right) differ");
}

fn the_parts_told_are_the_parts_drawn() {
    let mut drawn = Names::new();
    for text in texts(&root().join("src/ui"), "rs") {
        for before in [
            "part=\"",
            "\"part\", \"",
            "(\"button button-primary\", \"",
            "(\"button button-secondary\", \"",
            "(\"button button-quiet\", \"",
        ] {
            for rest in text.split(before).skip(1) {
                let names = rest.split('"').next().unwrap_or_default();
                drawn.extend(names.split(' ').map(str::to_owned));
            }
        }
    }
    assert!(drawn.len() > 20, "{drawn:?}");
    assert_eq!(told().1, drawn, "docs/theming.md (left) and the sources (right) differ");
}
