//! What outlives the page: the country chosen, and the ids of live orders with what guards them, a day at most. Nothing else is
//! ever stored. What earlier releases stored stays readable, and a tab of one may be open beside this page (docs/decisions/0010).

use core::time::Duration;

use cr_core::{
    country::Country,
    json::{self, Value},
    order::{NotPayable, OrderId, Payee},
    time::Timestamp,
};

use super::ports::Storage;

const COUNTRY: &str = "country";
pub(super) const ORDERS: &str = "orders";
/// What is noted of orders beside [`ORDERS`], see [`note`].
const NOTES: &str = "notes";

/// The form below. It is not raised for a new field: a tab of an older release may be open beside this one, reads and rewrites
/// what it knows of an entry, and overwrites all of another version. Fields that are not known here are kept as they are; what
/// an older tab would drop is a note.
const VERSION: i64 = 1;
/// How long an order is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long one is kept in which nothing will change any more.
const KEPT_WHEN_FINAL: Duration = Duration::from_secs(60 * 60);
/// More orders than a shopper makes in a day; the oldest are dropped first.
const MOST: usize = 20;

/// What was found out about an order, and must outlive leaving it: none of it makes it payable again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// There was a sign of money.
    pub(super) paid: bool,
    /// Why it is not payable here.
    pub(super) barred: Option<NotPayable>,
    /// A wallet of the browser was asked to send, and may have done so. Which, from where and what became of it is not stored.
    pub(super) asked: bool,
    /// By what the payee is recognised ([`cr_core::order::Payee`]); no address can be read from it.
    pub(super) payee: Option<String>,
    /// What the shopper agreed to pay.
    pub(super) agreed: Option<String>,
}

/// The stored words for why an order is not payable.
const BARS: [(NotPayable, &str); 4] = [
    (NotPayable::Mismatch, "mismatch"),
    (NotPayable::AddressChanged, "address"),
    (NotPayable::Dearer, "dearer"),
    (NotPayable::Incomplete, "unproven"),
];

/// The note beside an order that is barred as "dearer" though it asks for less. Older releases know that bar, and would take
/// another word for one that nothing takes back.
const CHEAPER: &str = "cheaper";
/// Its text where the shopper is asked about the price, which a page that knows better takes back.
const ASKED: &str = "asked";
/// Its text where the order asked for half or less: nothing takes that back, whatever another page or an older release writes.
const HALF: &str = "half";

impl Marks {
    /// Absent marks are none; a bar that is not understood is one all the same, and so is a wallet that was asked.
    fn read(entry: &Value) -> Self {
        let set = |name: &str| entry.get(name).filter(|mark| !matches!(mark, Value::Null | Value::Bool(false)));
        let text = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
        let reason = |bar: &Value| {
            let known = BARS.iter().find(|(_, word)| bar.as_str() == Some(*word));
            known.map_or(NotPayable::Mismatch, |(reason, _)| *reason)
        };
        Self {
            paid: matches!(entry.get("paid"), Some(Value::Bool(true))),
            barred: set("barred").map(reason),
            asked: set("asked").is_some(),
            payee: text("payee"),
            agreed: text("agreed"),
        }
    }

    fn write(&self, entry: &mut Vec<(&str, Value)>) {
        if self.paid {
            entry.push(("paid", Value::Bool(true)));
        }
        if let Some((_, word)) = BARS.iter().find(|(reason, _)| self.barred == Some(*reason)) {
            entry.push(("barred", Value::text(word)));
        }
        if self.asked {
            entry.push(("asked", Value::Bool(true)));
        }
        for (name, text) in [("payee", &self.payee), ("agreed", &self.agreed)] {
            entry.extend(text.as_deref().map(|text| (name, Value::text(text))));
        }
    }
}

/// One stored order.
struct Entry {
    id: String,
    /// When it was stored, in milliseconds by the device's clock.
    at: i64,
    /// When it is to be forgotten.
    until: i64,
    /// The proxy it was made through: another shop's orders are none of ours.
    proxy: String,
    marks: Marks,
    /// Fields of later releases.
    rest: Vec<(String, Value)>,
}

