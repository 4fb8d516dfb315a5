//! A partner's accent may be any colour: what is written in it, on it or drawn with it can still be seen.

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Grid, Product},
    stack::Stack,
    tests,
    words::word,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, watched_in};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        each any_accent_keeps_its_contrast_and_is_the_colour_of_the_button,
        under_reduced_motion_all_colours_change_in_one_frame,
    ]
}

/// Too light, too dark, in between, and those that other people's shops have.
const ACCENTS: [&str; 10] = [
    "#ffffff",
    "#000000",
    "#777777",
    "#ffd400",
    "#ff5a1f",
    "#00e5ff",
    "#0a3d2e",
    "#0000ff",
    "#e6007a",
    "rgb(43 74 203 / 0.5)",
];
/// The contrasts of WCAG 2.2 (1.4.3, 1.4.11) as the browser paints them: text on the button, and the accent as text and line on
/// each surface.
const CONTRASTS: &str = "const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });\
    const bytes = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);\
      return [...canvas.getImageData(0, 0, 1, 1).data]; };\
    const light = (colour) => { const [r, g, b] = bytes(colour).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);\
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05; };\
    const contrast = (one, other) => { const [low, high] = [light(one), light(other)].sort((a, b) => a - b); return high / low; };\
    const button = getComputedStyle(root.querySelector('.button-primary'));\
    const line = getComputedStyle(root.querySelector('input:checked ~ .radio-mark')).borderTopColor;\
    const probe = document.createElement('i'); root.querySelector('.frame').append(probe);\
    const value = (name) => { probe.style.backgroundColor = 'var(' + name + ')'; return getComputedStyle(probe).backgroundColor; };\
    const all = [bytes(button.backgroundColor)[3] === 255 ? contrast(button.color, button.backgroundColor) : 21];\
    for (const surface of ['--_surface', '--_raised', '--_sunk']) all.push(contrast(value('--_accent'), value(surface)));\
    all.push(contrast(line, value('--_surface')));\
    const fill = bytes(button.backgroundColor).join(' '); probe.remove(); return [all, fill, bytes(button.color).join(' ')];";

/// The contrasts, the button's colour and that of its text, as red, green, blue and alpha.
async fn seen(stack: &Stack) -> (Vec<f64>, String, String) {
    let answer: Value = stack.screen().script(CONTRASTS).await;
    serde_json::from_value(answer).expect("numbers and two texts")
}

async fn any_accent_keeps_its_contrast_and_is_the_colour_of_the_button(browser: Browser) {
    let stack = watched_in(browser).await;
    stack.goto("/demo/theming.html").await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await.choose("$25").await;
    // Colours change at once, so that what is read is where they end.
    let still = "const s = new CSSStyleSheet(); s.replaceSync('* { transition: none !important; animation: none !important }');\
        root.adoptedStyleSheets.push(s); return null;";
    screen.script(still).await;
    for (theme, fill, text) in
        [("light", "43 74 203 255", "255 255 255 255"), ("dark", "147 168 255 255", "11 18 48 255")]
    {
        stack.set_attribute("theme", theme).await;
        ask(&stack, "document.querySelector('cr-widget').style.removeProperty('--cr-accent'); return null;").await;
        let (all, found, on) = seen(&stack).await;
        assert_eq!((&*found, &*on), (fill, text), "{theme}: the default");
        assert!(all.iter().all(|contrast| *contrast >= 4.5), "{theme}: {all:?}");
        for accent in ACCENTS {
            let set = format!(
                "document.querySelector('cr-widget').style.setProperty('--cr-accent', '{accent}'); return null;"
            );
            ask(&stack, &set).await;
            let (all, fill, _) = seen(&stack).await;
            assert!(all.iter().all(|contrast| *contrast >= 4.5), "{} {theme} {accent}: {all:?}", browser.name());
            if let Some(hex) = accent.strip_prefix('#') {
                let own = [0, 2, 4].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour").to_string());
                assert_eq!(
                    fill,
                    format!("{} 255", own.join(" ")),
                    "{theme} {accent}: the button is of the partner's colour"
                );
            }
        }
    }
    // Under the pointer too, where black and white are about as good as each other.
    let button = screen.find("button", word("product.next")).await;
    stack.driver.action_chain().move_to_element_center(&button).perform().await.expect("a pointer");
    for theme in ["light", "dark"] {
        stack.set_attribute("theme", theme).await;
        for accent in ["#737373", "#757575", "#777777", "#797979"] {
            let set = format!(
                "document.querySelector('cr-widget').style.setProperty('--cr-accent', '{accent}'); return null;"
            );
            ask(&stack, &set).await;
            let hovered = "return root.querySelector('.button-primary').matches(':hover');";
            assert_eq!(screen.script(hovered).await, true);
            assert!(seen(&stack).await.0[0] >= 4.5, "{} {theme} {accent}: under the pointer", browser.name());
        }
    }
    // What the partner says about text on the accent counts.
    let own = "const { style } = document.querySelector('cr-widget'); style.setProperty('--cr-accent', '#ff5a1f');\
        style.setProperty('--cr-on-accent', '#ffffff'); return null;";
    ask(&stack, own).await;
    assert_eq!(seen(&stack).await.2, "255 255 255 255");
    stack.close().await;
}

async fn under_reduced_motion_all_colours_change_in_one_frame() {
    let stack = watched_in(Browser::Chromium).await;
    let reduced = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    stack.cdp("Emulation.setEmulatedMedia", reduced).await;
    stack.goto("/").await;
    Grid::on(&stack.screen()).await;
    stack.screen().find("listitem", "Kettle & Crumb").await;
    let colours = "const done = arguments[arguments.length - 1]; const e = document.querySelector('cr-widget'); e.theme = 'light';\
        const colours = () => [...e.shadowRoot.querySelectorAll('.brand-name, .chip, .screen-title')].map((n) => getComputedStyle(n).color);\
        const frame = () => new Promise((then) => requestAnimationFrame(then));\
        (async () => { await new Promise((then) => setTimeout(then, 500)); const before = colours(); e.theme = 'dark'; await frame(); const at_once = colours();\
          await new Promise((then) => setTimeout(then, 1000)); const at_last = colours();\
          done([before.length > 5, before.some((c, i) => c !== at_last[i]), at_once.filter((c, i) => c !== at_last[i])]); })();";
    let answer = stack.driver.execute_async(colours, Vec::<Value>::new()).await.expect("an answer");
    assert_eq!(*answer.json(), json!([true, true, []]));
    stack.close().await;
}
