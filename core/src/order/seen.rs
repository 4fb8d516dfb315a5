//! The marks by which the codes of an order are recognised when it is read again later, so that one that was replaced
//! meanwhile is known to have been. The stored note holds beginnings of salted hashes, and the salt: whoever reads it
//! can try codes against them. So many codes fit the mark of a long one that none is told. A short one is marked
//! together with a long one only, or not at all.

use sha2::{Digest as _, Sha256};

use super::{Delivery, DeliveryStatus, Goods, Order, OrderState, goods};
use crate::money::FaceValue;

/// How many hexadecimal digits of the hash of a long text are kept. They tell a code from the one that takes its place;
/// one code in a million fits them.
const DIGITS: usize = 5;
/// How many are kept of what can be guessed. Those of product and recipient tell the items of one order apart; one in
/// 4096 fits them. Those of a short number beside a long code are about as many as the number has itself, so that they
/// do not narrow down the long code.
const FEW_DIGITS: usize = 3;
/// From how many letters and digits on a code is marked by itself. At least a million codes fit its mark then.
const LONG: usize = 10;
/// The same for a code of digits only.
const LONG_IN_DIGITS: usize = 12;

/// The lines of an order as they were seen. Of each long code and serial the beginning of a salted hash is kept, a
/// shorter one of each brand, denomination, face value and account, and one of each short number together with each
/// long code of its line.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenGoods {
    salt: String,
    /// Hashes stand for what is secret, and nothing else is in them.
    lines: Vec<Delivery>,
}

impl SeenGoods {
    /// Nothing was seen yet. The salt is random text of letters and digits, of one order.
    pub fn new(salt: &str) -> Self {
        Self { salt: salt.to_owned(), lines: Vec::new() }
    }

    /// What [`SeenGoods::to_text`] wrote; `None` for any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        let salt = parts.next().filter(|salt| !salt.is_empty())?;
        let lines: Option<Vec<Delivery>> = parts.map(line_of).collect();
        Some(Self { salt: salt.to_owned(), lines: lines? })
    }

    /// Returns the text to store.
    pub fn to_text(&self) -> String {
        let lines = self.lines.iter().map(text_of);
        core::iter::once(self.salt.clone()).chain(lines).collect::<Vec<_>>().join(";")
    }

    /// Marks the lines of an accepted snapshot that carry another code than was seen ([`Delivery::replaced`]), by the rule that holds
    /// from one snapshot to the next.
    pub fn tell(&self, order: &mut Order) {
        let now: Vec<Delivery> = order.deliveries.iter().map(|line| self.hashed(line)).collect();
        let places = goods::places(&now, &self.lines);
        for ((line, hashed), place) in order.deliveries.iter_mut().zip(&now).zip(places) {
            let known = place.and_then(|at| self.lines.get(at));
            line.replaced |= known.is_some_and(|known| known.replaced || goods::replaces(hashed, known));
        }
    }

    /// What was seen by now, with the lines of this order.
    #[must_use]
    pub fn with(mut self, order: &Order) -> Self {
        let now = order.deliveries.iter().map(|line| self.hashed(line)).collect();
        let takes_back = matches!(order.state, OrderState::Refunded | OrderState::Canceled);
        self.lines = goods::following(now, &self.lines, false, takes_back);
        self
    }

    fn hashed(&self, line: &Delivery) -> Delivery {
        let of_item = |text: &str| self.hash(&[text], FEW_DIGITS);
        let long: Vec<&str> = goods::codes(line).filter(|code| is_long(code)).collect();
        let marks = |text: &str| match is_long(text) {
            true => vec![self.hash(&[text], DIGITS)],
            false => self.beside(&long, "", text),
        };
        let mut goods: Vec<Goods> = Vec::new();
        for carried in &line.goods {
            match carried {
                Goods::Code(text) | Goods::Link(text) | Goods::Esim { lpa: text, .. } => {
                    goods.extend(marks(text).into_iter().map(Goods::Code));
                }
                Goods::Credited | Goods::SentByEmail => goods.push(carried.clone()),
            }
        }
        // A short number is as one of the codes here. It is there as often as there are long codes, so that it is known
        // again as long as one of those is.
        let serial = line.serial.as_deref();
        let short = [("serial", serial.filter(|text| !is_long(text))), ("security", line.security_code.as_deref())];
        for (kind, text) in short.into_iter().filter_map(|(kind, text)| Some((kind, text?))) {
            goods.extend(self.beside(&long, kind, text).into_iter().map(Goods::Code));
        }
        Delivery {
            brand_name: Some(&*line.brand_name).filter(|name| !name.is_empty()).map(of_item).unwrap_or_default(),
            wire_denomination: line.wire_denomination.as_deref().map(of_item),
            face: line.face.as_ref().and_then(|face| stand_in(&of_item(&plain(face)))),
            beneficiary_account: line.beneficiary_account.as_deref().map(of_item),
            goods,
            serial: serial.filter(|text| is_long(text)).map(|text| self.hash(&[text], DIGITS)),
            barcode_image_url: line.barcode_image_url.as_ref().or(line.qr_image_url.as_ref()).map(|_| String::new()),
            replaced: line.replaced,
            ..Delivery::bare(line.status)
        }
    }

    /// Returns the marks of a short number together with each of these long codes; none without them.
    fn beside(&self, long: &[&str], kind: &str, short: &str) -> Vec<String> {
        long.iter().map(|code| self.hash(&[code, kind, short], FEW_DIGITS)).collect()
    }

    fn hash(&self, texts: &[&str], digits: usize) -> String {
        let salted = Sha256::new().chain_update(&self.salt);
        let hash = texts.iter().fold(salted, |hash, text| hash.chain_update("\n").chain_update(text.trim())).finalize();
        let all = hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        all.chars().take(digits).collect()
    }
}