/// The fields of an entry that are read and written here.
const FIELDS: [&str; 9] = ["id", "at", "until", "proxy", "paid", "barred", "asked", "payee", "agreed"];

impl Entry {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            id: text("id")?,
            at: whole(value, "at")?,
            until: whole(value, "until")?,
            proxy: text("proxy")?,
            marks: Marks::read(value),
            rest: value.as_object().iter().filter(|(name, _)| !FIELDS.contains(&name.as_str())).cloned().collect(),
        })
    }

    /// Whether it is kept for less than a day from when it was stored.
    fn is_cut_short(&self) -> bool {
        self.until < Timestamp::from_millis(self.at).plus(KEPT).millis()
    }

    fn write(&self) -> Value {
        let mut entry = vec![
            ("id", Value::text(&self.id)),
            ("at", Value::Number(self.at.to_string())),
            ("until", Value::Number(self.until.to_string())),
            ("proxy", Value::text(&self.proxy)),
        ];
        self.marks.write(&mut entry);
        entry.extend(self.rest.iter().map(|(name, value)| (name.as_str(), value.clone())));
        Value::object(entry)
    }
}

/// A field that is a whole number.
fn whole(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_number()?.parse().ok()
}

/// The country the shopper chose last.
pub fn country(storage: &dyn Storage) -> Option<Country> {
    storage.get(COUNTRY)?.parse().ok()
}

/// Remembers the country.
pub(super) fn set_country(storage: &dyn Storage, country: Country) {
    storage.set(COUNTRY, country.code());
}

/// Forgets all orders, whatever is stored of them.
pub(super) fn forget_all(storage: &dyn Storage) {
    storage.remove(ORDERS);
    storage.remove(NOTES);
}

/// Whether an order of an earlier visit may be stored.
pub(super) fn has_orders(storage: &dyn Storage) -> bool {
    storage.get(ORDERS).is_some()
}

/// An order of an earlier visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Resumable {
    /// Id.
    pub id: OrderId,
    /// When it was stored.
    pub stored_at: Timestamp,
}

/// Orders made through `proxy` that can be resumed, the latest first. Cleans up what is too old or not understood.
pub(super) fn orders(storage: &dyn Storage, proxy: &str, now: Timestamp) -> Vec<Resumable> {
    let all = read(storage, now);
    write(storage, &all, now);
    let mut ours: Vec<Resumable> = all
        .iter()
        .filter(|entry| entry.proxy == proxy)
        .filter_map(|entry| {
            Some(Resumable { id: OrderId::new(&entry.id)?, stored_at: Timestamp::from_millis(entry.at) })
        })
        .collect();
    ours.reverse();
    ours
}

/// Keeps an order for a day.
pub(super) fn keep(storage: &dyn Storage, proxy: &str, id: &OrderId, now: Timestamp) {
    let mut all = read(storage, now);
    if all.iter().any(|entry| entry.id == id.expose()) {
        return;
    }
    all.push(Entry {
        id: id.expose().to_owned(),
        at: now.millis(),
        until: now.plus(KEPT).millis(),
        proxy: proxy.to_owned(),
        marks: Marks::default(),
        rest: Vec::new(),
    });
    let surplus = all.len().saturating_sub(MOST);
    let dropped: Vec<Entry> = all.drain(..surplus).collect();
    write(storage, &all, now);
    if !dropped.is_empty() {
        let mut notes = read_notes(storage);
        for entry in dropped {
            let at = note_of(&mut notes, &cr_core::order::reference(&entry.id));
            if let Some(note) = notes.get_mut(at) {
                *note = Note::surplus(&entry);
            }
        }
        write_notes(storage, &notes);
    }
}

