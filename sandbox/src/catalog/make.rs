//! Generates the brands of a country.

use std::collections::HashSet;

use super::offers::{
    BOTH, BUNDLE, CLASSIC, COLLECTIBLE, CREDIT, DEFAULTED, ESIM_SHORT, LARGE, MONTHS, ONE, OPEN, OPEN_ANY, OPEN_CENTS,
    Offer, PASSES, SMALL, TRAVEL,
};
use super::roster::{Entry, POPULAR, ROSTER};
use super::words::{STEMS, WEIGHTS, local_words, nouns};
use super::{Brand, LogoUrl, Shape};
use crate::logos::{LogoSpec, palette};
use crate::rng::Rng;

/// Countries that the supplier lists but sells nothing in.
const EMPTY: &[&str] = &["AQ", "BV", "HM"];

/// The country for trying out a very long list.
const STRESS: &str = "LI";

fn how_many(seed: u64, country: &str) -> usize {
    match country {
        "US" => 960,
        code if code == STRESS => 10_500,
        code if EMPTY.contains(&code) => 0,
        code => 300 + Rng::new(seed, &format!("count/{code}")).below(640),
    }
}

/// Returns the brands of a country on the list, hand-made ones first.
pub(super) fn brands(seed: u64, country: &str) -> Vec<Brand> {
    let count = how_many(seed, country);
    if count == 0 {
        return Vec::new();
    }
    let mut out: Vec<Brand> = Vec::with_capacity(count);
    for (index, entry) in ROSTER.iter().enumerate() {
        out.push(from_roster(seed, country, index, entry));
    }
    let odd = oddities(seed, country);
    let mut names: HashSet<String> = out.iter().map(|brand| brand.name.clone()).collect();
    let mut rng = Rng::new(seed, &format!("brands/{country}"));
    while out.len() + odd.len() < count {
        let index = out.len();
        let brand = generated(seed, country, index, &mut rng, &mut names);
        // Now and then a brand gets a family: further brands that share its name and look.
        let siblings =
            if rng.one_in(16) { family_of(seed, country, index, &brand, &mut rng, &mut names) } else { Vec::new() };
        out.push(brand);
        for sibling in siblings {
            if out.len() + odd.len() < count {
                out.push(sibling);
            }
        }
    }
    for (offset, mut brand) in odd.into_iter().enumerate() {
        brand.slug = slug_of(country, out.len() + offset, &brand.name);
        out.push(brand);
    }
    for (index, brand) in out.iter_mut().enumerate().skip(ROSTER.len()) {
        brand.slug = slug_of(country, index, &brand.name);
    }
    out
}

/// Returns the logo of a hand-made brand by its slug.
pub(super) fn roster_logo(slug: &str) -> Option<LogoSpec> {
    let entry = ROSTER.iter().find(|entry| roster_slug(entry) == slug)?;
    Some(roster_spec(entry))
}

fn roster_spec(entry: &Entry) -> LogoSpec {
    LogoSpec { colours: entry.colours, mark: entry.mark, layout: entry.layout, word: entry.name.to_owned() }
}

fn roster_slug(entry: &Entry) -> String {
    // The cinema's collectibles share its name, so they need a slug of their own.
    if entry.kind == "nft_giftcard" { format!("{}-collectibles", slug(entry.name)) } else { slug(entry.name) }
}

fn from_roster(seed: u64, country: &str, index: usize, entry: &Entry) -> Brand {
    Brand {
        id: Rng::new(seed, &format!("brand/{country}/{index}")).uuid(),
        name: entry.name.to_owned(),
        family: entry
            .family
            .unwrap_or(match entry.name {
                "Starmoor Saga Crystals" => "Starmoor Saga",
                name => name,
            })
            .to_owned(),
        kind: entry.kind,
        category: entry.category,
        also: entry.also.to_vec(),
        slug: roster_slug(entry),
        logo: roster_spec(entry),
        logo_url: LogoUrl::Served,
        is_out_of_stock: entry.name == "Marlowe Leather",
        is_popular: index < POPULAR,
        tagline: entry.tagline.to_owned(),
        has_hostile_texts: index.is_multiple_of(3),
        shape: match entry.name {
            "Lumiveil" | "Stillwater Stays" | "Tessera Learning" => Shape::CodeLink,
            "Meridian & Vale" | "Greengate Grocers" | "Voltfinch" => Shape::CodeSerial,
            _ => shape_of(entry.category, entry.offer),
        },
        refused_network: (entry.name == "Halcyon Rail").then_some("Base"),
        offer: entry.offer,
    }
}

