//! Every state of the checkout, in the gallery (`demo/gallery`): all of the list are drawn, none is broken, nothing is
//! wider than its frame, and axe-core finds no serious violation of the rules of WCAG 2.2 AA that it has. Each leaves a
//! picture in `target/screens/gallery`.

use std::{
    collections::BTreeSet,
    env, fs,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use cr_e2e::{
    harness::Test,
    stack::{Device, Paths, Stack},
    tests,
};
use serde_json::{Value, json};

/// The list that gallery and component tests draw.
const LIST: &str = include_str!("../../components/states.rs");
/// Brings a state into view and examines it.
const EXAMINE: &str = include_str!("gallery.js");
/// Keeps the errors of all frames, before any script of theirs runs.
const WATCH: &str = "const keep = (text) => (top.faults ??= []).push(`${location.search}: ${text}`);
    const { error } = console;
    console.error = (...all) => { keep(all.join(' ')); error(...all); };
    addEventListener('error', (event) => keep(event.message));
    addEventListener('unhandledrejection', (event) => keep(event.reason));";

/// How long a state may take until it is drawn and examined; the gallery calls it broken before.
const PATIENCE: Duration = Duration::from_secs(120);

/// More than the height of any state on a phone, in CSS pixels.
const TALLEST: u32 = 6000;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        first every_state_is_drawn_and_accessible_when_light,
        first every_state_is_drawn_and_accessible_when_dark,
        first nothing_is_wider_than_its_frame_from_right_to_left_or_in_another_language,
    ]
}

/// Returns the names of all states, read from the list's source: the gallery's own list proves nothing.
fn listed_names() -> BTreeSet<&'static str> {
    let calls =
        LIST.split_once("static STATES").expect("the list").1.split("state(").flat_map(|part| part.split("paying("));
    calls.skip(1).filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// Returns the names of the states on the page, in its order.
async fn names_on_page(stack: &Stack) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.state')].map((state) => state.id);";
    let found = stack.driver.execute(script, Vec::<Value>::new()).await.expect("a page");
    found.convert().expect("a list of names")
}

/// Returns a picture of a place on the page. An element's own picture would make the viewport another one, which draws
/// and drops frames.
async fn picture(stack: &Stack, place: &Value) -> Vec<u8> {
    let mut clip = place.clone();
    clip["scale"] = json!(1);
    let taken = stack.cdp("Page.captureScreenshot", json!({ "format": "png", "clip": clip })).await;
    BASE64_STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64")
}

/// How the states are looked at.
#[derive(Clone, Copy, Default)]
struct Look {
    /// The width of the frames in CSS pixels.
    width: u32,
    is_dark: bool,
    is_rtl: bool,
    lang: &'static str,
    /// Whether axe-core examines each state. Its rules look at elements and colours, which no width changes.
    by_axe: bool,
    /// Whether a picture of each state is taken.
    pictured: bool,
}

/// Goes through all states, and returns what is wrong with them.
async fn look_at_all(stack: &Stack, look: Look) -> Vec<String> {
    let Look { width, is_dark, is_rtl, lang, by_axe, pictured } = look;
    let paths = Paths::from_env();
    let axe = fs::read_to_string(&paths.axe).unwrap_or_else(|error| panic!("no axe-core at {:?} ({error})", paths.axe));
    let pictures = paths.screens.join("gallery");
    fs::create_dir_all(&pictures).expect("the folder for pictures");
    // The list of names stands beside the frames. A picture shows what is in the viewport.
    let height = if pictured { TALLEST } else { 1000 };
    stack.become_device(Device { width: width + 300, height, dark: is_dark }).await;
    let dir = if is_rtl { "rtl" } else { "" };
    stack.goto(&format!("/gallery/index.html?width={width}&dir={dir}&lang={lang}")).await;
    let mut names = names_on_page(stack).await;
    let end = Instant::now() + PATIENCE;
    while names.is_empty() {
        assert!(Instant::now() < end, "the gallery lists no state: is it built?");
        tokio::time::sleep(Duration::from_millis(50)).await;
        names = names_on_page(stack).await;
    }
    let listed = listed_names();
    assert!(listed.len() > 100, "only {} states were read from the list", listed.len());
    assert_eq!(names.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed);
    assert_eq!(names.len(), listed.len(), "each state stands once");
    let mut wrong = Vec::new();
    for name in &names {
        let args = vec![json!(name), if by_axe { json!(axe) } else { Value::Null }];
        let found = stack.driver.execute_async(EXAMINE, args).await.expect("a state that is drawn or broken");
        let found = found.json();
        let faults = found["faults"].as_array().expect("a list of faults").iter().filter_map(Value::as_str);
        let broken = found["broken"].as_str();
        let empty = (found["text"].as_u64().unwrap_or_default() < 10).then_some("nothing is drawn");
        wrong.extend(faults.chain(broken).chain(empty).map(|fault| format!("{name} at {width}: {fault}")));
        if pictured && broken.is_none() {
            let file = format!("{name}-{width}{}.png", if is_dark { "-dark" } else { "" });
            fs::write(pictures.join(file), picture(stack, &found["place"]).await).expect("a written picture");
        }
    }
    let errors = stack.driver.execute("return top.faults ?? [];", Vec::<Value>::new()).await.expect("a page");
    wrong.extend(errors.convert::<Vec<String>>().expect("a list of texts"));
    wrong
}

/// Looks at all states in these ways, one after the other.
async fn none_is_wrong(looks: &[Look]) {
    let stack = Stack::open().await;
    stack.session().before_pages(WATCH).await;
    stack.driver.set_script_timeout(PATIENCE).await.expect("a timeout");
    for look in looks {
        let wrong = look_at_all(&stack, *look).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    stack.close().await;
}

/// Returns the looks of one scheme: the phone's, and with `CR_LOOKS=all` the wider ones.
fn looks(is_dark: bool) -> Vec<Look> {
    let is_all = env::var("CR_LOOKS").is_ok_and(|looks| looks == "all");
    let phone = Look { width: 360, is_dark, by_axe: true, pictured: is_all || !is_dark, ..Look::default() };
    let wide = [768, 1280].map(|width| Look { width, by_axe: false, ..phone });
    if is_all { [[phone].as_slice(), &wide].concat() } else { vec![phone] }
}

async fn every_state_is_drawn_and_accessible_when_light() {
    none_is_wrong(&looks(false)).await;
}

async fn every_state_is_drawn_and_accessible_when_dark() {
    none_is_wrong(&looks(true)).await;
}

async fn nothing_is_wider_than_its_frame_from_right_to_left_or_in_another_language() {
    let look = Look { width: 360, is_rtl: true, lang: "it", ..Look::default() };
    none_is_wrong(&[look, Look { width: 320, is_rtl: false, lang: "ja", ..look }]).await;
}
