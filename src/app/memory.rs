//! What outlives the page: the country that the shopper chose, and the ids of live orders with their guards, for a day
//! at most. Nothing else is ever stored. What earlier releases stored stays readable, and a tab of one may be open
//! beside this page (docs/decisions/0010).

use core::time::Duration;

use cr_core::{
    country::Country,
    json::{self, Value},
    order::{NotPayable, OrderId, Payee},
    payment::wallet::{MarkChange, MarkName, StoredMark},
    time::Timestamp,
};

use super::ports::Storage;

const COUNTRY: &str = "country";
pub(super) const ORDERS: &str = "orders";
/// The key of the notes about orders, which stand beside [`ORDERS`]; see [`note`].
const NOTES: &str = "notes";

/// The version of the stored form. It is not raised for a new field: a tab of an older release may be open beside this
/// one, which reads and rewrites the fields of an entry that it knows, and overwrites everything of another version.
/// Fields that are not known here are kept as they are; what an older tab would drop is stored as a note.
const VERSION: i64 = 1;
/// How long an order is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long an order is kept in which nothing will change any more.
const KEPT_WHEN_FINAL: Duration = Duration::from_secs(60 * 60);
/// How many orders are kept, which is more than a shopper makes in a day. The oldest are dropped first.
const MOST: usize = 20;

/// What was found out about an order and must be known after the shopper has left it. Nothing of this makes the order
/// payable again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// There was a sign of money.
    pub(super) paid: bool,
    /// Why the order is not payable here.
    pub(super) not_payable: Option<NotPayable>,
    /// A wallet of the browser was asked to send, and may have done so. Which wallet, from which account and with what
    /// result is not stored.
    pub(super) asked: bool,
    /// The text by which the payee is recognised ([`cr_core::order::Payee`]); no address can be read from it.
    pub(super) payee: Option<String>,
    /// What the shopper agreed to pay.
    pub(super) agreed: Option<String>,
}

/// The stored words for why an order is not payable.
const REASONS: [(NotPayable, &str); 4] = [
    (NotPayable::Mismatch, "mismatch"),
    (NotPayable::AddressChanged, "address"),
    (NotPayable::Dearer, "dearer"),
    (NotPayable::Incomplete, "unproven"),
];

/// The name of the note beside an order that is stored as "dearer" though it asks for less. Older releases know the
/// word "dearer", and would take another word for a reason that nothing undoes.
const CHEAPER: &str = "cheaper";
/// The text of [`CHEAPER`] where the shopper is asked about the price; a page that knows better removes it.
const ASKED: &str = "asked";
/// The text of [`CHEAPER`] where the order asked for half or less. Nothing undoes that, whatever another page or an
/// older release writes.
const HALF: &str = "half";

impl Marks {
    /// Reads the marks of an entry. An absent mark is not set. A reason under `barred` that is not understood counts as a
    /// mismatch, and any value in `asked` counts as set.
    fn read(entry: &Value) -> Self {
        let set = |name: &str| entry.get(name).filter(|mark| !matches!(mark, Value::Null | Value::Bool(false)));
        let text = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
        let reason = |bar: &Value| {
            let known = REASONS.iter().find(|(_, word)| bar.as_str() == Some(*word));
            known.map_or(NotPayable::Mismatch, |(reason, _)| *reason)
        };
        Self {
            paid: matches!(entry.get("paid"), Some(Value::Bool(true))),
            not_payable: set("barred").map(reason),
            asked: set("asked").is_some(),
            payee: text("payee"),
            agreed: text("agreed"),
        }
    }

