//! QR codes as a camera has them: pictures of the screen, read by independent decoders.

use cr_core::payment::qr::{QUIET_ZONE, encode};
use cr_e2e::{
    code,
    harness::Test,
    page::{Goods, Pay, Purchase},
    screen::Screen,
    stack::{Device, Stack},
    tests,
    words::word,
};
use image::{GrayImage, imageops};
use serde_json::json;
use thirtyfour::Key;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        u12_the_panels_codes_hold_what_is_shown_and_copied,
        u23_a_long_invoice_has_its_code_on_the_whole_screen,
        u12_codes_painted_by_the_browser_are_read_back,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");
/// The narrowest screen that is held to, high enough that nothing covers the code.
const NARROW: Device = Device { width: 320, height: 1800, dark: false };

/// The code on screen, as it is painted with what is around it.
async fn painted(stack: &Stack, screen: &Screen) -> GrayImage {
    let place = "const code = root.querySelector('.qr-code'); code.scrollIntoView({ block: 'center', behavior: 'instant' });\
        const { left, top, width, height } = code.getBoundingClientRect(); return [left, top, width, height];";
    let place = screen.script(place).await;
    let at = |index: usize| place[index].as_f64().expect("a number");
    let (left, top, width, height) = (at(0), at(1), at(2), at(3));
    assert!(left >= 0.0 && left + width <= 320.0, "it fits the screen: {place}");
    // At least three pixels a module.
    let modules = screen.script("return root.querySelector('.qr-code').viewBox.baseVal.width;").await;
    assert!(width >= 3.0 * modules.as_f64().expect("a number"), "{width} px for {modules} modules");
    let png = stack.driver.screenshot_as_png().await.expect("a screenshot");
    let screenshot = code::picture(&png);
    imageops::crop_imm(&screenshot, left as u32, top as u32, width as u32, height as u32).to_image()
}

async fn u12_the_panels_codes_hold_what_is_shown_and_copied() {
    for (coin, network) in [("USDC", "Polygon"), ("USDC", "Solana"), ("BTC", "Bitcoin"), ("BTC", "Lightning")] {
        let stack = Stack::open().await;
        let screen = stack.screen();
        let buy = Purchase { goods: CARD, email: "shopper@example.com", phone: None, method: Some((coin, network)) };
        buy.order(&stack).await;
        let order = stack.read_order(&stack.supplier.newest_order().await).await;
        let address = order["wallet_address"].as_str().expect("an address");
        let amount = order["coin_amount"].as_str().expect("an amount");
        assert_eq!(Pay::on(&screen).await.address().await, address);
        for dark in [false, true] {
            stack.become_device(Device { dark, ..NARROW }).await;
            let first = code::read(&painted(&stack, &screen).await);
            let switch = |key| screen.press("button", word(key));
            let (plain, link) = match network {
                "Lightning" => {
                    assert_eq!(first, format!("lightning:{address}").to_uppercase());
                    continue;
                }
                // Where every wallet reads the link alike, it comes first.
                "Bitcoin" => {
                    switch("pay.qr_switch_address").await;
                    (code::read(&painted(&stack, &screen).await), first)
                }
                _ => {
                    switch("pay.qr_switch_full").await;
                    (first, code::read(&painted(&stack, &screen).await))
                }
            };
            assert_eq!(plain, address, "{coin} on {network}, dark: {dark}");
            let href = screen.script("return root.querySelector('.wallet-link')?.getAttribute('href') ?? null;").await;
            match network {
                "Bitcoin" => assert_eq!(link, format!("bitcoin:{address}?amount={amount}")),
                "Solana" => {
                    assert!(link.starts_with(&format!("solana:{address}?amount={amount}&spl-token=")), "{link}")
                }
                _ => assert!(link.contains("@137/transfer?address=") && link.contains(address), "{link}"),
            }
            assert!(network == "Bitcoin" || href == link, "the link to tap is the link to scan: {href}");
            switch(if network == "Bitcoin" { "pay.qr_switch_full" } else { "pay.qr_switch_address" }).await;
        }
        stack.close().await;
    }
}

/// A phone as it is sold: three of its own pixels to one of CSS.
const PHONE: (u32, u32, u32) = (360, 780, 3);
/// A laptop with a screen of the plain kind.
const LAPTOP: (u32, u32, u32) = (1280, 800, 1);

