//! The element's public interface in one table: its attributes, properties, events and methods, and the steps, kinds,
//! places and codes that events carry.
//!
//! The table is part of the tests alone, so that it adds nothing to the download. Everything that repeats a part of it
//! is compared with it here: the shell, `attributes.rs`, `host.rs`, the types, the tables of docs/integrating.md and
//! the Custom Elements Manifest of the npm package. To change the interface, change the table, and then what the
//! failing tests name.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use core::fmt::Write as _;

use cr_core::{catalog::Kind, checkout::Step, problem::ProblemCode, wire::ORDER_ID_NAMES};
use serde_json::{Value, json};

use super::{
    attributes::{KINDS, Setup, read},
    host::{detail, kind_name},
};
use crate::app::{
    error_code::{ErrorCode, OwnCode, Place},
    ports::HostEvent,
};

/// The values that an attribute may have.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Accepts {
    /// A text. The property is `null` where the attribute is absent.
    Text,
    /// The language, which every HTML element has. The property is always a string.
    Lang,
    /// Present or absent. The property is a boolean.
    Flag,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A kind of goods.
    Kind,
}

/// An attribute, and the property of the same name in camel case.
struct Attribute {
    name: &'static str,
    accepts: Accepts,
    /// What the value means, in the words of docs/integrating.md.
    value: &'static str,
    /// What applies without the attribute, in the words of docs/integrating.md.
    default: &'static str,
}

/// The values that a field of an event's detail may have.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tells {
    Text,
    /// A text, or `null` where it is not known.
    TextOrNull,
    Step,
    Kind,
    Place,
    /// The order's id, with `expose-order-id` only.
    OrderId,
}

/// An event.
struct Event {
    name: &'static str,
    about: &'static str,
    fields: &'static [(&'static str, Tells)],
    /// What docs/integrating.md adds after the fields.
    note: &'static str,
}

/// A method.
struct Method {
    name: &'static str,
    /// Parameters as the types spell them.
    parameters: &'static str,
    about: &'static str,
}

const fn attribute(name: &'static str, accepts: Accepts, value: &'static str, default: &'static str) -> Attribute {
    Attribute { name, accepts, value, default }
}

const OTHER_SITE: &str = "https addresses of your pages";

const ATTRIBUTES: [Attribute; 23] = [
    attribute(
        "proxy",
        Accepts::Text,
        "base URL of the proxy, resolved against the page's own address (whatever `<base>` says)",
        "`/api`",
    ),
    attribute(
        "country",
        Accepts::Text,
        "ISO 3166-1 alpha-2 code to start with",
        "what the shopper chose before, the region of the browser's language, `US`",
    ),
    attribute("lock-country", Accepts::Flag, "present: the shopper cannot change it", "absent"),
    attribute("countries", Accepts::Text, "codes between commas: only these are offered", "all"),
    attribute(
        "lang",
        Accepts::Lang,
        "BCP 47 tag",
        "the nearest `lang` around the element, the browser's languages, `en`",
    ),
    attribute(
        "coin",
        Accepts::Text,
        "what to preselect, spelt as the supplier does",
        "USDC on Solana if on sale, else the first",
    ),
    attribute(
        "network",
        Accepts::Text,
        "what to preselect, spelt as the supplier does",
        "USDC on Solana if on sale, else the first",
    ),
    attribute("brand", Accepts::Text, "exact name of a brand to open with", "the grid"),
    attribute("kind", Accepts::Kind, "`giftcard`, `topup` or `esim`: only these are shown", "all"),
    attribute("brands", Accepts::Text, "names or slugs between commas: only these are shown", "all"),
    attribute("categories", Accepts::Text, "names or slugs between commas: only these are shown", "all"),
    attribute("emoney", Accepts::Flag, "present: e-money brands are listed, marked as not for sale here", "absent"),
    attribute("theme", Accepts::OneOf(&["auto", "light", "dark"]), "`auto`, `light`, `dark`", "`auto`"),
    attribute("email", Accepts::Text, "filled in, and editable", "empty"),
    attribute("phone", Accepts::Text, "filled in, and editable", "empty"),
    attribute("utm-source", Accepts::Text, "where the sale came from, up to 128 characters", "none"),
    attribute("loading", Accepts::OneOf(&["lazy", "eager"]), "`lazy`, `eager`", "`lazy`"),
    attribute(
        "credentials",
        Accepts::OneOf(&["same-origin", "include"]),
        "`same-origin`, or `include` to send cookies to a proxy on another origin",
        "`same-origin`",
    ),
    attribute("expose-order-id", Accepts::Flag, "present: events carry the order id", "absent"),
    attribute("terms-url", Accepts::Text, OTHER_SITE, "none"),
    attribute("privacy-url", Accepts::Text, OTHER_SITE, "none"),
    attribute("support-url", Accepts::Text, OTHER_SITE, "none"),
    attribute("kyc-url", Accepts::Text, OTHER_SITE, "none"),
];

