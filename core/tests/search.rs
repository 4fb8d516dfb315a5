//! Finding a brand by what a shopper types.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use cr_core::{
    catalog::{Brand, BrandId, BrandList, Catalog, Kind, Query, Sale, Shelf},
    text::fold,
};
use proptest::prelude::*;

fn brand(name: &str, family: &str, category: &str, tags: &[&str]) -> Brand {
    Brand {
        id: BrandId(format!("{name}/{family}")),
        name: name.to_owned(),
        order_name: name.to_owned(),
        family: family.to_owned(),
        kind: Kind::GiftCard,
        wire_kind: "giftcard".to_owned(),
        categories: vec![category.to_owned()],
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        min_label: None,
        max_label: None,
        logo_base_url: None,
        logo_url: None,
        bg_color: None,
        sale: Sale::OnSale,
    }
}

fn catalog(brands: Vec<Brand>) -> Catalog {
    Catalog::new(BrandList { brands, ..BrandList::default() }, Vec::new(), &Shelf::default())
}

fn sample() -> Catalog {
    catalog(vec![
        brand("Amazonas Travel", "Amazonas", "travel_flights", &[]),
        brand("Amazon.com", "Amazon", "e-commerce", &["books"]),
        brand("Amazon", "Amazon", "e-commerce", &[]),
        brand("Play Station Store", "PlayStation", "games", &["psn"]),
        brand("Nintendo eShop", "Nintendo", "games", &[]),
        brand("Pokémon Center", "Pokémon", "games", &[]),
        brand("McDonald's", "McDonald's", "food", &["burger"]),
        brand("Zalando", "Zalando", "apparel_clothing", &[]),
        brand("Marks & Spencer", "M&S", "retail", &[]),
        brand("ポケットショップ", "Pocket", "games", &[]),
        brand("Кинопоиск", "Kino", "streaming", &[]),
        brand("Lush", "Lush", "health_beauty", &[]),
    ])
}

fn find<'a>(catalog: &'a Catalog, text: &str) -> Vec<&'a str> {
    let found = catalog.search(&Query { text: text.to_owned(), ..Query::default() });
    found.into_iter().map(|index| catalog.brands()[index].name.as_str()).collect()
}

#[test]
fn the_best_match_comes_first() {
    let catalog = sample();
    let table: [(&str, &[&str]); 27] = [
        ("amazon", &["Amazon", "Amazonas Travel", "Amazon.com"]),
        ("AMAZON.COM", &["Amazon.com", "Amazon"]),
        ("amazonc", &["Amazon.com"]),
        ("station", &["Play Station Store"]),
        ("tation", &["Play Station Store"]),
        ("playstation", &["Play Station Store"]),
        ("play stat", &["Play Station Store"]),
        ("store play", &["Play Station Store"]),
        ("psn", &["Play Station Store"]),
        ("nintendo", &["Nintendo eShop"]),
        ("e shop", &["Nintendo eShop"]),
        ("pokemon", &["Pokémon Center"]),
        ("POKÉMON", &["Pokémon Center"]),
        ("mcdonalds", &["McDonald's"]),
        ("mcdonald’s", &["McDonald's"]),
        ("burger", &["McDonald's"]),
        ("m&s", &["Marks & Spencer"]),
        ("ぽけっと", &["ポケットショップ"]),
        ("кино", &["Кинопоиск"]),
        ("ＬＵＳＨ", &["Lush"]),
        // One wrong letter in a word of five or more, wherever it is, and while the word is still being typed.
        ("zalndo", &["Zalando"]),
        ("zaladno", &["Zalando"]),
        ("nimtendo", &["Nintendo eShop"]),
        ("nintnd", &["Nintendo eShop"]),
        ("spemcer marks", &["Marks & Spencer"]),
        // Not in a shorter one, and not two.
        ("lsh", &[]),
        ("zlndo", &[]),
    ];
    for (text, names) in table {
        assert_eq!(find(&catalog, text), names, "{text:?}");
    }
}

#[test]
fn names_go_before_categories_and_tags() {
    let catalog = catalog(vec![
        brand("Bookworm", "Bookworm", "retail", &["games"]),
        brand("Board Games", "Board", "retail", &[]),
        brand("Games", "Games", "retail", &[]),
        brand("Videogames", "Video", "retail", &[]),
        brand("Gamestop", "Gamestop", "retail", &[]),
    ]);
    assert_eq!(find(&catalog, "games"), ["Games", "Gamestop", "Board Games", "Videogames", "Bookworm"]);
}

