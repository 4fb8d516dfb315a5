//! `GET /v2/brands` and `GET /v2/homepage` (docs/supplier-api.md §5.3, §5.4).
//!
//! A directory can hold 10,500 brands and more, each of them in several lists. The body is therefore cut into its parts
//! without building them ([`json::fields`], [`json::elements`]); one brand at a time becomes a value, and lists that are not
//! needed never do.

use super::{
    AnswerError, DecodeError, envelope,
    node::{Node, field},
};
use crate::{
    catalog::{Brand, BrandId, BrandList, Kind, Sale},
    json::{self, Value},
    lists::Numbered,
    pace::{Pace, at_once},
    text::clean,
};

/// The category slug of eSIM plans.
pub(super) const ESIM: &str = "e-sim";
/// The category slug of prepaid cards and the like.
const EMONEY: &str = "e-money";
/// How many featured brands are read from the homepage.
const MAX_FEATURED: usize = 60;

/// An object, cut into its fields.
type Parts<'a> = Vec<(String, &'a str)>;

/// Decodes the answer to `GET /v2/brands`.
///
/// # Errors
/// [`AnswerError`]. A single broken brand is no error: it is dropped and counted.
pub fn brands(status: u16, body: &str) -> Result<BrandList, AnswerError> {
    at_once(|pace| brands_by(status, body, pace))
}

/// Decodes the answer as [`brands`] does, and pauses where `pace` says so.
///
/// # Errors
/// [`AnswerError`] as for [`brands`].
pub async fn brands_by(status: u16, body: &str, pace: Pace<'_>) -> Result<BrandList, AnswerError> {
    let body = &*envelope::mended(body);
    let parts: Parts<'_> = match json::fields(body, pace).await {
        Ok(parts) if envelope::is_success(status) => parts,
        // The body is no object, or no success: it is small, or its memory need not be saved.
        _ => {
            envelope::read(status, body)?;
            return Err(DecodeError { path: "$".to_owned(), reason: "expected an object".to_owned() }.into());
        }
    };
    let mut reader = Reader::default();
    let all = list(&parts, "all_brands", pace).await;
    reader.brands(&all, &Group::default(), pace).await;
    let (mut popular, mut in_categories) = (list(&parts, "popular_brands", pace).await, Vec::new());
    let categories = list(&parts, "categories", pace).await;
    for raw in &categories {
        let group: Parts<'_> = json::fields(raw, pace).await.unwrap_or_default();
        in_categories.extend(list(&group, "popular_brands", pace).await);
        if all.is_empty() {
            let context = Group { kind: text(&group, "kind"), category: text(&group, "category") };
            reader.brands(&list(&group, "brands", pace).await, &context, pace).await;
        }
    }
    let is_list = |name: &&str| part(&parts, name).is_some_and(|raw| raw == "null" || raw.starts_with('['));
    if !["all_brands", "categories"].iter().any(is_list) {
        // Nothing of a directory is in the body: it may be a refusal.
        envelope::read(status, body)?;
        return Err(
            DecodeError { path: "all_brands".to_owned(), reason: "expected a list, found nothing".to_owned() }.into()
        );
    }
    // A refusal may come with the empty lists of a success.
    if has(&parts, "problems") {
        envelope::read(status, body)?;
    }
    popular.append(&mut in_categories);
    let mut list = reader.finish(&popular);
    list.country_code = text(&parts, "country_code");
    Ok(list)
}

/// Returns the brands of the answer to `GET /v2/homepage`, by their ids, from the rows that could be read; an empty
/// list for any other answer (§5.4).
pub fn homepage(status: u16, body: &str) -> Vec<BrandId> {
    fn collect(node: &Node<'_>, ids: &mut Vec<BrandId>) {
        if ids.len() >= MAX_FEATURED {
            return;
        }
        if let Some(id) = node.get("brand_id").opt_text() {
            let id = BrandId(id.to_owned());
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        node.list().for_each(|element| collect(&element, ids));
        node.fields().for_each(|field| collect(&field, ids));
    }
    let mut ids = Vec::new();
    // The parser's own limit on nesting bounds the recursion.
    if let Ok(body) = envelope::read(status, body) {
        collect(&Node::root(&body, ""), &mut ids);
    }
    ids
}

/// Returns a field by its name in either casing, the exact spelling first.
fn part<'a>(parts: &Parts<'a>, name: &str) -> Option<&'a str> {
    field(parts, name).copied()
}

/// Returns the text of a field; `None` if it is anything else.
fn text(parts: &Parts<'_>, name: &str) -> Option<String> {
    part(parts, name).and_then(|raw| json::parse(raw).ok()?.as_str().map(str::to_owned))
}

