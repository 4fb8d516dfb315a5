//! Receipts to keep: what goes on paper and into the picture, and what stays hidden on the screen.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use cr_e2e::{
    code,
    harness::Test,
    page::{Goods, Purchase, Receipt},
    screen::Screen,
    stack::Stack,
    tests,
    words::word,
};
use serde_json::{Value, json};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        a_receipt_on_paper_holds_the_codes_as_delivered_and_nothing_of_the_page,
        a_receipt_is_saved_as_a_picture_with_the_same_in_it,
        an_esim_is_kept_with_a_code_that_scans,
        a_card_with_a_barcode_is_printed_with_it,
        p07_numbers_and_pictures_are_masked_like_codes_and_kept_like_them,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

/// From now on what would be printed, and what is written on canvases, is noted. `__print` may be `refuses` or `never ends`.
const NOTE: &str = "window.__printed = []; window.__drawn = [];\
    const frame = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow');\
    Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', { configurable: true, get() {\
      const inner = frame.get.call(this);\
      if (inner) inner.print = () => {\
        if (window.__print === 'refuses') throw new Error('refused');\
        if (window.__print === 'never ends') { inner.dispatchEvent(new Event('beforeprint')); return; }\
        const body = inner.document.body;\
        window.__printed.push({ texts: [...body.children].map((e) => e.textContent), html: body.innerHTML,\
          pictures: [...body.querySelectorAll('img')].map((i) => [i.getAttribute('src'), i.naturalWidth]), codes: body.querySelectorAll('svg').length });\
        inner.dispatchEvent(new Event('afterprint'));\
      };\
      return inner;\
    } });\
    const write = CanvasRenderingContext2D.prototype.fillText;\
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { window.__drawn.push(text); return write.call(this, text, ...rest); };";