fn shape_of(category: &str, offer: Offer) -> Shape {
    match offer {
        Offer::Esim(_) => Shape::Esim,
        Offer::TopUp(_) | Offer::TopUpRange(..) | Offer::Bundle(_) => Shape::TopUp,
        Offer::Fixed(_)
        | Offer::FixedWithDefault(_)
        | Offer::Range(..)
        | Offer::Mixed(..)
        | Offer::Months(_)
        | Offer::Labels(_)
        | Offer::Nothing => {
            if category == "charity_donations" {
                Shape::SentByEmail
            } else {
                Shape::Code
            }
        }
    }
}

fn offer_for(category: &str, rng: &mut Rng) -> Offer {
    let some = |rng: &mut Rng, offers: &[Offer]| *rng.pick(offers);
    match category {
        "games" => some(rng, &[SMALL, CLASSIC, DEFAULTED, PASSES, OPEN]),
        "streaming" | "books_learning" => some(rng, &[MONTHS, SMALL, CLASSIC]),
        "travel_flights" => some(rng, &[TRAVEL, TRAVEL, LARGE, OPEN]),
        "mobile_talk_time" => some(rng, &[CREDIT, CREDIT, Offer::TopUpRange(3, 80)]),
        "mobile_credits" => some(rng, &[Offer::TopUpRange(5, 50), CREDIT]),
        "mobile_bundle" => BUNDLE,
        "e-sim" => ESIM_SHORT,
        "charity_donations" => OPEN,
        "electronics" | "home" => some(rng, &[LARGE, CLASSIC, BOTH, OPEN]),
        "food" | "groceries" => some(rng, &[SMALL, CLASSIC, OPEN_CENTS, OPEN, ONE]),
        _ => some(rng, &[CLASSIC, SMALL, OPEN, OPEN_CENTS, OPEN_ANY, BOTH, DEFAULTED, ONE]),
    }
}

fn is_mobile(category: &str) -> bool {
    matches!(category, "mobile_talk_time" | "mobile_credits" | "mobile_bundle" | "e-sim")
}

fn generated(seed: u64, country: &str, index: usize, rng: &mut Rng, names: &mut HashSet<String>) -> Brand {
    let total: usize = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let mut at = rng.below(total);
    let mut category = WEIGHTS[0].0;
    for (name, weight) in WEIGHTS {
        if at < *weight {
            category = name;
            break;
        }
        at -= weight;
    }
    let name = name_for(country, category, rng, names);
    let offer = offer_for(category, rng);
    let also = match (category, rng.below(4)) {
        ("e-commerce", 0) => vec!["retail"],
        ("retail", 0) => vec!["home"],
        ("games", 0) => vec!["entertainment"],
        ("food", 0) => vec!["groceries"],
        ("other_products", 0) if rng.one_in(8) => vec!["e-money"],
        _ => Vec::new(),
    };
    let shape = match (shape_of(category, offer), rng.below(12)) {
        (Shape::Code, 0) => Shape::CodeLink,
        (Shape::Code, 1) => Shape::CodeSerial,
        (Shape::Code, 2) => Shape::CodeMulti,
        (Shape::Code, 3) => Shape::CodeAlias,
        (shape, _) => shape,
    };
    let (colours, mark, layout) = palette(category, rng);
    Brand {
        id: Rng::new(seed, &format!("brand/{country}/{index}")).uuid(),
        family: name.clone(),
        kind: if is_mobile(category) { "mobile_recharge" } else { "giftcard" },
        category,
        also,
        slug: String::new(),
        logo: LogoSpec { colours, mark, layout, word: name.clone() },
        logo_url: LogoUrl::Served,
        is_out_of_stock: rng.one_in(25),
        is_popular: false,
        tagline: String::new(),
        has_hostile_texts: rng.one_in(4),
        shape,
        refused_network: rng.one_in(40).then_some("Base"),
        offer,
        name,
    }
}

