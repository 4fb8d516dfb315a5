//! What a delivered line carries (`docs/supplier-api.md` §7). All of it is invented and derived from the line's id.

use serde_json::{Value, json};

use crate::catalog::texts::{self, Words};
use crate::catalog::{Brand, Shape};
use crate::rng::Rng;

/// The redemption fields of a line.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    fields: Vec<(&'static str, Value)>,
    /// The content of the QR image of this line.
    pub(crate) qr: Option<String>,
    /// The content of the barcode image of this line.
    pub(crate) barcode: Option<String>,
}

const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const DIGITS: &[u8] = b"0123456789";

fn group(rng: &mut Rng, alphabet: &[u8], groups: usize, size: usize, join: &str) -> String {
    let one = |rng: &mut Rng| -> String { (0..size).map(|_| char::from(*rng.pick(alphabet))).collect() };
    (0..groups).map(|_| one(rng)).collect::<Vec<_>>().join(join)
}

impl Secrets {
    pub(crate) fn new(line_id: &str, shape: Shape, brand: &Brand, words: &Words) -> Self {
        let mut rng = Rng::new(0, &format!("secret/{line_id}"));
        let rng = &mut rng;
        let mut out = Self::default();
        let image = |kind: &str| json!(format!("/sandbox/img/{kind}?line={line_id}&w=64&h=64"));
        match shape {
            Shape::Code | Shape::CodeReplaced => out.put("pin_code", group(rng, LETTERS, 4, 4, "-")),
            Shape::CodeLink => {
                let token = group(rng, LETTERS, 1, 20, "");
                out.put("pin_code", format!("https://redeem.sandbox.example/{}?t={token}&lang=en", brand.slug));
            }
            Shape::CodeSerial => {
                let code = group(rng, DIGITS, 4, 4, " ");
                out.barcode = Some(code.replace(' ', ""));
                out.put("pin_code", code);
                out.put("pin_serial", format!("00{}", group(rng, DIGITS, 1, 10, "")));
                out.put("security_code", format!("0{}", group(rng, DIGITS, 1, 2, "")));
                out.put("barcode_image_url", image("barcode"));
            }
            Shape::LinkSecurity => {
                let token = group(rng, LETTERS, 1, 20, "");
                out.put("pin_code", format!("https://redeem.sandbox.example/{}?t={token}", brand.slug));
                out.put("security_code", format!("0{}", group(rng, DIGITS, 1, 3, "")));
            }
            Shape::SerialBarcode => {
                let number = format!("00{}", group(rng, DIGITS, 1, 10, ""));
                out.barcode = Some(number.clone());
                out.put("pin_serial", number);
                out.put("barcode_image_url", image("barcode"));
            }
            Shape::CodeMulti => {
                let codes: Vec<String> = (0..3).map(|_| format!("0{}", group(rng, DIGITS, 1, 11, ""))).collect();
                out.put("pin_code", codes.join("\n"));
                out.put("pin_serial", "Cards 1-3  ");
            }
            Shape::CodeList => {
                let codes: Vec<String> = (0..2).map(|_| group(rng, LETTERS, 4, 4, "-")).collect();
                out.put("pin_code", codes);
            }
            Shape::CodeAlias => {
                out.put("voucher_code", group(rng, LETTERS, 3, 5, "-"));
                out.put("serial", group(rng, DIGITS, 1, 9, ""));
            }
            Shape::LinkAlias => {
                out.put(
                    "redemption_url",
                    format!("https://redeem.sandbox.example/v/{}", group(rng, LETTERS, 1, 16, "")),
                );
            }
            Shape::Esim | Shape::EsimQrOnly => {
                let lpa = format!("LPA:1$smdp.sandbox.example${}", group(rng, LETTERS, 5, 5, "-"));
                out.put("qr_image_url", image("qr"));
                if shape == Shape::Esim {
                    out.put("pin_code", lpa.as_str());
                }
                out.qr = Some(lpa);
            }
            Shape::TopUp => {
                out.put("operator_reference", format!("TX{}", group(rng, DIGITS, 1, 12, "")));
                return out.with_texts(brand, words, false);
            }
            Shape::SentByEmail | Shape::Failed | Shape::Late => return out,
        }
        out.with_texts(brand, words, true)
    }

    fn put(&mut self, name: &'static str, value: impl Into<Value>) {
        self.fields.push((name, value.into()));
    }

    fn with_texts(mut self, brand: &Brand, words: &Words, with_instructions: bool) -> Self {
        if with_instructions {
            self.put("redeem_instructions", texts::redeem_instructions(brand, words));
            self.put("terms_and_conditions", texts::terms(brand, words));
        }
        self
    }

    /// Writes the fields over the nulls of a deliverable.
    pub(crate) fn write(&self, deliverable: &mut Value) {
        for (name, value) in &self.fields {
            deliverable[*name] = value.clone();
        }
    }
}