/// Notes something of a stored order under a name, or takes it back; nothing of one that is not stored.
///
/// Notes stand beside the entries under a key of their own, by the order's reference, since a tab of an older release rewrites
/// entries and drops what it does not know. They go with their entry: when its time is over, when it is forgotten, and, where an
/// older tab took it away, at the next look. Texts only, and none that tell of a person, a code or an address
/// (docs/decisions/0010).
pub(super) fn note(storage: &dyn Storage, id: &OrderId, name: &str, text: Option<&str>, now: Timestamp) {
    if !read(storage, now).iter().any(|entry| entry.id == id.expose()) {
        return;
    }
    let mut notes = read_notes(storage);
    let reference = id.reference();
    let at = note_of(&mut notes, &reference);
    if let Some(Note(fields)) = notes.get_mut(at) {
        fields.retain(|(known, _)| known != name);
        fields.extend(text.map(|text| (name.to_owned(), Value::text(text))));
    }
    // With its reference alone a note says nothing.
    notes.retain(|Note(fields)| fields.len() > 1);
    write_notes(storage, &notes);
}

/// What was noted of a stored order under a name.
pub(super) fn noted(storage: &dyn Storage, id: &OrderId, name: &str, now: Timestamp) -> Option<String> {
    if !read(storage, now).iter().any(|entry| entry.id == id.expose()) {
        return None;
    }
    let reference = id.reference();
    let notes = read_notes(storage);
    notes.iter().find(|note| note.is_of(&reference))?.get(name)?.as_str().map(str::to_owned)
}

/// What storage says of an order that this page found in it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    /// It is there, until then.
    Kept(Timestamp),
    /// It is not there, its place was not needed for others, and nothing is noted of it.
    Gone,
    /// It is not there, and a note of it is left: its time is over, or a tab of an older release took it away.
    Over,
    /// Nothing follows: what is stored cannot be read, or the order was dropped for later ones.
    Unclear,
}

/// Looks for an order.
pub(super) fn trace(storage: &dyn Storage, id: &OrderId) -> Trace {
    let Some(text) = storage.get(ORDERS) else { return trace_of_note(storage, id) };
    let Some(stored) = json::parse(&text).ok().filter(|stored| whole(stored, "v") == Some(VERSION)) else {
        return Trace::Unclear;
    };
    let entries = stored.get("orders").map_or(&[][..], Value::as_array);
    let ours = entries.iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(id.expose()));
    match ours {
        Some(entry) => whole(entry, "until").map_or(Trace::Unclear, |until| Trace::Kept(Timestamp::from_millis(until))),
        // A tab of an older release drops the oldest and leaves no note.
        None if entries.len() >= MOST => Trace::Unclear,
        None => trace_of_note(storage, id),
    }
}

fn trace_of_note(storage: &dyn Storage, id: &OrderId) -> Trace {
    let reference = id.reference();
    match read_notes(storage).iter().find(|note| note.is_of(&reference)) {
        Some(note) if note.until().is_some() => Trace::Unclear,
        Some(note) if note.over().is_some() || note.get(KEPT_HERE).is_some() => Trace::Over,
        Some(_) | None => Trace::Gone,
    }
}

/// How long an entry may go unseen before its end may have been missed: elsewhere it may be wound up ([`wind_up`]) at any moment.
pub(super) const TRUSTED: Duration = KEPT_WHEN_FINAL;

/// What is noted of one order: its reference under `of`, and texts by name. One with `until` outlives its entry until then,
/// since that was dropped for later ones. One with `over` tells when the entry's time is over, which was cut short, and outlives
/// it for as long as a page may rely on the time that it had: without it, such a page would take the order for forgotten.
#[derive(Clone, PartialEq)]
struct Note(Vec<(String, Value)>);

impl Note {
    fn surplus(entry: &Entry) -> Self {
        let until = Value::Number(entry.until.to_string());
        let of = Value::String(cr_core::order::reference(&entry.id));
        Self(vec![("of".to_owned(), of), ("until".to_owned(), until)])
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn is_of(&self, reference: &str) -> bool {
        self.get("of").and_then(Value::as_str) == Some(reference)
    }

    fn until(&self) -> Option<i64> {
        self.get("until")?.as_number()?.parse().ok()
    }

    /// When the time of its entry is over, where that was cut short.
    fn over(&self) -> Option<i64> {
        self.get(OVER)?.as_number()?.parse().ok()
    }

    fn set_number(&mut self, name: &str, number: i64) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), Value::Number(number.to_string())));
    }

    /// Whether the time of an entry that is not there is over, and whether a page may still rely on the time that it had.
    fn is_over(&self, now: Timestamp) -> bool {
        let relied_on = |over: i64| Timestamp::from_millis(over).plus(KEPT.saturating_sub(KEPT_WHEN_FINAL));
        self.over().is_some_and(|over| over <= now.millis() && now < relied_on(over))
    }
}