const EVENTS: [Event; 7] = [
    Event {
        name: "cr-ready",
        about: "The checkout begins; the brands are the first step.",
        fields: &[("version", Tells::Text)],
        note: "",
    },
    Event {
        name: "cr-step",
        about: "The shopper comes to a step after the first.",
        fields: &[("step", Tells::Step)],
        note: "",
    },
    Event {
        name: "cr-brand-select",
        about: "A brand was chosen.",
        fields: &[
            ("brand", Tells::Text),
            ("kind", Tells::Kind),
            ("category", Tells::TextOrNull),
            ("country", Tells::Text),
        ],
        note: "",
    },
    Event {
        name: "cr-order-created",
        about: "An order was made.",
        fields: &[
            ("reference", Tells::Text),
            ("brand", Tells::Text),
            ("kind", Tells::Kind),
            ("country", Tells::Text),
            ("faceValue", Tells::TextOrNull),
            ("currency", Tells::TextOrNull),
            ("coin", Tells::Text),
            ("network", Tells::Text),
            ("orderId", Tells::OrderId),
        ],
        note: "",
    },
    Event {
        name: "cr-order-status",
        about: "The order on screen is in another state, or in the first one that is seen.",
        fields: &[
            ("reference", Tells::Text),
            ("state", Tells::Text),
            ("paymentState", Tells::TextOrNull),
            ("orderId", Tells::OrderId),
        ],
        note: ", spelt as the supplier does",
    },
    Event {
        name: "cr-order-done",
        about: "The supplier calls the order done. The event comes again when the order is opened again.",
        fields: &[("reference", Tells::Text), ("orderId", Tells::OrderId)],
        note: "",
    },
    Event {
        name: "cr-error",
        about: "A call failed.",
        fields: &[("code", Tells::Text), ("where", Tells::Place)],
        note: "",
    },
];

const METHODS: [Method; 4] = [
    Method {
        name: "open",
        parameters: "target?: { brand?: string; country?: string }",
        about: "Shows a brand, or the grid, in a country.",
    },
    Method { name: "reset", parameters: "", about: "Goes back to the beginning; what was typed is forgotten." },
    Method { name: "resume", parameters: "orderId: string", about: "Shows an order." },
    Method {
        name: "forget",
        parameters: "",
        about: "Forgets the orders stored in this browser, and leaves the one on screen.",
    },
];

impl Attribute {
    /// Returns the property's name.
    fn property(&self) -> String {
        let mut parts = self.name.split('-');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
    }

    /// Returns the type of the property, and of the option of the same name.
    fn type_text(&self) -> String {
        match self.accepts {
            Accepts::Text => "string | null".to_owned(),
            Accepts::Lang => "string".to_owned(),
            Accepts::Flag => "boolean".to_owned(),
            Accepts::OneOf(values) => format!("{} | null", union(values)),
            Accepts::Kind => "Kind | null".to_owned(),
        }
    }
}

impl Tells {
    /// Returns the words that a field may be; none where it is a text.
    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Text | Self::TextOrNull | Self::OrderId => Vec::new(),
            Self::Step => steps(),
            Self::Kind => kinds(),
            Self::Place => Place::ALL.map(Place::as_str).to_vec(),
        }
    }

    fn type_text(self) -> String {
        match self {
            Self::Text | Self::OrderId => "string".to_owned(),
            Self::TextOrNull => "string | null".to_owned(),
            Self::Step => "Step".to_owned(),
            Self::Kind => "Kind".to_owned(),
            Self::Place => union(&self.words()),
        }
    }
}