fn name_for(country: &str, category: &str, rng: &mut Rng, names: &mut HashSet<String>) -> String {
    loop {
        let mut name = match local_words(country) {
            Some((first, second, join)) if rng.one_in(4) => format!("{}{join}{}", rng.pick(first), rng.pick(second)),
            _ => format!("{} {}", rng.pick(STEMS), rng.pick(nouns(category))).trim_end().to_owned(),
        };
        if names.contains(&name) {
            let suffix = ["North", "West", "Express", "Select", "Plus", "Club", "Junior", "One"];
            name = format!("{name} {}", rng.pick(&suffix));
        }
        if names.insert(name.clone()) {
            return name;
        }
    }
}

fn family_of(
    seed: u64,
    country: &str,
    index: usize,
    head: &Brand,
    rng: &mut Rng,
    names: &mut HashSet<String>,
) -> Vec<Brand> {
    let kinds: &[(&str, Offer)] = match head.category {
        "mobile_talk_time" | "mobile_credits" | "mobile_bundle" => {
            &[("Bundle", BUNDLE), ("Credits", Offer::TopUpRange(5, 50))]
        }
        "e-sim" => return Vec::new(),
        "games" => &[("Credits", SMALL), ("Pass", PASSES)],
        "entertainment" => &[("Gift Card", CLASSIC), ("Collectibles", COLLECTIBLE)],
        _ => &[("Gift Card", OPEN), ("Club", MONTHS)],
    };
    let mut out = Vec::new();
    for (offset, (suffix, offer)) in kinds.iter().enumerate().take(1 + rng.below(2)) {
        let name = format!("{} {suffix}", head.name);
        if !names.insert(name.clone()) {
            continue;
        }
        let category = match *suffix {
            "Bundle" => "mobile_bundle",
            "Credits" if is_mobile(head.category) => "mobile_credits",
            _ => head.category,
        };
        out.push(Brand {
            id: Rng::new(seed, &format!("brand/{country}/{index}/{offset}")).uuid(),
            logo: LogoSpec { word: name.clone(), ..head.logo.clone() },
            name,
            kind: if *suffix == "Collectibles" { "nft_giftcard" } else { head.kind },
            category,
            shape: shape_of(category, *offer),
            offer: *offer,
            ..head.clone()
        });
    }
    out
}

/// Returns brands that a client must be able to handle; they stand at the end of the list.
fn oddities(seed: u64, country: &str) -> Vec<Brand> {
    let long = "The Extraordinarily Long-Winded and Thoroughly Unhurried Company of Candlemakers, Kite Repairers, Barrel \
                Menders and Purveyors of Warm Bread to the Upper and Lower Valleys";
    let unbroken = "Donauschifffahrtsgesellschaftskapitänsmützenfachgeschäft";
    let rows: [(&str, LogoUrl, Offer); 7] = [
        (long, LogoUrl::Served, CLASSIC),
        (unbroken, LogoUrl::Served, CLASSIC),
        ("No Logo Hardware", LogoUrl::Absent, CLASSIC),
        ("Broken Logo Bakery", LogoUrl::Broken, SMALL),
        ("<b>Bold</b> <img src=x onerror=alert(1)> & Sons", LogoUrl::Hostile("javascript:alert(1)"), OPEN),
        (
            "Turned\u{202e} Around\u{200b} \u{1f381} Ätherisch",
            LogoUrl::Hostile("http://user:pass@evil.example/logo"),
            OPEN,
        ),
        ("Empty Shelf", LogoUrl::Served, Offer::Nothing),
    ];
    let mut rng = Rng::new(seed, &format!("odd/{country}"));
    rows.into_iter()
        .enumerate()
        .map(|(index, (name, logo_url, offer))| {
            let (colours, mark, layout) = palette("other_products", &mut rng);
            Brand {
                id: Rng::new(seed, &format!("odd/{country}/{index}")).uuid(),
                name: name.to_owned(),
                family: name.to_owned(),
                kind: "giftcard",
                category: "other_products",
                also: Vec::new(),
                slug: String::new(),
                logo: LogoSpec { colours, mark, layout, word: name.to_owned() },
                logo_url,
                is_out_of_stock: false,
                is_popular: false,
                tagline: String::new(),
                has_hostile_texts: true,
                shape: Shape::Code,
                refused_network: None,
                offer,
            }
        })
        .collect()
}

fn slug_of(country: &str, index: usize, name: &str) -> String {
    let words = slug(name);
    let words: String = words.chars().take(40).collect();
    format!("{}-{index}-{}", country.to_ascii_lowercase(), words.trim_matches('-'))
}

fn slug(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_matches('-').to_owned()
}