    fn write(&self, entry: &mut Vec<(&str, Value)>) {
        if self.paid {
            entry.push(("paid", Value::Bool(true)));
        }
        if let Some((_, word)) = REASONS.iter().find(|(reason, _)| self.not_payable == Some(*reason)) {
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
    /// When the order was stored, in milliseconds by the device's clock.
    at: i64,
    /// When the order is to be forgotten, in milliseconds by the device's clock.
    until: i64,
    /// The base URL of the proxy through which the order was made: orders of another shop are not shown here.
    proxy: String,
    marks: Marks,
    /// Fields of later releases, which are kept as they are.
    rest: Vec<(String, Value)>,
}

/// The names of the fields of an entry that are read and written here.
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

    /// Returns whether the order is kept for less than a day after it was stored.
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

/// Returns the value of a field that is a whole number.
fn whole(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_number()?.parse().ok()
}

/// Returns the country that the shopper chose last.
pub fn country(storage: &dyn Storage) -> Option<Country> {
    storage.get(COUNTRY)?.parse().ok()
}

/// Stores the country that the shopper chose.
pub(super) fn set_country(storage: &dyn Storage, country: Country) {
    storage.set(COUNTRY, country.code());
}

/// Forgets all orders, with their notes, whether the stored text can be read or not.
pub(super) fn forget_all(storage: &dyn Storage) {
    storage.remove(ORDERS);
    storage.remove(NOTES);
}

/// Returns whether an order of an earlier visit may be stored.
pub(super) fn has_orders(storage: &dyn Storage) -> bool {
    storage.get(ORDERS).is_some()
}

/// An order of an earlier visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Resumable {
    /// The order's id.
    pub id: OrderId,
    /// When the order was stored.
    pub stored_at: Timestamp,
}

/// Returns the orders that were made through `proxy` and can be resumed, the latest first. Removes what is too old or
/// not understood.
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

/// Stores an order for a day, unless it is stored already.
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

/// Stores a text about a stored order under a name, or removes it (`None`). Does nothing for an order that is not
/// stored.
///
/// Notes are stored under a key of their own, by the order's reference, since a tab of an older release rewrites
/// entries and drops what it does not know. A note is removed with its entry: when the entry's time is over, when the
/// order is forgotten, and, where an older tab removed the entry, when the storage is next written. Notes are texts
/// only, and none of them reveals a person, a code or an address (docs/decisions/0010).
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
    // A note that holds only its reference says nothing.
    notes.retain(|Note(fields)| fields.len() > 1);
    write_notes(storage, &notes);
}

/// Returns the text that was noted about a stored order under a name.
pub(super) fn noted(storage: &dyn Storage, id: &OrderId, name: &str, now: Timestamp) -> Option<String> {
    if !read(storage, now).iter().any(|entry| entry.id == id.expose()) {
        return None;
    }
    let reference = id.reference();
    let notes = read_notes(storage);
    notes.iter().find(|note| note.is_of(&reference))?.get(name)?.as_str().map(str::to_owned)
}

/// What the storage shows of an order that this page found in it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    /// The order is stored, until this time.
    Kept(Timestamp),
    /// The order is not stored, its place was not needed for others, and there is no note of it.
    Gone,
    /// The order is not stored, and a note of it is left: its time is over, or a tab of an older release removed it.
    Over,
    /// Nothing can be concluded: what is stored cannot be read, or the order was dropped for later ones.
    Unclear,
}