/// In a note: by what the codes of a delivered order are recognised ([`cr_core::order::SeenGoods`]).
pub(super) const GOODS: &str = "goods";
/// In a note: when the time of its entry is over, where that was cut short.
const OVER: &str = "over";
/// In a note: that the entry is there. A tab of an older release that takes an entry away leaves the note.
const KEPT_HERE: &str = "kept";

/// The note of an order, made if there is none.
fn note_of(notes: &mut Vec<Note>, reference: &str) -> usize {
    notes.iter().position(|note| note.is_of(reference)).unwrap_or_else(|| {
        notes.push(Note(vec![("of".to_owned(), Value::text(reference))]));
        notes.len() - 1
    })
}

/// All notes; none where they cannot be read, or are of another version.
fn read_notes(storage: &dyn Storage) -> Vec<Note> {
    let stored = storage.get(NOTES).and_then(|text| json::parse(&text).ok()).unwrap_or(Value::Null);
    let notes = stored.get("notes").filter(|_| whole(&stored, "v") == Some(VERSION));
    let of_order = |note: &&Value| note.get("of").and_then(Value::as_str).is_some();
    notes.map_or(&[][..], Value::as_array).iter().filter(of_order).map(|note| Note(note.as_object().to_vec())).collect()
}

fn write_notes(storage: &dyn Storage, notes: &[Note]) {
    if notes.is_empty() {
        storage.remove(NOTES);
    } else {
        let notes = Value::Array(notes.iter().map(|Note(fields)| Value::Object(fields.clone())).collect());
        let stored = Value::object(vec![("v", Value::Number(VERSION.to_string())), ("notes", notes)]);
        storage.set(NOTES, &stored.to_json());
    }
}

/// Notes go with their orders. Of an entry whose time is over, and was cut short, stays that it was: also where an older tab did
/// so, which leaves no note. To be called before the orders that are left are written.
fn prune_notes(storage: &dyn Storage, orders: &[Entry], now: Timestamp) {
    let ended = entries(storage).filter(|entry| entry.until <= now.millis() && entry.is_cut_short());
    let ended: Vec<(String, i64)> = ended.map(|entry| (cr_core::order::reference(&entry.id), entry.until)).collect();
    if storage.get(NOTES).is_none() && ended.is_empty() {
        return;
    }
    let mut notes = read_notes(storage);
    for (reference, until) in ended {
        let at = note_of(&mut notes, &reference);
        if let Some(note) = notes.get_mut(at).filter(|note| note.over().is_none_or(|over| until < over)) {
            note.set_number(OVER, until);
        }
    }
    let references: Vec<String> = orders.iter().map(|entry| cr_core::order::reference(&entry.id)).collect();
    let latest = now.plus(KEPT).millis();
    notes.retain_mut(|note| {
        let is_stored = references.iter().any(|reference| note.is_of(reference));
        let until = note.until();
        if is_stored && until.is_some() {
            // It is back.
            note.0.retain(|(name, _)| name != "until");
        }
        if is_stored && note.over().is_some_and(|over| over <= now.millis()) {
            note.0.retain(|(name, _)| name != OVER);
        }
        let is_over = !is_stored && note.is_over(now);
        if is_over {
            // The rest goes with the entry. One that is gone before its time was forgotten: nothing stays of that.
            note.0.retain(|(name, _)| name == "of" || name == OVER);
        }
        is_stored && note.0.len() > 1
            || is_over
            || until.is_some_and(|until| !is_stored && now.millis() < until && until <= latest)
    });
    write_notes(storage, &notes);
}