#[test]
fn an_empty_query_shows_everything_and_signs_alone_show_nothing() {
    let catalog = sample();
    assert_eq!(find(&catalog, "").len(), 12);
    assert_eq!(find(&catalog, "  ").len(), 12);
    assert!(find(&catalog, "?!").is_empty());
}

#[test]
fn filters_and_text_work_together() {
    let catalog = sample();
    let games = Query { text: String::new(), category: Some("games".to_owned()), kind: None };
    assert_eq!(catalog.search(&games).len(), 4);
    assert_eq!(catalog.search(&Query { text: "poke".to_owned(), ..games.clone() }).len(), 1);
    assert_eq!(catalog.search(&Query { text: "zalando".to_owned(), ..games.clone() }).len(), 0);
    assert_eq!(catalog.search(&Query { kind: Some(Kind::Esim), ..games }).len(), 0);
}

#[test]
fn what_found_nothing_has_nearest_names() {
    let catalog = sample();
    let nearest = |text: &str| {
        catalog.nearest(text, 2).into_iter().map(|index| catalog.brands()[index].name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(nearest("nintedno swich").first(), Some(&"Nintendo eShop"));
    assert_eq!(nearest("amazzonn").len(), 2);
    assert!(nearest("qqqq").is_empty());
    assert!(nearest("").is_empty());
}

#[test]
fn a_pasted_megabyte_is_looked_at_in_part() {
    let catalog = sample();
    assert_eq!(find(&catalog, &"zalando ".repeat(1 << 17)), ["Zalando"]);
    assert!(catalog.nearest(&"x".repeat(1 << 20), 5).is_empty());
}

#[test]
fn m10_a_long_directory_is_searched_whole() {
    let brands = (0..10_500)
        .map(|n| brand(&format!("Brand Número {n}"), &format!("Family {}", n / 3), "games", &["tag"]))
        .collect();
    let catalog = catalog(brands);
    assert_eq!(find(&catalog, "brand numero 10499"), ["Brand Número 10499"]);
    assert_eq!(find(&catalog, "numero").len(), 10_500);
    assert_eq!(find(&catalog, "numreo 10499"), ["Brand Número 10499"]);
}

prop_compose! {
    fn any_brand()(name in "[A-Za-zÀ-žА-я0-9&'.+ ]{1,16}|\\PC{1,12}", family in "[A-Z][a-z]{0,6}", tag in "[a-z]{0,6}") -> Brand {
        brand(&name, &family, "games", &[&tag])
    }
}

proptest! {
    #[test]
    fn no_query_panics_and_every_index_is_valid_once(brands in prop::collection::vec(any_brand(), 0..20), text in any::<String>(), count in 0usize..5) {
        let catalog = catalog(brands);
        let mut found = catalog.search(&Query { text: text.clone(), ..Query::default() });
        prop_assert!(found.iter().all(|index| *index < catalog.brands().len()));
        let length = found.len();
        found.sort_unstable();
        found.dedup();
        prop_assert_eq!(found.len(), length);
        prop_assert!(catalog.nearest(&text, count).len() <= count);
    }

    #[test]
    fn an_exact_name_is_found_first(brands in prop::collection::vec(any_brand(), 1..20), pick: prop::sample::Index, upper: bool) {
        let catalog = catalog(brands);
        let name = &catalog.brands()[pick.index(catalog.brands().len())].name.clone();
        prop_assume!(!fold(name).is_empty());
        let typed = if upper { name.to_ascii_uppercase() } else { name.clone() };
        let found = catalog.search(&Query { text: typed, ..Query::default() });
        let first = &catalog.brands()[*found.first().unwrap()].name;
        prop_assert_eq!(fold(first).replace(' ', ""), fold(name).replace(' ', ""));
    }

    #[test]
    fn what_is_typed_on_is_still_found(brands in prop::collection::vec(any_brand(), 1..12), pick: prop::sample::Index, length in 1usize..12) {
        let catalog = catalog(brands);
        let index = pick.index(catalog.brands().len());
        let typed: String = fold(&catalog.brands()[index].name).chars().take(length).collect();
        prop_assume!(!typed.trim().is_empty());
        let found = catalog.search(&Query { text: typed, ..Query::default() });
        prop_assert!(found.contains(&index));
    }

    #[test]
    fn one_wrong_letter_in_a_long_word_is_forgiven(name in "[a-z]{6,12}", at in 0usize..6, letter in "[a-z]") {
        let catalog = catalog(vec![brand(&name, "Family", "games", &[])]);
        let mut typed: Vec<char> = name.chars().collect();
        typed[at] = letter.chars().next().unwrap();
        let found = catalog.search(&Query { text: typed.into_iter().collect(), ..Query::default() });
        prop_assert_eq!(found, [0]);
    }
}