fn steps() -> Vec<&'static str> {
    Step::ALL.map(Step::as_str).to_vec()
}

fn kinds() -> Vec<&'static str> {
    KINDS.map(kind_name).to_vec()
}

fn union(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
}

fn code_words(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Reads a file of the repository.
fn file(path: &str) -> String {
    let whole = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns what stands between two texts.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("nothing begins with `{start}`"));
    rest.split_once(end).unwrap_or_else(|| panic!("`{start}` is not ended by `{end}`")).0
}

/// Returns the texts between quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

/// Asserts that two lists have the same entries, in any order.
fn assert_same(place: &str, what: &str, mut found: Vec<String>, mut expected: Vec<String>) {
    found.sort();
    expected.sort();
    let missing: Vec<_> = expected.iter().filter(|name| !found.contains(name)).collect();
    let extra: Vec<_> = found.iter().filter(|name| !expected.contains(name)).collect();
    assert!(
        missing.is_empty() && extra.is_empty() && found.len() == expected.len(),
        "{place} and the table of src/embed/interface.rs differ in {what}: missing there {missing:?}, not in the table {extra:?}"
    );
}

fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_shell_reads_the_attributes_and_has_the_methods_of_the_table() {
    let shell = file("src/embed/shell/cr-widget.js");
    let flags = quoted(between(&shell, "const FLAGS = [", "]"));
    let names = quoted(between(&shell, "export const NAMES = [", "...FLAGS]"));
    let is_flag = |attribute: &&Attribute| attribute.accepts == Accepts::Flag;
    let expected = ATTRIBUTES.iter().filter(is_flag).map(|attribute| attribute.name);
    assert_same("FLAGS in cr-widget.js", "attributes", owned(flags), owned(expected));
    let expected = ATTRIBUTES.iter().filter(|attribute| !is_flag(attribute)).map(|attribute| attribute.name);
    assert_same("NAMES in cr-widget.js", "attributes", owned(names), owned(expected));
    for method in METHODS {
        let is_there = shell.contains(&format!("\n  {}(", method.name));
        assert!(is_there, "cr-widget.js has no method `{}`, which the table names", method.name);
    }
}

#[test]
fn the_shell_knows_the_names_of_an_order_id() {
    let making = file("src/embed/shell/pending-create.js");
    let names = quoted(between(&making, "const ID_NAMES = [", "]"));
    assert_eq!(names, ORDER_ID_NAMES, "ID_NAMES of pending-create.js and `cr_core::wire::ORDER_ID_NAMES` differ");
}

#[test]
fn the_attributes_that_are_read_are_those_of_the_table() {
    let code = file("src/embed/attributes.rs");
    let (code, _) = code.split_once("#[cfg(test)]").unwrap();
    // Every method that reads an attribute is called with the attribute's name as its first argument, on `reader` or,
    // in those methods that have the name built in, on `self`.
    let calls = code.split(['(']).zip(code.split('(').skip(1)).filter_map(|(before, after)| {
        let method = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).next()?;
        let is_read = ["flag", "list", "text", "parsed", "link", "one_of"].iter().any(|name| {
            [format!("reader.{name}"), format!("self.{name}"), format!(".{name}")].contains(&method.to_owned())
        });
        let name = after.trim_start().strip_prefix('"')?.split('"').next()?;
        is_read.then(|| name.to_owned())
    });
    let mut found: Vec<String> = calls.chain(["lang".to_owned()]).collect();
    found.sort();
    found.dedup();
    let expected = ATTRIBUTES.iter().map(|attribute| attribute.name);
    assert_same("src/embed/attributes.rs", "attributes", found, owned(expected));
}