/// What is known of an order; nothing of one that is not stored.
pub(super) fn marks(storage: &dyn Storage, id: &OrderId, now: Timestamp) -> Marks {
    let known = read(storage, now).into_iter().find(|entry| entry.id == id.expose());
    let mut marks = known.map_or_else(Marks::default, |entry| entry.marks);
    let note = noted(storage, id, CHEAPER, now);
    let is_cheaper = match marks.barred {
        Some(NotPayable::Mismatch | NotPayable::AddressChanged) => false,
        Some(NotPayable::Dearer) => note.is_some(),
        Some(NotPayable::Incomplete | NotPayable::Cheaper | NotPayable::Unreadable) | None => {
            note.as_deref() == Some(HALF)
        }
    };
    if is_cheaper {
        marks.barred = Some(NotPayable::Cheaper);
    }
    marks
}

/// Remembers what is known of a stored order by now. That there was money is never taken back, nor that it was another order,
/// its address changed or it asked for half ([`bar_for_good`]): a tab that has not seen it must not undo what another one saw.
/// The payee is the one that was seen first, what was agreed to is what was agreed to last. Whether a wallet was asked is for [`set_asked`] alone.
pub(super) fn mark(storage: &dyn Storage, id: &OrderId, marks: &Marks, now: Timestamp) {
    let mut all = read(storage, now);
    let mut changed = false;
    let note_now = noted(storage, id, CHEAPER, now);
    let is_half = note_now.as_deref() == Some(HALF);
    let is_cheaper = marks.barred == Some(NotPayable::Cheaper)
        || is_half && !matches!(marks.barred, Some(NotPayable::Mismatch | NotPayable::AddressChanged));
    let barred = if is_cheaper { Some(NotPayable::Dearer) } else { marks.barred };
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose()) {
        let for_good =
            entry.marks.barred.filter(|bar| matches!(bar, NotPayable::Mismatch | NotPayable::AddressChanged));
        let marks = Marks {
            paid: entry.marks.paid || marks.paid,
            barred: for_good.or(barred),
            asked: entry.marks.asked,
            payee: joined(entry.marks.payee.as_deref(), marks.payee.as_deref()),
            agreed: marks.agreed.clone().or_else(|| entry.marks.agreed.clone()),
        };
        changed |= entry.marks != marks;
        entry.marks = marks;
    }
    if changed {
        write(storage, &all, now);
    }
    if !is_half && is_cheaper != note_now.is_some() {
        note(storage, id, CHEAPER, is_cheaper.then_some(ASKED), now);
    }
}

/// A stored order that is barred because it asks for half of what was agreed to, or less, stays so.
pub(super) fn bar_for_good(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    if noted(storage, id, CHEAPER, now).as_deref() != Some(HALF) {
        note(storage, id, CHEAPER, Some(HALF), now);
    }
}

/// The payee that was seen first, with the memo that was told later for the same address.
fn joined(known: Option<&str>, now: Option<&str>) -> Option<String> {
    match (known, now) {
        (Some(known), Some(now)) => Some(Payee::from_text(known).with_memo_of(&Payee::from_text(now)).to_text()),
        (known, now) => known.or(now).map(str::to_owned),
    }
}

/// A wallet is asked to pay a stored order, or it is certain that it did not.
pub(super) fn set_asked(storage: &dyn Storage, id: &OrderId, asked: bool, now: Timestamp) {
    let mut all = read(storage, now);
    let mut changed = false;
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose() && entry.marks.asked != asked) {
        entry.marks.asked = asked;
        changed = true;
    }
    if changed {
        write(storage, &all, now);
    }
}

/// Nothing will change any more: the order is kept for an hour at most, and that is noted.
pub(super) fn wind_up(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    let mut all = read(storage, now);
    let until = now.plus(KEPT_WHEN_FINAL).millis();
    let Some(entry) = all.iter_mut().find(|entry| entry.id == id.expose()) else { return };
    let changed = entry.until > until;
    entry.until = entry.until.min(until);
    let over = entry.until;
    if changed {
        write(storage, &all, now);
    }
    let mut notes = read_notes(storage);
    let at = note_of(&mut notes, &id.reference());
    if let Some(note) = notes.get_mut(at).filter(|note| note.over() != Some(over)) {
        note.set_number(OVER, over);
        write_notes(storage, &notes);
    }
}