/// Returns whether a text has too many letters and digits for trying all. Of a link the longest word behind its host
/// counts, of an activation text of an eSIM the matching id.
fn is_long(text: &str) -> bool {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric();
    let is_enough = |word: &str| {
        let count = word.chars().filter(|sign| is_sign(*sign)).count();
        count >= LONG_IN_DIGITS || count >= LONG && word.chars().any(|sign| sign.is_ascii_alphabetic())
    };
    if let Some((_, link)) = text.split_once("://") {
        let path = link.find('/').and_then(|at| link.get(at..)).unwrap_or_default();
        return path.split(|sign| !is_sign(sign)).any(is_enough);
    }
    let text = text.trim();
    if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("LPA:")) {
        return text.split('$').nth(2).is_some_and(is_enough);
    }
    is_enough(text)
}

/// Returns a face value as one text, however many zeros it was told with.
fn plain(face: &FaceValue) -> String {
    let amount = face.amount().trim_start_matches('0');
    let amount = if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount };
    format!("{amount} {}", face.currency().as_str())
}

/// Returns what stands for a face value in a stored line: the hash as a number, in `XXX`, which is
/// ISO 4217's code for no currency.
fn stand_in(hash: &str) -> Option<FaceValue> {
    FaceValue::new(&u32::from_str_radix(hash, 16).ok()?.to_string(), "XXX".parse().ok()?).ok()
}

impl Order {
    /// Whether something was delivered that may be replaced later.
    pub fn carries_goods(&self) -> bool {
        self.deliveries.iter().any(goods::has_arrived)
    }
}

/// Returns the state of a line, then one word for all that it tells and carries: its kind by the first letter, then the
/// hash. Earlier builds stored nothing of product and recipient; such a line may be any.
fn text_of(line: &Delivery) -> String {
    let state = match line.status {
        DeliveryStatus::Pending => "p",
        DeliveryStatus::Delivered => "d",
        DeliveryStatus::Failed => "f",
    };
    let mut words = vec![state.to_owned()];
    if line.replaced {
        words.push("r".to_owned());
    }
    let face =
        line.face.as_ref().and_then(|face| face.amount().parse::<u32>().ok()).map(|number| format!("{number:x}"));
    let name = Some(&line.brand_name).filter(|name| !name.is_empty());
    let (denomination, account) = (line.wire_denomination.as_ref(), line.beneficiary_account.as_ref());
    for (kind, hash) in [("n", name), ("w", denomination), ("x", face.as_ref()), ("a", account)] {
        words.extend(hash.map(|hash| format!("{kind}{hash}")));
    }
    words.extend(line.goods.iter().map(|goods| match goods {
        Goods::Code(hash) | Goods::Link(hash) | Goods::Esim { lpa: hash, .. } => format!("c{hash}"),
        Goods::Credited => "t".to_owned(),
        Goods::SentByEmail => "m".to_owned(),
    }));
    words.extend(line.serial.as_ref().map(|hash| format!("s{hash}")));
    words.extend(line.barcode_image_url.as_ref().map(|_| "b".to_owned()));
    words.join(",")
}

fn line_of(text: &str) -> Option<Delivery> {
    let mut words = text.split(',');
    let status = match words.next()? {
        "p" => DeliveryStatus::Pending,
        "d" => DeliveryStatus::Delivered,
        "f" => DeliveryStatus::Failed,
        _ => return None,
    };
    let mut line = Delivery::bare(status);
    for word in words {
        let (kind, hash) = word.split_at_checked(1)?;
        match kind {
            "r" => line.replaced = true,
            "n" => line.brand_name = hash.to_owned(),
            "w" => line.wire_denomination = Some(hash.to_owned()),
            "x" => line.face = stand_in(hash),
            "a" => line.beneficiary_account = Some(hash.to_owned()),
            "c" => line.goods.push(Goods::Code(hash.to_owned())),
            "t" => line.goods.push(Goods::Credited),
            "m" => line.goods.push(Goods::SentByEmail),
            "s" => line.serial = Some(hash.to_owned()),
            "b" => line.barcode_image_url = Some(String::new()),
            // It is of a later release, or the mark of a security number alone ("v"), which earlier builds stored.
            _ => {}
        }
    }
    Some(line)
}
