//! Delivered codes from one snapshot to the next: what was there stays, and what was replaced is marked.

use super::{Delivery, DeliveryStatus, Goods, Order, OrderState};

impl Order {
    /// Returns this accepted snapshot with what is known of its lines from `last`, in the order of those. A line that
    /// had goods keeps them where this snapshot leaves them out, unless the money went back or the line failed. A line
    /// that carries another code in place of an earlier one is marked as [`Delivery::replaced`]. Lines that this
    /// snapshot leaves out stay: delivered ones until the money goes back, all others of a paid order until that is
    /// over.
    ///
    /// Lines have no id of their own. A line is the line of `last` that is the same product for the same recipient and
    /// shares a code with it, or was mailed as well; else it is the first of those that are left, where [`Pass`] allows
    /// it. A code takes the place of another one only where nothing was still to come, and where this snapshot has as
    /// many lines as were known.
    #[must_use]
    pub(crate) fn with_goods_of(mut self, last: &Order) -> Self {
        let takes_back = matches!(self.state, OrderState::Refunded | OrderState::Canceled);
        let is_over = takes_back || matches!(self.state, OrderState::Done | OrderState::PaymentSetupFailed);
        let awaits_lines = !is_over && (self.has_sign_of_money() || last.has_sign_of_money());
        if self.deliveries.is_empty() && (awaits_lines || last.deliveries.iter().any(has_arrived)) {
            self.deliveries.clone_from(&last.deliveries);
            return self;
        }
        let lines: Vec<Delivery> = self.deliveries.drain(..).collect();
        self.deliveries = following(lines, &last.deliveries, awaits_lines, takes_back);
        self
    }
}

/// Lines with what is known of them from `last`, and in the order of those.
pub(super) fn following(
    lines: Vec<Delivery>,
    last: &[Delivery],
    awaits_lines: bool,
    takes_back: bool,
) -> Vec<Delivery> {
    let places = places(&lines, last);
    // A line that is left out altogether was delivered all the same, or is still to come.
    let stays = |known: &Delivery| awaits_lines || !takes_back && known.status == DeliveryStatus::Delivered;
    let left_out = last.iter().enumerate().filter(|(at, known)| !places.contains(&Some(*at)) && stays(known));
    let left_out: Vec<(usize, Delivery)> = left_out.map(|(at, known)| (at, known.clone())).collect();
    let mut all: Vec<(usize, Delivery)> = Vec::new();
    for (mut line, place) in lines.into_iter().zip(&places) {
        if let Some(known) = place.and_then(|at| last.get(at)) {
            line.replaced = line.replaced || known.replaced || replaces(&line, known);
            if !takes_back && line.status != DeliveryStatus::Failed {
                keep_goods(&mut line, known);
            }
        }
        all.push((place.unwrap_or(usize::MAX), line));
    }
    all.extend(left_out);
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, line)| line).collect()
}

/// Which line of `last` each of `lines` is, if it is one.
pub(super) fn places(lines: &[Delivery], last: &[Delivery]) -> Vec<Option<usize>> {
    let is_fewer = lines.len() < last.len();
    let mut before: Vec<(usize, &Delivery)> = last.iter().enumerate().collect();
    let mut places = vec![None; lines.len()];
    for pass in [Pass::SameCode, Pass::StillToCome, Pass::WithoutCode, Pass::First] {
        for (line, place) in lines.iter().zip(&mut places).filter(|(_, place)| place.is_none()) {
            let is_it = |(_, known): &(usize, &Delivery)| is_same(known, line) && pass.pairs(known, line, is_fewer);
            if let Some(at) = before.iter().position(is_it) {
                *place = Some(before.remove(at).0);
            }
        }
    }
    places
}

/// The order in which lines look for the line that they were before, so that none takes the place of another.
#[derive(Clone, Copy)]
enum Pass {
    /// First come lines that share a code, or went elsewhere in the same way.
    SameCode,
    /// Then a new code goes to a line that was still to come. In a shorter list, a line without a code is one that was
    /// in the same state.
    StillToCome,
    /// Then it goes to a line without a code, such as one that was mailed. In a shorter list, a line without a code is
    /// one that carried none.
    WithoutCode,
    /// Then it goes to the first line that is left. In a shorter list a new code takes the place of none: that line is
    /// left out.
    First,
}