/// Looks for an order in the storage.
pub(super) fn trace(storage: &dyn Storage, id: &OrderId) -> Trace {
    let Some(text) = storage.get(ORDERS) else { return trace_of_note(storage, id) };
    let Some(stored) = json::parse(&text).ok().filter(|stored| whole(stored, "v") == Some(VERSION)) else {
        return Trace::Unclear;
    };
    let entries = stored.get("orders").map_or(&[][..], Value::as_array);
    let ours = entries.iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(id.expose()));
    match ours {
        Some(entry) => whole(entry, "until").map_or(Trace::Unclear, |until| Trace::Kept(Timestamp::from_millis(until))),
        // A tab of an older release drops the oldest orders and leaves no note.
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

/// How long this page may leave an entry unread before it may have missed the entry's end, since another page may wind
/// up the order ([`wind_up`]) at any moment.
pub(super) const TRUSTED: Duration = KEPT_WHEN_FINAL;

/// The notes of one order: its reference under `of`, and texts by name. A note with `until` is kept until that time
/// although its entry was dropped for later ones. A note with `over` holds when the entry's time is over, where that
/// was cut short. It is kept after the entry for as long as a page may rely on the time that the entry had before:
/// without the note, such a page would conclude that the order was forgotten.
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

    /// Returns when the time of the entry is over, where that was cut short.
    fn over(&self) -> Option<i64> {
        self.get(OVER)?.as_number()?.parse().ok()
    }

    fn set_number(&mut self, name: &str, number: i64) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), Value::Number(number.to_string())));
    }

    /// Returns whether the time of an entry that is not stored is over, while a page may still rely on the time that
    /// the entry had before.
    fn is_over(&self, now: Timestamp) -> bool {
        let relied_on = |over: i64| Timestamp::from_millis(over).plus(KEPT.saturating_sub(KEPT_WHEN_FINAL));
        self.over().is_some_and(|over| over <= now.millis() && now < relied_on(over))
    }
}

/// The name in a note of the text by which the codes of a delivered order are recognised
/// ([`cr_core::order::SeenGoods`]).
pub(super) const GOODS: &str = "goods";
/// The name in a note of the time when its entry is over, where that was cut short.
const OVER: &str = "over";
/// The name in a note of the mark that the entry is stored. A tab of an older release that removes the entry leaves the
/// note.
const KEPT_HERE: &str = "kept";

/// Returns the index of the note of an order, and adds one if there is none.
fn note_of(notes: &mut Vec<Note>, reference: &str) -> usize {
    notes.iter().position(|note| note.is_of(reference)).unwrap_or_else(|| {
        notes.push(Note(vec![("of".to_owned(), Value::text(reference))]));
        notes.len() - 1
    })
}

/// Returns all notes; none where they cannot be read, or have another version.
fn read_notes(storage: &dyn Storage) -> Vec<Note> {
    let stored = storage.get(NOTES).and_then(|text| json::parse(&text).ok()).unwrap_or(Value::Null);
    let notes = stored.get("notes").filter(|_| whole(&stored, "v") == Some(VERSION));
    let of_order = |note: &&Value| note.get("of").and_then(Value::as_str).is_some();
    notes.map_or(&[][..], Value::as_array).iter().filter(of_order).map(|note| Note(note.as_object().to_vec())).collect()
}

fn write_notes(storage: &dyn Storage, notes: &[Note]) {
    let text = (!notes.is_empty()).then(|| {
        let notes = Value::Array(notes.iter().map(|Note(fields)| Value::Object(fields.clone())).collect());
        Value::object(vec![("v", Value::Number(VERSION.to_string())), ("notes", notes)]).to_json()
    });
    put(storage, NOTES, text.as_deref());
}

/// Removes the notes whose orders are gone. Of an entry whose time was cut short and is over, a note of that stays; it
/// is also made where an older tab cut the time short, which leaves no note. To be called before `orders`, which are
/// what is left, are written.
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
            // The order was dropped for later ones, and is stored again.
            note.0.retain(|(name, _)| name != "until");
        }
        if is_stored && note.over().is_some_and(|over| over <= now.millis()) {
            note.0.retain(|(name, _)| name != OVER);
        }
        let is_over = !is_stored && note.is_over(now);
        if is_over {
            // Everything else is removed with the entry. An entry that is gone before its time was forgotten, and no
            // note of it stays.
            note.0.retain(|(name, _)| name == "of" || name == OVER);
        }
        is_stored && note.0.len() > 1
            || is_over
            || until.is_some_and(|until| !is_stored && now.millis() < until && until <= latest)
    });
    write_notes(storage, &notes);
}

