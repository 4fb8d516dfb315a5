//! What holds on every screen, in every state and language.

use std::collections::BTreeSet;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    stage::{Stage, pause},
    states::{SOLANA, STATES, State, named},
    words::{FILES, beginning, holds, messages, squeezed, word},
};

/// Returns what is wrong with the markup of whatever is on screen: each line names one fault.
const FAULTS: &str = "const faults = [];
    const shown = (element) => element.checkVisibility();
    const squeeze = (text) => text.replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
    const textOf = (node) => node.nodeType === Node.TEXT_NODE ? node.data
      : node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true' ? ''
      : [...node.childNodes].map(textOf).join(' ');
    const nameOf = (element) => squeeze(element.getAttribute('aria-label')
      ?? (element.labels?.length ? [...element.labels].map(textOf).join(' ') : textOf(element) || element.getAttribute('alt') || ''));
    const ids = [...root.querySelectorAll('[id]')].map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`the id ${id} stands twice`);
    for (const element of root.querySelectorAll('button, a[href], input, select, textarea, dialog, progress, [role=img], [role=group]')) {
      if (shown(element) && nameOf(element) === '') faults.push(`no name: ${element.outerHTML.slice(0, 120)}`);
    }
    for (const element of root.querySelectorAll('img:not([alt])')) faults.push(`no alt: ${element.outerHTML.slice(0, 120)}`);
    for (const element of root.querySelectorAll('fieldset')) {
      if (shown(element) && !element.querySelector('legend')?.textContent) faults.push('a fieldset without a legend');
    }
    for (const element of root.querySelectorAll('[role], [aria-live]')) {
      if (element.getAttribute('aria-live') === 'assertive') faults.push('something interrupts by aria-live');
    }
    for (const element of root.querySelectorAll('a[target=_blank]')) {
      if (!element.rel.includes('noopener') || !element.rel.includes('noreferrer')) faults.push(`a link tells where it comes from: ${element.href}`);
    }
    const live = root.querySelectorAll('[aria-live=polite]');
    if (live.length !== 1) faults.push(`${live.length} polite regions`);
    const headings = [...root.querySelectorAll('h2')].filter(shown);
    if (headings.length !== 1) faults.push(`${headings.length} headings of a screen`);
    let last = 1;
    for (const heading of [...root.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(shown)) {
      const level = Number(heading.localName[1]);
      if (level > last + 1) faults.push(`h${level} after h${last}`);
      last = level;
    }
    const primary = [...root.querySelectorAll('[part~=primary-button]')].filter(shown);
    if (primary.length > 1) faults.push(`${primary.length} primary buttons`);
    return faults;";

/// The texts of all text nodes that are on screen, and all names and hints in attributes.
const TEXTS: &str = "const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.data);
    for (const element of root.querySelectorAll('*')) {
      for (const name of ['aria-label', 'placeholder', 'alt', 'title']) texts.push(element.getAttribute(name) ?? '');
    }
    return texts;";

fn lines(stage: &Stage, script: &str) -> Vec<String> {
    stage.script(script).unchecked_into::<Array>().iter().filter_map(|line| line.as_string()).collect()
}

/// Returns the heading that a state has in a language.
fn title(state: &State, lang: &str) -> String {
    squeezed(messages(lang).get(state.title).map_or(state.title, String::as_str))
}

fn has_title(stage: &Stage, state: &State, lang: &str) -> bool {
    let title = title(state, lang);
    stage.names("heading").iter().any(|heading| holds(heading, &title))
}

#[wasm_bindgen_test]
async fn every_state_is_complete_and_well_formed() {
    let cases = messages("en");
    let cases = cases.keys().filter_map(|key| key.strip_prefix("trouble.")?.strip_suffix(".title"));
    let mut unseen: BTreeSet<&str> = cases.collect();
    for state in STATES {
        pause().await;
        let name = state.name;
        let stage = Stage::at(state);
        assert!(has_title(&stage, state, "en"), "{name}: {:?}", stage.names("heading"));
        for key in state.tells {
            assert!(stage.says(key), "{name}: {key} is not on screen:\n{}", stage.text());
        }
        assert_eq!(lines(&stage, FAULTS), Vec::<String>::new(), "{name}");
        assert_eq!(stage.part("address").is_some(), state.pays, "{name}: an address\n{}", stage.text());
        if !state.pays {
            assert!(!stage.everything().contains(SOLANA), "{name}: the address is somewhere in the document");
        }
        check_focus(&stage, state);
        if let Some(case) = stage.part("trouble").and_then(|part| part.get_attribute("data-case")) {
            unseen.remove(case.as_str());
        }
        // Another language reaches all of it, and moves nothing.
        let headings = stage.names("heading").len();
        stage.speak("it");
        assert!(has_title(&stage, state, "it"), "{name}: {:?}", stage.names("heading"));
        assert_eq!(stage.names("heading").len(), headings, "{name}");
        let world = std::rc::Rc::clone(&stage.world);
        drop(stage);
        // An order that is being made waits for another element for half a minute.
        if name.contains("creat") || name == "review-moved-a-little" {
            world.pass(core::time::Duration::from_secs(31));
        }
        assert_eq!(world.held(), (0, 0), "{name}: timers and listeners are left");
    }
    assert_eq!(unseen, BTreeSet::new(), "each case of trouble is the screen of a state");
    let names: BTreeSet<&str> = STATES.iter().map(|state| state.name).collect();
    assert_eq!(names.len(), STATES.len(), "each state has a name of its own");
}

/// Asserts that the heading of a step has the focus once the shopper has moved. On the first screen the host page keeps
/// it, and a question has it on its answer.
fn check_focus(stage: &Stage, state: &State) {
    let focused = stage.focused();
    let expected = match state.name {
        "confirm-dearer" | "confirm-cheaper" | "confirm-open" => word("confirm.agree"),
        "review-moved" => word("review.order_for"),
        "grid-order-kept" | "grid-order-forgotten" => word("grid.title"),
        _ if state.title == "grid.title" => return assert_eq!(focused, "", "{}", state.name),
        _ => title(state, "en"),
    };
    assert!(holds(&focused, &expected), "{}: the focus is on {focused:?}", state.name);
}

#[wasm_bindgen_test]
async fn every_state_is_worded_in_every_language() {
    for (lang, _) in FILES {
        let known = messages(lang);
        let areas: BTreeSet<&str> = known.keys().filter_map(|key| Some(key.split_once('.')?.0)).collect();
        for state in STATES {
            pause().await;
            let stage = Stage::at_in(state, lang);
            for text in lines(&stage, TEXTS) {
                let text = text.trim();
                // A message that is missing is shown by its key, and a placeholder that was not filled in as it is.
                let is_key =
                    text.split_once('.').is_some_and(|(area, rest)| areas.contains(area) && !rest.contains(' '));
                assert!(!is_key, "{lang}, {}: {text:?} is a key", state.name);
                assert!(!text.contains('{'), "{lang}, {}: {text:?} has a placeholder", state.name);
            }
            assert!(has_title(&stage, state, lang), "{lang}: {:?}", stage.names("heading"));
        }
    }
}

#[wasm_bindgen_test]
async fn nobody_who_works_elsewhere_on_the_page_loses_the_focus() {
    for state in STATES {
        pause().await;
        let stage = Stage::with("en", state.configure);
        stage.work_elsewhere();
        (state.arrange)(&stage.world, stage.store);
        crate::world::turn();
        assert_eq!(stage.focused(), "", "{}", state.name);
    }
}

#[wasm_bindgen_test]
async fn every_state_can_be_read_from_right_to_left() {
    for state in STATES {
        pause().await;
        // No shipped language runs that way; the words stay English.
        let stage = Stage::at_in(state, "ar");
        let frame = stage.script("const frame = root.querySelector('[lang]'); return `${frame.lang} ${frame.dir}`;");
        assert_eq!(frame.as_string().as_deref(), Some("ar rtl"), "{}", state.name);
        // What runs left to right in every language says so itself.
        let bare = stage.script(
            "return [...root.querySelectorAll('code, [data-testid=reference], input[type=email], input[type=tel]')]
               .filter((element) => !element.closest('[dir=ltr]') && !element.querySelector('[dir=ltr]')).length;",
        );
        assert_eq!(bare.as_f64(), Some(0.0), "{}: {}", state.name, stage.text());
    }
}

#[wasm_bindgen_test]
fn the_partners_links_are_at_the_foot_of_the_frame() {
    let stage = Stage::with("en", |config| {
        config.links.terms = Some("https://shop.example/terms".to_owned());
        config.links.support = Some("https://shop.example/help".to_owned());
    });
    for (key, href) in [("frame.terms", "https://shop.example/terms"), ("frame.support", "https://shop.example/help")] {
        assert_eq!(stage.one("link", &word(key)).get_attribute("href").as_deref(), Some(href));
    }
    assert!(!stage.has("link", &word("frame.privacy")), "a link that is not configured is not there");
    stage.shows("frame.seller");
    let stage = Stage::at(named("trouble-held"));
    let mail = stage.one("link", &beginning("track.support")).get_attribute("href").unwrap();
    let reference = stage.text_of("reference");
    assert_eq!(mail, format!("mailto:support@cryptorefills.com?subject={reference}"));
}