impl Pass {
    fn pairs(self, known: &Delivery, line: &Delivery, is_fewer: bool) -> bool {
        let (carried, carries) = (has_arrived(known), codes(line).next().is_some());
        match self {
            Self::SameCode => share_a_code(known, line) || went_elsewhere(known) && known.goods == line.goods,
            Self::StillToCome if carries => known.status == DeliveryStatus::Pending,
            Self::StillToCome => is_fewer && !carried && known.status == line.status,
            Self::WithoutCode if carries => !carried && known.status == DeliveryStatus::Delivered,
            Self::WithoutCode => is_fewer && !carried && known.status == DeliveryStatus::Pending,
            Self::First => !(is_fewer && carried && carries),
        }
    }
}

/// Keeps what `known` carried and `line` leaves out.
fn keep_goods(line: &mut Delivery, known: &Delivery) {
    if !has_arrived(known) {
        return;
    }
    if is_gone(line, known) && !is_gone(known, line) {
        line.goods.clone_from(&known.goods);
    }
    for (now, before) in [
        (&mut line.serial, &known.serial),
        (&mut line.security_code, &known.security_code),
        (&mut line.barcode_image_url, &known.barcode_image_url),
        (&mut line.qr_image_url, &known.qr_image_url),
    ] {
        if now.is_none() {
            now.clone_from(before);
        }
    }
    line.status = DeliveryStatus::Delivered;
}

/// Returns whether both are the same product for the same recipient, as far as they say it.
fn is_same(known: &Delivery, line: &Delivery) -> bool {
    fn agree<T: PartialEq>(known: Option<&T>, line: Option<&T>) -> bool {
        known.zip(line).is_none_or(|(known, line)| known == line)
    }
    let name = |line: &Delivery| (!line.brand_name.is_empty()).then(|| line.brand_name.clone());
    agree(name(known).as_ref(), name(line).as_ref())
        && agree(known.wire_denomination.as_ref(), line.wire_denomination.as_ref())
        && agree(known.face.as_ref(), line.face.as_ref())
        && agree(known.beneficiary_account.as_ref(), line.beneficiary_account.as_ref())
}

/// Returns the codes of a line, which are worth the product to whoever has them. White space around a code does not
/// make it another one.
pub(super) fn codes(line: &Delivery) -> impl Iterator<Item = &str> {
    line.goods.iter().filter_map(|goods| match goods {
        Goods::Code(text) | Goods::Link(text) | Goods::Esim { lpa: text, .. } => Some(text.trim()),
        Goods::Credited | Goods::SentByEmail => None,
    })
}

fn share_a_code(known: &Delivery, line: &Delivery) -> bool {
    codes(known).any(|code| codes(line).any(|now| now == code))
}

/// Returns whether all goods of the line were mailed or credited.
fn went_elsewhere(line: &Delivery) -> bool {
    !line.goods.is_empty() && codes(line).next().is_none()
}

/// Returns whether a code of `known` is missing in `line`.
fn is_gone(line: &Delivery, known: &Delivery) -> bool {
    codes(known).any(|code| codes(line).all(|now| now != code))
}

/// Returns whether something that `known` carried is gone, and something else has come.
pub(super) fn replaces(line: &Delivery, known: &Delivery) -> bool {
    let differ = |known: &Option<String>, line: &Option<String>| {
        known.as_deref().zip(line.as_deref()).is_some_and(|(known, line)| known.trim() != line.trim())
    };
    is_gone(line, known) && is_gone(known, line)
        || differ(&known.serial, &line.serial)
        || differ(&known.security_code, &line.security_code)
}

/// Returns whether the line has something that the shopper may have seen.
pub(super) fn has_arrived(line: &Delivery) -> bool {
    line.status == DeliveryStatus::Delivered
        && (codes(line).next().is_some() || line.barcode_image_url.is_some() || line.qr_image_url.is_some())
}