#[test]
fn attributes_take_the_words_of_the_table_and_no_others() {
    let warns = |name: &str, value: &str| {
        let attributes = vec![(name.to_owned(), value.to_owned())];
        let setup = Setup { attributes, ..Setup::default() };
        !read(&setup, &|text| Some(format!("https://shop.example{text}"))).1.is_empty()
    };
    for attribute in &ATTRIBUTES {
        let words = match attribute.accepts {
            Accepts::OneOf(words) => words.to_vec(),
            Accepts::Kind => kinds(),
            Accepts::Text | Accepts::Lang | Accepts::Flag => continue,
        };
        for word in words {
            assert!(!warns(attribute.name, word), "attributes.rs does not take {}=\"{word}\"", attribute.name);
        }
        assert!(warns(attribute.name, "nonsense"), "attributes.rs takes {}=\"nonsense\"", attribute.name);
    }
}

#[test]
fn events_carry_the_fields_of_the_table() {
    let text = || "x".to_owned();
    let (reference, order_id) = (text(), text());
    let events = [
        HostEvent::Ready,
        HostEvent::Step(Step::Browse),
        HostEvent::BrandSelect { brand: text(), kind: Kind::GiftCard, category: None, country: text() },
        HostEvent::OrderCreated {
            reference: text(),
            order_id: text(),
            brand: text(),
            kind: Kind::Esim,
            country: text(),
            face_value: None,
            currency: None,
            coin: text(),
            network: text(),
        },
        HostEvent::OrderStatus { reference: text(), order_id: text(), state: text(), payment_state: None },
        HostEvent::OrderDone { reference, order_id },
        HostEvent::Error { code: ErrorCode::Given(ProblemCode::OutOfStock), at: Place::Create },
    ];
    assert_eq!(events.len(), EVENTS.len());
    for (event, expected) in events.into_iter().zip(EVENTS) {
        let (name, fields) = detail(event, true);
        assert_eq!(name, expected.name, "host.rs and the table name an event differently");
        let found: Vec<_> = fields.0.iter().map(|(name, _)| *name).collect();
        let expected: Vec<_> = expected.fields.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, expected, "the fields of `{name}` in host.rs and in the table differ");
        for (name, value) in fields.0 {
            let words = EVENTS.iter().flat_map(|event| event.fields).find(|(known, _)| *known == name);
            let words = words.map(|(_, tells)| tells.words()).unwrap_or_default();
            let is_word = value.as_deref().is_none_or(|value| words.is_empty() || words.contains(&value));
            assert!(is_word, "`{name}` tells {value:?}, which the table does not list");
        }
    }
}

/// Returns the members of a block of the types, as `name: type` or `name?: type`.
fn members(block: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = block;
    while let Some((before, comment)) = rest.split_once("/**") {
        plain.push_str(before);
        rest = comment.split_once("*/").unwrap().1;
    }
    plain.push_str(rest);
    plain.split(';').map(|member| member.trim().to_owned()).filter(|member| !member.is_empty()).collect()
}