/// Returns what is known of an order; no marks for an order that is not stored.
pub(super) fn marks(storage: &dyn Storage, id: &OrderId, now: Timestamp) -> Marks {
    let known = read(storage, now).into_iter().find(|entry| entry.id == id.expose());
    let mut marks = known.map_or_else(Marks::default, |entry| entry.marks);
    let note = noted(storage, id, CHEAPER, now);
    let is_cheaper = match marks.not_payable {
        Some(NotPayable::Mismatch | NotPayable::AddressChanged) => false,
        Some(NotPayable::Dearer) => note.is_some(),
        Some(NotPayable::Incomplete | NotPayable::Cheaper | NotPayable::Unreadable) | None => {
            note.as_deref() == Some(HALF)
        }
    };
    if is_cheaper {
        marks.not_payable = Some(NotPayable::Cheaper);
    }
    marks
}

/// Stores what is known of a stored order by now. Some marks are never removed: that there was a sign of money, that it
/// was another order, that its address changed, or that it asked for half ([`mark_never_payable`]). A tab that has not seen
/// these must not undo what another one saw. The payee stays the one that was seen first, the agreed amount is the one
/// of the last agreement. Only [`set_asked`] changes whether a wallet was asked.
pub(super) fn mark(storage: &dyn Storage, id: &OrderId, marks: &Marks, now: Timestamp) {
    let mut all = read(storage, now);
    let mut changed = false;
    let note_now = noted(storage, id, CHEAPER, now);
    let is_half = note_now.as_deref() == Some(HALF);
    let is_cheaper = marks.not_payable == Some(NotPayable::Cheaper)
        || is_half && !matches!(marks.not_payable, Some(NotPayable::Mismatch | NotPayable::AddressChanged));
    let not_payable = if is_cheaper { Some(NotPayable::Dearer) } else { marks.not_payable };
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose()) {
        let for_good =
            entry.marks.not_payable.filter(|bar| matches!(bar, NotPayable::Mismatch | NotPayable::AddressChanged));
        let marks = Marks {
            paid: entry.marks.paid || marks.paid,
            not_payable: for_good.or(not_payable),
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

/// Notes that a stored order asks for half of the agreed amount, or less, so that it is never payable again.
pub(super) fn mark_never_payable(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    if noted(storage, id, CHEAPER, now).as_deref() != Some(HALF) {
        note(storage, id, CHEAPER, Some(HALF), now);
    }
}

/// Returns why a stored order is never payable again; `None` for a reason that may still end.
pub(super) fn never_payable(storage: &dyn Storage, id: &OrderId, now: Timestamp) -> Option<NotPayable> {
    match marks(storage, id, now).not_payable? {
        reason @ (NotPayable::Mismatch | NotPayable::AddressChanged) => Some(reason),
        NotPayable::Cheaper if noted(storage, id, CHEAPER, now).as_deref() == Some(HALF) => Some(NotPayable::Cheaper),
        NotPayable::Cheaper | NotPayable::Dearer | NotPayable::Incomplete | NotPayable::Unreadable => None,
    }
}

/// Returns the payee that was seen first, with the memo that came later for the same address.
fn joined(known: Option<&str>, now: Option<&str>) -> Option<String> {
    match (known, now) {
        (Some(known), Some(now)) => Some(Payee::from_text(known).with_memo_of(&Payee::from_text(now)).to_text()),
        (known, now) => known.or(now).map(str::to_owned),
    }
}

/// Stores whether a wallet was asked to pay a stored order; `false` when it is certain that the wallet did not pay.
fn set_asked(storage: &dyn Storage, id: &OrderId, asked: bool, now: Timestamp) {
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

/// The name in a note of the name of the question for which `asked` was stored. It stands beside the entry since a tab of
/// an older release, which knows only `asked`, drops what it does not know.
const ASKED_BY: &str = "asked_by";

/// Returns the mark that a wallet was asked to pay an order; `None` for an order that is not stored, which can have none.
pub(super) fn asked(storage: &dyn Storage, id: &OrderId, now: Timestamp) -> Option<StoredMark> {
    let entry = read(storage, now).into_iter().find(|entry| entry.id == id.expose())?;
    Some(if entry.marks.asked {
        let name = noted(storage, id, ASKED_BY, now);
        StoredMark::Set(name.as_deref().and_then(MarkName::from_text))
    } else {
        StoredMark::Absent
    })
}

/// Stores or removes the mark that a wallet was asked to pay a stored order.
pub(super) fn change_asked(storage: &dyn Storage, id: &OrderId, change: MarkChange, now: Timestamp) {
    match change {
        // The name is there as soon as the mark is, and goes after it.
        MarkChange::Set(name) => {
            note(storage, id, ASKED_BY, Some(&name.to_text()), now);
            set_asked(storage, id, true, now);
        }
        MarkChange::Remove => {
            set_asked(storage, id, false, now);
            note(storage, id, ASKED_BY, None, now);
        }
    }
}

/// Shortens the time of an order in which nothing will change any more to an hour at most, and notes that.
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

/// Keeps an order that was wound up for its day again, since more may change in it.
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

/// Notes that an order is stored. A page that later finds neither entry nor note knows that the order was forgotten by
/// a tab that removes both.
pub(super) fn note_kept(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    if noted(storage, id, KEPT_HERE, now).is_none() {
        note(storage, id, KEPT_HERE, Some("yes"), now);
    }
}

/// Forgets an order, or all of them (`None`), with their notes.
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

/// Forgets the orders that another page forgot and named by their references, where that page's storage is not this
/// one's.
pub(super) fn forget_references(storage: &dyn Storage, references: &[String], now: Timestamp) {
    forget_where(storage, now, |entry| references.contains(&cr_core::order::reference(&entry.id)));
}

/// Forgets all orders that were stored by `until`, since another page forgot them. What was stored later is kept.
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

/// Returns the stored entries whose time is not over. An entry from the future (the clock was set back) is kept no
/// longer than a new one.
fn read(storage: &dyn Storage, now: Timestamp) -> Vec<Entry> {
    let latest = now.plus(KEPT).millis();
    entries(storage)
        .filter(|entry| entry.until > now.millis())
        .map(|entry| Entry { until: entry.until.min(latest), ..entry })
        .collect()
}

/// Returns all stored entries that can be read, whether their time is over or not.
fn entries(storage: &dyn Storage) -> impl Iterator<Item = Entry> {
    let stored = storage.get(ORDERS).and_then(|text| json::parse(&text).ok()).unwrap_or(Value::Null);
    let entries = stored.get("orders").filter(|_| whole(&stored, "v") == Some(VERSION));
    let entries: Vec<Entry> = entries.map_or(&[][..], Value::as_array).iter().filter_map(Entry::read).collect();
    entries.into_iter()
}

fn write(storage: &dyn Storage, orders: &[Entry], now: Timestamp) {
    prune_notes(storage, orders, now);
    let text = (!orders.is_empty()).then(|| {
        let orders = Value::Array(orders.iter().map(Entry::write).collect());
        Value::object(vec![("v", Value::Number(VERSION.to_string())), ("orders", orders)]).to_json()
    });
    put(storage, ORDERS, text.as_deref());
}

/// Stores a text, or removes it (`None`), unless it is what is stored. Pages of one origin may run in several processes,
/// each with a copy that lags behind: storing again what was only read would undo what another page has just written.
fn put(storage: &dyn Storage, key: &str, text: Option<&str>) {
    match text {
        _ if storage.get(key).as_deref() == text => {}
        Some(text) => storage.set(key, text),
        None => storage.remove(key),
    }
}

// Random schedules run natively only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod as_d2917dd;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod old_and_new;
#[cfg(test)]
mod tests;