/// An order that was wound up goes on: it is kept for its day again, as any other.
pub(super) fn reopen(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    let mut all = read(storage, now);
    let Some(entry) = all.iter_mut().find(|entry| entry.id == id.expose()) else { return };
    let until = Timestamp::from_millis(entry.at).plus(KEPT).min(now.plus(KEPT)).millis();
    if entry.until < until {
        entry.until = until;
        write(storage, &all, now);
    }
    let reference = id.reference();
    if read_notes(storage).iter().any(|note| note.is_of(&reference) && note.over().is_some()) {
        note(storage, id, OVER, None, now);
    }
}

/// Notes of a stored order that it is there: a page that finds neither entry nor note later knows that it was forgotten by a tab
/// that takes both away.
pub(super) fn note_kept(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    if noted(storage, id, KEPT_HERE, now).is_none() {
        note(storage, id, KEPT_HERE, Some("yes"), now);
    }
}

/// Forgets an order, or all of them, and what is noted of them.
pub(super) fn forget(storage: &dyn Storage, id: Option<&OrderId>, now: Timestamp) {
    let Some(id) = id else { return forget_all(storage) };
    let mut all = read(storage, now);
    all.retain(|entry| entry.id != id.expose());
    write(storage, &all, now);
    let mut notes = read_notes(storage);
    let (count, reference) = (notes.len(), id.reference());
    notes.retain(|note| !note.is_of(&reference));
    if notes.len() != count {
        write_notes(storage, &notes);
    }
}

/// Forgets what another page forgot and named by references, where that page's storage is not this one's.
pub(super) fn forget_references(storage: &dyn Storage, references: &[String], now: Timestamp) {
    forget_where(storage, now, |entry| references.contains(&cr_core::order::reference(&entry.id)));
}

/// Forgets all that was stored by then, since another page did. What was stored later is none of that.
pub(super) fn forget_until(storage: &dyn Storage, until: Timestamp, now: Timestamp) {
    forget_where(storage, now, |entry| entry.at <= until.millis());
}

fn forget_where(storage: &dyn Storage, now: Timestamp, is_so: impl Fn(&Entry) -> bool) {
    let mut all = read(storage, now);
    let count = all.len();
    all.retain(|entry| !is_so(entry));
    if all.len() != count {
        write(storage, &all, now);
    }
}

/// What is stored and still counts. An entry from the future (the clock was set back) is kept no longer than a new one.
fn read(storage: &dyn Storage, now: Timestamp) -> Vec<Entry> {
    let latest = now.plus(KEPT).millis();
    entries(storage)
        .filter(|entry| entry.until > now.millis())
        .map(|entry| Entry { until: entry.until.min(latest), ..entry })
        .collect()
}

/// All that is stored and can be read, whether its time is over or not.
fn entries(storage: &dyn Storage) -> impl Iterator<Item = Entry> {
    let stored = storage.get(ORDERS).and_then(|text| json::parse(&text).ok()).unwrap_or(Value::Null);
    let entries = stored.get("orders").filter(|_| whole(&stored, "v") == Some(VERSION));
    let entries: Vec<Entry> = entries.map_or(&[][..], Value::as_array).iter().filter_map(Entry::read).collect();
    entries.into_iter()
}

fn write(storage: &dyn Storage, orders: &[Entry], now: Timestamp) {
    prune_notes(storage, orders, now);
    if orders.is_empty() {
        storage.remove(ORDERS);
    } else {
        let orders = Value::Array(orders.iter().map(Entry::write).collect());
        let stored = Value::object(vec![("v", Value::Number(VERSION.to_string())), ("orders", orders)]);
        storage.set(ORDERS, &stored.to_json());
    }
}

// Random schedules run natively only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod as_d2917dd;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod old_and_new;
#[cfg(test)]
mod tests;
