//! By what the codes of an order are recognised when it is read again later, so that one that was replaced meanwhile is known to
//! have been. No code can be read from it.

use sha2::{Digest as _, Sha256};

use super::{Delivery, DeliveryStatus, Goods, Order, OrderState, goods};
use crate::money::FaceValue;

/// How many hexadecimal digits of a hash are kept: enough to tell a code from the one that takes its place, and far too few to
/// tell a code.
const DIGITS: usize = 5;
/// How many are kept of product and recipient: enough to tell the items of one order apart, and too few to tell a recipient.
const DIGITS_OF_ITEM: usize = 3;

/// The lines of an order as they were seen: of each code, serial and security number the beginning of a salted hash, and a shorter
/// one of each brand, denomination, face value and account.
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
        let hash = |text: &str| self.hash(text, DIGITS);
        let of_item = |text: &str| self.hash(text, DIGITS_OF_ITEM);
        let goods = line.goods.iter().map(|goods| match goods {
            Goods::Code(text) | Goods::Link(text) | Goods::Esim { lpa: text, .. } => Goods::Code(hash(text)),
            Goods::Credited => Goods::Credited,
            Goods::SentByEmail => Goods::SentByEmail,
        });
        Delivery {
            brand_name: Some(&*line.brand_name).filter(|name| !name.is_empty()).map(of_item).unwrap_or_default(),
            wire_denomination: line.wire_denomination.as_deref().map(of_item),
            face: line.face.as_ref().and_then(|face| stand_in(&of_item(&plain(face)))),
            beneficiary_account: line.beneficiary_account.as_deref().map(of_item),
            goods: goods.collect(),
            serial: line.serial.as_deref().map(hash),
            security_code: line.security_code.as_deref().map(hash),
            barcode_image_url: line.barcode_image_url.as_ref().or(line.qr_image_url.as_ref()).map(|_| String::new()),
            ..blank(line.status, line.replaced)
        }
    }

    fn hash(&self, text: &str, digits: usize) -> String {
        let hash = Sha256::new().chain_update(&self.salt).chain_update("\n").chain_update(text.trim()).finalize();
        let all = hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        all.chars().take(digits).collect()
    }
}

/// A face value as one text, however many zeros it was told with.
fn plain(face: &FaceValue) -> String {
    let amount = face.amount().trim_start_matches('0');
    let amount = if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount };
    format!("{amount} {}", face.currency().as_str())
}

/// What stands for a face value: the hash as a number, of no currency.
fn stand_in(hash: &str) -> Option<FaceValue> {
    FaceValue::new(&u32::from_str_radix(hash, 16).ok()?.to_string(), "XXX".parse().ok()?).ok()
}

impl Order {
    /// Whether something was delivered that may be replaced later.
    pub fn carries_goods(&self) -> bool {
        self.deliveries.iter().any(goods::has_arrived)
    }
}

/// A line of which nothing is known but that.
fn blank(status: DeliveryStatus, replaced: bool) -> Delivery {
    Delivery {
        brand_name: String::new(),
        denomination: None,
        face: None,
        country_code: None,
        wire_denomination: None,
        beneficiary_account: None,
        status,
        goods: Vec::new(),
        serial: None,
        security_code: None,
        barcode_image_url: None,
        qr_image_url: None,
        operator_reference: None,
        instructions: Vec::new(),
        terms: Vec::new(),
        failure: None,
        replaced,
    }
}

/// The state of a line, then one word for all that it tells and carries: its kind by the first letter, then the hash. Earlier
/// releases stored nothing of product and recipient: such a line may be any.
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
    words.extend(line.security_code.as_ref().map(|hash| format!("v{hash}")));
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
    let mut line = blank(status, false);
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
            "v" => line.security_code = Some(hash.to_owned()),
            "b" => line.barcode_image_url = Some(String::new()),
            // Of a later release.
            _ => {}
        }
    }
    Some(line)
}