/// Returns the elements of an array; an empty list for `null`, for an absent field and for anything else.
async fn list<'a>(parts: &Parts<'a>, name: &str, pace: Pace<'_>) -> Vec<&'a str> {
    match part(parts, name) {
        Some(raw) => json::elements(raw, pace).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

/// Returns whether a field is there and is not `null`.
fn has(parts: &Parts<'_>, name: &str) -> bool {
    part(parts, name).is_some_and(|raw| raw != "null")
}

/// Collects brands, each id once.
#[derive(Default)]
struct Reader {
    brands: Vec<Brand>,
    /// The numbers of these ids are the indexes of `brands`.
    ids: Numbered,
    dropped: usize,
}

/// What a category says about the brands in it, for brands that do not say it themselves.
#[derive(Default)]
struct Group {
    kind: Option<String>,
    category: Option<String>,
}

impl Reader {
    async fn brands(&mut self, all: &[&str], group: &Group, pace: Pace<'_>) {
        for raw in all {
            pace.point().await;
            self.brand(raw, group);
        }
    }

    fn brand(&mut self, raw: &str, group: &Group) {
        let value = json::parse(raw).unwrap_or(Value::Null);
        let Some(brand) = brand(&Node::root(&value, ""), group) else {
            self.dropped += 1;
            return;
        };
        match self.brands.get_mut(self.ids.add(&brand.id.0)) {
            None => self.brands.push(brand),
            // The brand is repeated under another category.
            Some(known) => {
                for slug in brand.categories {
                    if !known.categories.contains(&slug) {
                        known.categories.push(slug);
                    }
                }
            }
        }
    }

    fn finish(self, popular: &[&str]) -> BrandList {
        let mut known = Numbered::default();
        for raw in popular {
            let value = json::parse(raw).unwrap_or(Value::Null);
            if let Some(id) = id(&Node::root(&value, "")).filter(|id| self.ids.get(&id.0).is_some()) {
                known.add(&id.0);
            }
        }
        let popular = known.into_texts().into_iter().map(BrandId).collect();
        BrandList { brands: self.brands, popular, dropped: self.dropped, country_code: None }
    }
}

/// Returns the key of a brand: its id, or its name and kind where there is none.
fn id(node: &Node<'_>) -> Option<BrandId> {
    match node.get("brand_id").opt_digits() {
        Some(id) => Some(BrandId(id.to_owned())),
        None => {
            let name = node.any(&["brand", "family"]).opt_text()?;
            Some(BrandId(format!("{}:{name}", node.get("kind").opt_text().unwrap_or_default())))
        }
    }
}

fn brand(node: &Node<'_>, group: &Group) -> Option<Brand> {
    let order_name = node.any(&["brand", "family"]).opt_text()?;
    let name = clean(order_name);
    if name.is_empty() {
        return None;
    }
    let mut categories = categories(node);
    if let Some(slug) = group.category.as_ref().filter(|slug| !categories.contains(slug)) {
        categories.push(slug.clone());
    }
    let wire_kind = node.get("kind").opt_text().or(group.kind.as_deref()).unwrap_or_else(|| likely_kind(&categories));
    let is_in = |slug: &str| categories.iter().any(|category| category == slug);
    let sale = if is_in(EMONEY) {
        Sale::NeedsAccount
    } else if node.get("is_out_of_stock").flag(false) {
        Sale::OutOfStock
    } else {
        Sale::OnSale
    };
    Some(Brand {
        id: id(node)?,
        name,
        order_name: order_name.to_owned(),
        family: node.get("family").opt_text().unwrap_or(order_name).to_owned(),
        kind: kind(wire_kind, is_in(ESIM)),
        wire_kind: wire_kind.to_owned(),
        tags: node.get("brand_tags").list().filter_map(|tag| tag.opt_label()).collect(),
        min_label: node.get("min").opt_label(),
        max_label: node.get("max").opt_label(),
        logo_base_url: node.get("logo_base_url").opt_image(),
        logo_url: node.get("logo_url").opt_image(),
        bg_color: node.get("bg_color").opt_text().filter(|color| is_color(color)).map(str::to_owned),
        sale,
        categories,
    })
}

/// Returns the category and the additional ones, each once.
pub(super) fn categories(node: &Node<'_>) -> Vec<String> {
    let mut slugs: Vec<String> = Vec::new();
    let (main, more) = (node.get("category"), node.get("additional_categories"));
    for slug in main.opt_text().into_iter().chain(more.list().filter_map(|slug| slug.value().as_str())) {
        let slug = slug.trim().to_ascii_lowercase();
        if !slug.is_empty() && !slugs.contains(&slug) {
            slugs.push(slug);
        }
    }
    slugs
}

/// Returns what a brand sells, by the wire's kind and by whether it is an eSIM, which the kind alone does not say.
pub(super) fn kind(wire_kind: &str, is_esim: bool) -> Kind {
    if wire_kind.eq_ignore_ascii_case("giftcard") {
        Kind::GiftCard
    } else if !wire_kind.eq_ignore_ascii_case("mobile_recharge") {
        Kind::Unsupported
    } else if is_esim {
        Kind::Esim
    } else {
        Kind::TopUp
    }
}

/// Returns the kind of a brand whose own kind is absent.
pub(super) fn likely_kind(categories: &[String]) -> &'static str {
    let is_mobile = |slug: &String| slug == ESIM || slug.starts_with("mobile_");
    if categories.iter().any(is_mobile) { "mobile_recharge" } else { "giftcard" }
}

/// Returns whether the text is `#rrggbb`.
fn is_color(text: &str) -> bool {
    text.len() == 7 && text.strip_prefix('#').is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