async fn run(stack: &Stack, script: &str) -> Value {
    stack.driver.execute(script, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
}

/// A delivered order, on its receipt.
async fn delivered(email: &str, goods: Goods<'_>) -> (Stack, Screen, Value) {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Purchase { goods, email, phone: None, method: None }.review(&stack).await.create().await;
    Receipt::on(&screen).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    run(&stack, NOTE).await;
    (stack, screen, order)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

async fn printed(stack: &Stack, screen: &Screen) -> Value {
    screen.press("button", word("receipt.paper.print")).await;
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let printed = run(stack, "return window.__printed;").await;
        if let Some(first) = printed.as_array().and_then(|all| all.first()) {
            return first.clone();
        }
        assert!(Instant::now() < until, "nothing is printed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The picture that is saved, and the lines written into it.
async fn saved(stack: &Stack, screen: &Screen) -> (image::GrayImage, Vec<String>, PathBuf) {
    let folder = std::env::temp_dir().join(format!(
        "cr-e2e-{}-{}",
        std::process::id(),
        stack.origin.rsplit(':').next().expect("a port")
    ));
    std::fs::create_dir_all(&folder).expect("a folder");
    let profile = stack.session().profile();
    let settings = json!({ "behavior": "allow", "downloadPath": folder, "browserContextId": profile });
    stack.cdp("Browser.setDownloadBehavior", settings).await;
    screen.press("button", word("receipt.paper.save")).await;
    let until = Instant::now() + Duration::from_secs(20);
    let is_png = |path: &Path| path.extension().is_some_and(|extension| extension == "png");
    let file = loop {
        let files = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        if let Some(file) = files.into_iter().find(|path| is_png(path)) {
            break file;
        }
        assert!(Instant::now() < until, "nothing is saved");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let png = std::fs::read(&file).expect("a file");
    std::fs::remove_dir_all(&folder).expect("a folder to remove");
    let drawn = run(stack, "return window.__drawn;").await;
    (code::picture(&png), drawn.as_array().expect("a list").iter().map(text).collect(), file)
}

/// The page takes itself for hidden or visible.
async fn see_as(stack: &Stack, state: &str) {
    let script = format!(
        "Object.defineProperty(document, 'visibilityState', {{ configurable: true, get: () => '{state}' }});\
         document.dispatchEvent(new Event('visibilitychange', {{ bubbles: true }}));"
    );
    run(stack, &script).await;
}

async fn count(screen: &Screen, selector: &str) -> Value {
    screen.script(&format!("return root.querySelectorAll('{selector}').length;")).await
}

/// Waits until no such element is there any more.
async fn until_none(screen: &Screen, selector: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while count(screen, selector).await != 0 {
        assert!(Instant::now() < until, "{selector} stays");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn a_receipt_on_paper_holds_the_codes_as_delivered_and_nothing_of_the_page() {
    let (stack, screen, order) = delivered("shopper+code_multi@example.com", CARD).await;
    let codes = text(&order["deliveries"][0]["deliverable"]["pin_code"]);
    assert!(
        codes.contains('\n') && codes.contains("\n0") || codes.starts_with('0'),
        "lines with leading zeros: {codes:?}"
    );
    let paper = printed(&stack, &screen).await;
    let texts: Vec<String> = paper["texts"].as_array().expect("a list").iter().map(text).collect();
    assert!(texts.contains(&codes), "{texts:?}");
    assert!(texts[0].starts_with("Kettle & Crumb"), "{texts:?}");
    let all = texts.join("\n");
    for other in [word("receipt.again"), word("receipt.forget"), word("receipt.terms"), "shopper+", "USDC"] {
        assert!(!all.contains(other), "{other:?} is of no use on paper: {all}");
    }
    assert!(texts.contains(&screen.part("reference").await));
    // On the screen it stays as it was, and the frame is gone.
    assert!(Receipt::on(&screen).await.is_masked().await);
    until_none(&screen, "iframe").await;
    // So it is when the browser refuses to print, and when it never says that the print is over.
    run(&stack, "window.__print = 'refuses';").await;
    screen.press("button", word("receipt.paper.print")).await;
    until_none(&screen, "iframe").await;
    run(&stack, "window.__print = 'never ends';").await;
    screen.press("button", word("receipt.paper.print")).await;
    see_as(&stack, "hidden").await;
    assert_eq!(count(&screen, "iframe").await, 1, "phones hide the page behind their dialogue");
    see_as(&stack, "visible").await;
    until_none(&screen, "iframe").await;
    stack.close().await;
}

async fn a_receipt_is_saved_as_a_picture_with_the_same_in_it() {
    let (stack, screen, order) = delivered("shopper+code_multi@example.com", CARD).await;
    let codes = text(&order["deliveries"][0]["deliverable"]["pin_code"]);
    let (picture, drawn, file) = saved(&stack, &screen).await;
    for line in codes.lines() {
        assert!(drawn.iter().any(|drawn| drawn == line), "{line:?} in {drawn:?}");
    }
    let reference = screen.part("reference").await;
    assert_eq!(file.file_name().and_then(|name| name.to_str()), Some(format!("{reference}.png").as_str()));
    assert!(picture.width() >= 1_000, "sharp on dense screens");
    let ink = picture.pixels().filter(|pixel| pixel.0[0] < 128).count();
    assert!(ink > 1_000, "something is drawn");
    assert!(picture.get_pixel(0, 0).0[0] == 255, "on white");
    stack.shoot("receipt-keep").await;
    stack.close().await;
}

async fn an_esim_is_kept_with_a_code_that_scans() {
    let (stack, screen, order) = delivered("shopper+esim@example.com", CARD).await;
    let lpa = order["deliveries"][0].to_string();
    let start = lpa.find("LPA:1").expect("an activation text");
    let lpa = lpa[start..].split('"').next().expect("a text").to_owned();
    let paper = printed(&stack, &screen).await;
    assert_eq!(paper["codes"], 1);
    assert!(paper["texts"].as_array().expect("a list").contains(&json!(lpa)));
    let (picture, drawn, _) = saved(&stack, &screen).await;
    assert_eq!(code::read(&picture), lpa);
    assert_eq!(drawn.concat().matches(&lpa).count(), 1, "{drawn:?}");
    stack.close().await;
}

async fn a_card_with_a_barcode_is_printed_with_it() {
    let (stack, screen, order) = delivered("shopper+code_serial@example.com", CARD).await;
    let paper = printed(&stack, &screen).await;
    let pictures = paper["pictures"].as_array().expect("a list");
    assert!(!pictures.is_empty(), "{paper}");
    assert!(
        pictures.iter().all(|picture| picture[1].as_u64().is_some_and(|width| width > 0)),
        "it came in time: {pictures:?}"
    );
    let all = paper["texts"].to_string();
    let line = &order["deliveries"][0]["deliverable"];
    for (key, field) in [("receipt.serial", "serial_number"), ("receipt.security", "security_code")] {
        assert!(all.contains(word(key)), "{all}");
        if let Some(value) = line[field].as_str() {
            assert!(all.contains(value), "{field}: {all}");
        }
    }
    let (_, drawn, _) = saved(&stack, &screen).await;
    assert!(drawn.iter().any(|line| line == word("receipt.barcode")), "{drawn:?}");
    stack.close().await;
}

async fn p07_numbers_and_pictures_are_masked_like_codes_and_kept_like_them() {
    let (stack, screen, order) = delivered("shopper+serial_barcode@example.com", CARD).await;
    let serial = text(&order["deliveries"][0]["deliverable"]["pin_serial"]);
    let receipt = Receipt::on(&screen).await;
    let is_open = async || {
        let pictures = screen.script("return root.querySelectorAll('.goods-picture').length;").await;
        (screen.text().await.contains(&serial), pictures == 1)
    };
    assert_eq!((receipt.is_masked().await, is_open().await), (true, (false, false)));
    screen.press("button", word("receipt.show")).await;
    screen.shows(&serial).await;
    assert_eq!(is_open().await, (true, true));
    stack.shoot("receipt-barcode").await;
    see_as(&stack, "hidden").await;
    assert_eq!((receipt.is_masked().await, is_open().await), (true, (false, false)));
    see_as(&stack, "visible").await;
    let paper = printed(&stack, &screen).await;
    assert!(paper["texts"].as_array().expect("a list").contains(&json!(serial)), "{paper}");
    assert_eq!(paper["pictures"].as_array().map(Vec::len), Some(1), "{paper}");

    screen.press("button", word("receipt.again")).await;
    let email = "shopper+link_security@example.com";
    Purchase { goods: CARD, email, phone: None, method: None }.review(&stack).await.create().await;
    let receipt = Receipt::on(&screen).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    let security = text(&order["deliveries"][0]["deliverable"]["security_code"]);
    assert!(receipt.is_masked().await);
    assert!(!screen.text().await.contains(word("receipt.security")));
    screen.press("button", word("receipt.show")).await;
    screen.shows(word("receipt.security")).await;
    screen.shows(&security).await;
    stack.shoot("receipt-link-security").await;
    stack.close().await;
}