#[test]
fn the_types_are_those_of_the_table() {
    let types = file("src/embed/shell/index.d.ts");
    let differ = "index.d.ts and the table of src/embed/interface.rs differ in";
    let line = |attribute: &Attribute, mark: &str| format!("{}{mark}: {}", attribute.property(), attribute.type_text());
    let options = members(between(&types, "export interface CrWidgetOptions {", "\n}"));
    let expected = ATTRIBUTES.iter().map(|attribute| line(attribute, "?")).collect();
    assert_same("CrWidgetOptions in index.d.ts", "options", options, expected);

    let class = between(&types, "export class CrWidgetElement", "\n}");
    let (class, methods) = class.split_at(class.find("  open(").unwrap());
    let mut properties = members(class.split_once('{').unwrap().1);
    properties.retain(|property| !property.starts_with("static"));
    // `lang` is left out, since every HTML element has it.
    let own = ATTRIBUTES.iter().filter(|attribute| attribute.accepts != Accepts::Lang);
    let expected = own.map(|attribute| line(attribute, "")).collect();
    assert_same("CrWidgetElement in index.d.ts", "properties", properties, expected);
    let interface = between(&types, "export interface CrWidgetMethods {", "\n}");
    for Method { name, parameters, .. } in METHODS {
        let line = format!("\n  {name}({parameters}): void;");
        assert!(interface.contains(&line) && format!("\n{methods}").contains(&line), "{differ} the method{line}");
    }

    let details = between(&types, "export interface CrWidgetDetails {", "\n}");
    let names = details.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next());
    assert_same("CrWidgetDetails in index.d.ts", "events", owned(names), owned(EVENTS.map(|event| event.name)));
    for Event { name, fields, .. } in EVENTS {
        let found = members(between(details, &format!("\"{name}\": Readonly<{{"), "}>"));
        let field = |(name, tells): &(&str, Tells)| {
            let mark = if *tells == Tells::OrderId { "?" } else { "" };
            format!("{name}{mark}: {}", tells.type_text())
        };
        assert_same(&format!("`{name}` in index.d.ts"), "fields", found, fields.iter().map(field).collect());
    }
    let attributes = between(&types, "export interface CrWidgetAttributes", "\n}");
    let listeners = attributes.lines().filter_map(|line| line.trim().strip_prefix("\"on")?.split('"').next());
    assert_same("CrWidgetAttributes in index.d.ts", "events", owned(listeners), owned(EVENTS.map(|event| event.name)));
    let kebab = attributes.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next());
    let kebab = kebab.filter(|name| !name.starts_with("on"));
    let expected = ATTRIBUTES.iter().map(|attribute| attribute.name).filter(|name| name.contains('-'));
    assert_same("CrWidgetAttributes in index.d.ts", "attributes", owned(kebab), owned(expected));

    for (name, words) in [("Kind", kinds()), ("Step", steps())] {
        let line = format!("export type {name} = {};", union(&words));
        assert!(types.contains(&line), "{differ} a type, which would be: {line}");
    }
    let codes = format!("or one of ours: {}.", code_words(&OwnCode::ALL.map(OwnCode::as_str)));
    assert!(types.contains(&codes), "{differ} the codes of cr-error, which would be: {codes}");
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_table() {
    let docs = file("docs/integrating.md");
    let mut rows = String::from("| attribute | value | default |\n|---|---|---|\n");
    for group in ATTRIBUTES.chunk_by(|one, other| one.value == other.value && one.default == other.default) {
        let names: Vec<&str> = group.iter().map(|attribute| attribute.name).collect();
        let Attribute { value, default, .. } = &group[0];
        let _ = writeln!(rows, "| {} | {value} | {default} |", code_words(&names));
    }
    assert!(
        docs.contains(&rows),
        "docs/integrating.md §3 is not the table of src/embed/interface.rs, which would be:\n{rows}"
    );
    let mut rows = String::from("| event | detail |\n|---|---|\n");
    for Event { name, fields, note, .. } in EVENTS {
        let told = fields.iter().filter(|(_, tells)| *tells != Tells::OrderId);
        let cells: Vec<String> = told
            .map(|(name, tells)| {
                // The kinds are listed with the attribute `kind`.
                let words = if *tells == Tells::Kind { Vec::new() } else { tells.words() };
                let colon = if words.is_empty() { "" } else { ": " };
                format!("`{name}`{colon}{}", code_words(&words))
            })
            .collect();
        let _ = writeln!(rows, "| `{name}` | {}{note} |", cells.join(", "));
    }
    assert!(
        docs.contains(&rows),
        "docs/integrating.md §5 is not the table of src/embed/interface.rs, which would be:\n{rows}"
    );
    let codes = format!("or one of ours: {}.", code_words(&OwnCode::ALL.map(OwnCode::as_str)));
    assert!(
        docs.contains(&codes),
        "docs/integrating.md §5 does not list the codes of the table, which would be: {codes}"
    );
}