async fn u23_a_long_invoice_has_its_code_on_the_whole_screen() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let email = "shopper+long_invoice@example.com";
    let pay = Purchase { goods: CARD, email, phone: None, method: Some(("BTC", "Lightning")) }.order(&stack).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    let invoice = order["wallet_address"].as_str().expect("an invoice");
    assert!(invoice.len() > 1_800, "{} characters", invoice.len());
    assert_eq!(pay.address().await, invoice);
    stack.shoot("pay-long-invoice").await;
    let (show, close) = (word("pay.qr_whole"), word("pay.qr_close"));
    let opened = "return root.querySelector('.qr-whole').open;";
    let seen = "return [...root.querySelectorAll('.qr-code')].filter((code) => code.checkVisibility()).length;";
    assert_eq!((screen.script(opened).await, screen.script(seen).await), (json!(false), json!(0)));
    for (width, height, scale) in [PHONE, LAPTOP] {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": scale > 1 });
        stack.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        screen.press("button", show).await;
        assert_eq!(screen.script(opened).await, true);
        assert_eq!(screen.focused().await, close, "the focus is in the dialogue");
        screen.type_keys(Key::Tab + "").await;
        let is_inside =
            "return root.activeElement === null || root.querySelector('.qr-whole').contains(root.activeElement);";
        assert_eq!(screen.script(is_inside).await, true, "the focus does not leave it");
        let place = "const { left, top, right, bottom } = root.querySelector('.qr-code').getBoundingClientRect();\
            return [left, top, right, bottom, innerWidth, innerHeight].map(Math.round);";
        let place = screen.script(place).await;
        let at = |index: usize| place[index].as_i64().expect("a number");
        assert!(at(0) >= 0 && at(1) >= 0 && at(2) <= at(4) && at(3) <= at(5), "it is seen whole: {place}");
        let png = stack.driver.screenshot_as_png().await.expect("a screenshot");
        assert_eq!(code::read(&code::picture(&png)), format!("lightning:{invoice}").to_uppercase());
        screen.type_keys(Key::Escape + "").await;
        assert_eq!(screen.script(opened).await, false, "Escape closes it");
        assert_eq!(screen.focused().await, show, "the focus is where it was");
        Pay::on(&screen).await;
        // By its button too.
        screen.press("button", show).await;
        screen.press("button", close).await;
        assert_eq!((screen.script(opened).await, screen.focused().await), (json!(false), show.to_owned()));
    }
    screen.press("button", show).await;
    stack.shoot("qr-whole").await;
    stack.close().await;
}

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn hex(&mut self, length: usize) -> String {
        let mut text = String::new();
        while text.len() < length {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text[..length].to_owned()
    }
}

/// Paths of many orders, painted by the browser as the panel paints them, each read back. `QR_RENDERED` sets how many.
async fn u12_codes_painted_by_the_browser_are_read_back() {
    let count = std::env::var("QR_RENDERED").ok().and_then(|number| number.parse().ok()).unwrap_or(200_usize);
    let mut numbers = Numbers(0x0c0d_e5ca_fe00);
    let texts: Vec<String> = (0..count)
        .map(|order| match order % 4 {
            0 => format!("0x{}", numbers.hex(40)),
            1 => {
                format!("solana:{}?amount={}.{:06}", numbers.hex(44), numbers.next() % 999, numbers.next() % 1_000_000)
            }
            2 => {
                let (contract, payee) = (numbers.hex(40), numbers.hex(40));
                format!(
                    "ethereum:0x{contract}@137/transfer?address=0x{payee}&uint256={}",
                    numbers.next() % 1_000_000_000
                )
            }
            _ => format!("LIGHTNING:LNBC{}U1{}", numbers.next() % 10_000, numbers.hex(240).to_uppercase()),
        })
        .collect();
    let stack = Stack::open().await;
    stack.become_device(NARROW).await;
    let paint = "const [code] = arguments; const make = (tag) => document.createElementNS('http://www.w3.org/2000/svg', tag);\
        const svg = make('svg'); const set = (e, all) => { for (const name in all) e.setAttribute(name, all[name]); return e; };\
        set(svg, { viewBox: `0 0 ${code.side} ${code.side}`, width: code.pixels, height: code.pixels, 'shape-rendering': 'crispEdges' });\
        svg.append(set(make('rect'), { width: code.side, height: code.side, fill: '#fff' }));\
        svg.append(set(make('path'), { transform: `translate(${code.quiet} ${code.quiet})`, d: code.path, fill: '#000' }));\
        document.documentElement.style.background = '#222'; document.body.replaceChildren(svg);\
        set(document.body, { style: 'margin:0' }); set(svg, { style: 'display:block;position:fixed;left:10px;top:10px' });";
    for text in &texts {
        let qr = encode(text).expect("short enough");
        let side = qr.size + 2 * QUIET_ZONE;
        let pixels = side * 200_u32.div_ceil(side).max(3);
        let code = json!({ "side": side, "pixels": pixels, "quiet": QUIET_ZONE, "path": qr.path });
        stack.driver.execute(paint, vec![code]).await.expect("a painted code");
        let clip = json!({ "x": 10, "y": 10, "width": pixels, "height": pixels, "scale": 1 });
        let shot = stack.cdp("Page.captureScreenshot", json!({ "format": "png", "clip": clip })).await;
        let png = base64(shot["data"].as_str().expect("a picture"));
        assert_eq!(code::read(&code::picture(&png)), *text);
    }
    stack.close().await;
}

/// Bytes of a base64 text.
fn base64(text: &str) -> Vec<u8> {
    let sextet = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| *letter != b'=').map(sextet).collect();
    letters
        .chunks(4)
        .flat_map(|group| {
            let bits =
                group.iter().fold(0_u32, |bits, sextet| bits << 6 | u32::from(*sextet)) << (6 * (4 - group.len()));
            bits.to_be_bytes()[1..group.len()].to_vec()
        })
        .collect()
}
