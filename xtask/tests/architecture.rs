//! The arrows of ARCHITECTURE.md, read off the imports: which folder may name which, and that no two files import each other,
//! directly or round about; what a file re-exports counts as the file's that has it.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/source.rs"]
mod source;

use std::{path::Path, process::Command};

use rules::{CORE, Exception, WIDGET, broken, broken_dependencies};
use source::{Source, crate_sources, sources};

/// What stands against the rules still. The list only shrinks.
const EXCEPTIONS: [Exception; 0] = [];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The crates and where their sources lie, as Cargo tells.
fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn names_of(list: &serde_json::Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

/// All sources of the workspace's crates.
fn workspace() -> Vec<Source> {
    let crates = [
        ("cr_core", "core/src"),
        ("cr_widget", "src"),
        ("cr_proxy", "proxy/src"),
        ("cr_sandbox", "sandbox/src"),
        ("xtask", "xtask/src"),
    ];
    crates.into_iter().flat_map(|(name, folder)| crate_sources(root(), name, folder)).collect()
}

#[test]
fn imports_run_one_way() {
    let sources = workspace();
    let found = broken(&sources, &EXCEPTIONS);
    assert!(found.is_empty(), "{} rules of the architecture are broken:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_folder_that_a_rule_names_is_read() {
    let sources = workspace();
    let has = |root: &str, folder: &str| {
        sources.iter().any(|source| source.module.get(..2).is_some_and(|start| start == [root, folder]))
    };
    for module in CORE.into_iter().flatten() {
        assert!(has("cr_core", module), "no source of cr-core is in `{module}`");
    }
    for (folder, _) in WIDGET {
        assert!(has("cr_widget", folder), "no source of the widget is in `{folder}`");
    }
    let mentions: usize = sources.iter().map(|source| source.mentions.len()).sum();
    assert!(mentions > 3_000, "only {mentions} paths were read");
}

#[test]
fn packages_depend_one_way() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let packages: Vec<(String, Vec<String>)> = packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap().to_owned(), names_of(&package["dependencies"])))
        .collect();
    assert!(packages.iter().any(|(_, dependencies)| dependencies.iter().any(|name| name == "cr-core")));
    assert_eq!(broken_dependencies(&packages), Vec::<String>::new());
}

/// The sentences for one file of a crate, and others beside it.
fn judged(name: &str, folder: &str, files: &[(&str, &str)], exceptions: &[Exception]) -> Vec<String> {
    let texts = files.iter().map(|(file, text)| (format!("{folder}/{file}"), (*text).to_owned()));
    broken(&sources(name, folder, texts), exceptions)
}

#[test]
fn a_break_is_told_with_file_line_and_rule() {
    // Crate, file, its text, and how the sentence begins.
    let table = [
        (
            "cr_core",
            "core/src",
            "order.rs",
            "//! An order.\n\nuse crate::wire::Price;\n",
            "core/src/order.rs:3 names cr_core::wire::Price, but `order` is in a lower layer",
        ),
        (
            "cr_core",
            "core/src",
            "chain/network.rs",
            "use crate::{\n    text,\n    money::CoinAmount,\n};",
            "core/src/chain/network.rs:3 names cr_core::money::CoinAmount, but `chain`",
        ),
        (
            "cr_core",
            "core/src",
            "money.rs",
            "fn now() -> u64 { std::time::SystemTime::now() }",
            "core/src/money.rs:1 names std::time::SystemTime::now, but the core",
        ),
        ("cr_core", "core/src", "shiny.rs", "", "core/src/shiny.rs:1 names shiny, but no layer"),
        (
            "cr_widget",
            "src",
            "app/store.rs",
            "use crate::ui::Front;",
            "src/app/store.rs:1 names cr_widget::ui::Front, but `app` may name",
        ),
        (
            "cr_widget",
            "src",
            "app/store.rs",
            "use web_sys::Window;",
            "src/app/store.rs:1 names web_sys::Window, but the store",
        ),
        (
            "cr_widget",
            "src",
            "ui/grid/brand_grid.rs",
            "use crate::browser::clock::BrowserClock;",
            "src/ui/grid/brand_grid.rs:1 names cr_widget::browser::clock::BrowserClock, but",
        ),
        (
            "cr_widget",
            "src",
            "ui/mod.rs",
            "fn draw() { view! { <p>{js_sys::Date::now()}</p> } }",
            "src/ui/mod.rs:1 names js_sys::Date::now, but a view",
        ),
        (
            "cr_widget",
            "src",
            "ui/mod.rs",
            "use web_sys as page;\nfn f(_: page::Element) {}",
            "src/ui/mod.rs:1 names web_sys, but views",
        ),
        (
            "cr_widget",
            "src",
            "dom/focus.rs",
            "use super::super::app::ports;",
            "src/dom/focus.rs:1 names cr_widget::app::ports, but `dom`",
        ),
        (
            "cr_widget",
            "src",
            "ui/paying/receipt.rs",
            "use crate::ui::choosing::price_lead;",
            "src/ui/paying/receipt.rs:1 names cr_widget::ui::choosing::price_lead, but what is chosen",
        ),
        (
            "cr_widget",
            "src",
            "i18n/mod.rs",
            "use cr_proxy::Config;",
            "src/i18n/mod.rs:1 names cr_proxy::Config, but `i18n`",
        ),
    ];
    for (name, folder, file, text, expected) in table {
        let found = judged(name, folder, &[(file, text)], &[]);
        assert!(found.iter().any(|sentence| sentence.starts_with(expected)), "{text}: {found:?}");
    }
}