/// Returns the Custom Elements Manifest, in schema 2.1.0.
fn manifest() -> Value {
    let text = |text: &str| json!({ "text": text });
    let words = |attribute: &Attribute| match attribute.accepts {
        Accepts::Kind => format!("{} | null", union(&kinds())),
        Accepts::Text | Accepts::Lang | Accepts::Flag | Accepts::OneOf(_) => attribute.type_text(),
    };
    // In the manifest a default is a value; one that has to be described in words belongs into the description.
    let value = |attribute: &Attribute| {
        let value = attribute.default.strip_prefix('`')?.strip_suffix('`')?;
        (!value.contains('`')).then_some(value)
    };
    let about = |attribute: &Attribute| match value(attribute) {
        Some(_) => attribute.value.to_owned(),
        None => format!("{}; without it: {}", attribute.value, attribute.default),
    };
    let attributes: Vec<Value> = ATTRIBUTES
        .iter()
        .map(|attribute| {
            let mut entry = json!({
                "name": attribute.name,
                "fieldName": attribute.property(),
                "type": text(&words(attribute)),
                "description": about(attribute),
            });
            if let Some(value) = value(attribute) {
                entry["default"] = json!(value);
            }
            entry
        })
        .collect();
    let own = ATTRIBUTES.iter().filter(|attribute| attribute.accepts != Accepts::Lang);
    let fields = own.map(|attribute| {
        json!({
            "kind": "field",
            "name": attribute.property(),
            "attribute": attribute.name,
            "reflects": true,
            "type": text(&words(attribute)),
            "description": about(attribute),
        })
    });
    let methods = METHODS.iter().map(|method| {
        let parameter = method.parameters.split_once(": ").map(|(name, kind)| {
            let is_optional = name.ends_with('?');
            let mut parameter = json!({ "name": name.trim_end_matches('?'), "type": text(kind) });
            if is_optional {
                parameter["optional"] = json!(true);
            }
            parameter
        });
        json!({
            "kind": "method",
            "name": method.name,
            "description": method.about,
            "parameters": parameter.into_iter().collect::<Vec<_>>(),
            "return": { "type": text("void") },
        })
    });
    let members: Vec<Value> = fields.chain(methods).collect();
    let events: Vec<Value> = EVENTS
        .iter()
        .map(|event| {
            let field = |(name, tells): &(&str, Tells)| {
                let mark = if *tells == Tells::OrderId { "?" } else { "" };
                let words = tells.words();
                let kind = if words.is_empty() { tells.type_text() } else { union(&words) };
                format!("{name}{mark}: {kind}")
            };
            let detail = event.fields.iter().map(field).collect::<Vec<_>>().join("; ");
            let codes = OwnCode::ALL.map(OwnCode::as_str).join(", ");
            let about = match event.name {
                "cr-error" => format!("{} Codes of the checkout's own: {codes}.", event.about),
                _ => event.about.to_owned(),
            };
            json!({ "name": event.name, "type": text(&format!("CustomEvent<{{ {detail} }}>")), "description": about })
        })
        .collect();
    let class = json!({ "name": "CrWidgetElement", "module": "index.js" });
    json!({
        "schemaVersion": "2.1.0",
        "readme": "README.md",
        "modules": [{
            "kind": "javascript-module",
            "path": "index.js",
            "declarations": [{
                "kind": "class",
                "customElement": true,
                "name": "CrWidgetElement",
                "tagName": "cr-widget",
                "superclass": { "name": "HTMLElement" },
                "description": "A checkout for gift cards, mobile top-ups and eSIMs, paid in crypto.",
                "attributes": attributes,
                "members": members,
                "events": events,
            }],
            "exports": [{ "kind": "js", "name": "CrWidgetElement", "declaration": class }],
        }, {
            "kind": "javascript-module",
            "path": "define.js",
            "exports": [{ "kind": "custom-element-definition", "name": "cr-widget", "declaration": class }],
        }],
    })
}

#[test]
fn the_custom_elements_manifest_is_made_of_the_table() {
    const PATH: &str = "src/embed/shell/custom-elements.json";
    let made = serde_json::to_string_pretty(&manifest()).unwrap() + "\n";
    if std::env::var_os("WRITE_MANIFEST").is_some() {
        std::fs::write(format!("{}/{PATH}", env!("CARGO_MANIFEST_DIR")), &made).unwrap();
    }
    let read: serde_json::Value = serde_json::from_str(&file(PATH)).unwrap();
    assert!(
        read == manifest(),
        "{PATH} is not what the table of src/embed/interface.rs makes; `WRITE_MANIFEST=1 cargo test -p cr-widget --lib interface` \
         writes it anew"
    );
}