#[test]
fn what_is_allowed_is_not_told() {
    let table = [
        (
            "cr_core",
            "core/src",
            "order.rs",
            "//! See [`crate::wire`]; `use crate::wire::Price;`\nuse crate::{chain::Chain, money};",
        ),
        ("cr_core", "core/src", "order.rs", "fn f() -> &'static str { \"crate::wire::Price\" } // crate::wire::Price"),
        ("cr_core", "core/src", "order.rs", "#[cfg(test)]\nmod tests {\n    use crate::wire::order;\n}"),
        ("cr_widget", "src", "embed/mount.rs", "use crate::{app, browser, dom, i18n, ui};\nuse web_sys::Element;"),
        (
            "cr_widget",
            "src",
            "ui/mod.rs",
            "use crate::dom::focus;\nuse cr_core::order::Order;\nuse leptos::prelude::*;",
        ),
        ("cr_widget", "src", "browser/clock.rs", "use crate::app::ports::Clock;\nuse js_sys::Date;"),
    ];
    for (name, folder, file, text) in table {
        assert_eq!(judged(name, folder, &[(file, text)], &[]), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn tests_in_a_file_of_their_own_are_tests() {
    let files = [("order.rs", "#[cfg(test)]\nmod tests;"), ("order/tests.rs", "use crate::wire::order;")];
    assert_eq!(judged("cr_core", "core/src", &files, &[]), Vec::<String>::new());
    let files = [("order.rs", "mod tests;"), ("order/tests.rs", "use crate::wire::order;")];
    assert_eq!(judged("cr_core", "core/src", &files, &[]).len(), 1);
}

#[test]
fn a_circle_is_told_and_parents_with_their_children_are_none() {
    let circle = [
        ("wire.rs", "mod orders;\nmod brands;"),
        ("wire/orders.rs", "use super::brands::homepage;"),
        ("wire/brands.rs", "\nuse crate::wire::orders;"),
    ];
    assert_eq!(
        judged("cr_core", "core/src", &circle, &[]),
        [concat!(
            "a circle of imports: core/src/wire/orders.rs:1 names cr_core::wire::brands; ",
            "core/src/wire/brands.rs:2 names cr_core::wire::orders"
        )]
    );
    // By way of a re-export of the parent, and of a private import that only its children see.
    for import in ["pub use orders::order;", "use orders::order as order;"] {
        let parent = format!("mod orders;\nmod brands;\n{import}");
        let through_the_parent = [
            ("wire.rs", &*parent),
            ("wire/orders.rs", "use super::brands::Brand;"),
            ("wire/brands.rs", "use super::order;"),
        ];
        assert_eq!(
            judged("cr_core", "core/src", &through_the_parent, &[]),
            [concat!(
                "a circle of imports: core/src/wire/orders.rs:1 names cr_core::wire::brands; ",
                "core/src/wire/brands.rs:1 names cr_core::wire::orders"
            )],
            "{import}"
        );
    }
    let family = [("wire.rs", "mod orders;\npub use orders::order;"), ("wire/orders.rs", "use super::DecodeError;")];
    assert_eq!(judged("cr_core", "core/src", &family, &[]), Vec::<String>::new());
}

#[test]
fn an_exception_is_good_for_its_file_and_only_as_long_as_it_occurs() {
    let exceptions = || [Exception { file: "order.rs", name: "cr_core::wire", why: "it is moving" }];
    let of = |text| judged("cr_core", "core/src", &[("order.rs", text), ("money.rs", "")], &exceptions());
    assert_eq!(of("use crate::wire::Price;"), Vec::<String>::new());
    assert_eq!(of("use crate::tracking::Tracker;").len(), 2);
    let gone = of("use crate::money;");
    assert!(gone.len() == 1 && gone[0].contains("order.rs") && gone[0].contains("it is moving"), "{gone:?}");
    let elsewhere = [("order.rs", "use crate::wire::Price;"), ("money.rs", "use crate::wire::Price;")];
    assert_eq!(judged("cr_core", "core/src", &elsewhere, &exceptions()).len(), 1);
}

#[test]
fn a_dependency_that_no_row_allows_is_told() {
    let package = |name: &str, dependencies: &[&str]| {
        (name.to_owned(), dependencies.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    };
    let good = [package("cr-core", &["sha2"]), package("cr-widget", &["cr-core", "leptos"])];
    assert_eq!(broken_dependencies(&good), Vec::<String>::new());
    let good = [package("cr-core", &[]), package("cr-proxy", &["cr-sandbox"]), package("cr-sandbox", &["cr-core"])];
    assert_eq!(broken_dependencies(&good), Vec::<String>::new());
    let bad = [package("cr-core", &["cr-widget"]), package("cr-widget", &[]), package("cr-new", &[])];
    let found = broken_dependencies(&bad);
    assert!(found[0].starts_with("cr-core depends on cr-widget") && found[1].starts_with("cr-new"), "{found:?}");
    let back = [package("cr-core", &["cr-sandbox"]), package("cr-sandbox", &["cr-proxy"]), package("cr-proxy", &[])];
    let found = broken_dependencies(&back);
    assert!(found[0].starts_with("cr-core depends on cr-sandbox"), "{found:?}");
    assert!(found[1].starts_with("cr-sandbox depends on cr-proxy"), "{found:?}");
}
