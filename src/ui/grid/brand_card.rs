//! A brand as a card, and its logo wherever it appears.

use cr_core::catalog::{Brand, Sale};
use leptos::prelude::*;

use crate::{
    dom::{Element, element, image},
    i18n::I18n,
};

/// The selector of a card's button.
pub const CARD: &str = ".brand-card";

/// The attributes of a logo's `<img>` that are the same for every brand.
const IMAGE: [(&str, &str); 7] = [
    ("class", "brand-image"),
    ("width", "300"),
    ("height", "190"),
    ("alt", ""),
    ("loading", "lazy"),
    ("decoding", "async"),
    ("referrerpolicy", "no-referrer"),
];

/// A brand's logo on its own colour, or its initials when there is no picture or it fails to load. The box keeps its
/// shape either way. Pictures are only ever loaded by `<img>`, which runs no scripts.
#[component]
pub fn BrandLogo(
    /// The brand.
    brand: Brand,
    /// The value of the image's `sizes`: how wide it is drawn, for the browser to pick a file.
    #[prop(default = "200px")]
    sizes: &'static str,
) -> impl IntoView {
    let logo = NodeRef::<leptos::html::Span>::new();
    Effect::new(move |_| {
        if let Some(logo) = logo.get() {
            fill_logo(&logo, &brand, Some(element::make("img", &IMAGE, &[])), sizes);
        }
    });
    view! {
        <span
            class="brand-logo"
            part="brand-logo"
            aria-hidden="true"
            node_ref=logo
            on:error:capture=move |event| image::on_error(&event)
        ></span>
    }
}

/// Cards of brands, as clones of one element, since a list fills with them at every keystroke. A card whose brand
/// cannot be bought says so, and can be opened for the reason. The list itself listens for clicks and failing pictures,
/// by [`element::id_around`] and [`image::on_error`].
pub struct CardStamp {
    card: Element,
}

impl CardStamp {
    /// Makes the element that is cloned.
    #[must_use]
    pub fn new() -> Self {
        let logo = [("class", "brand-logo"), ("part", "brand-logo"), ("aria-hidden", "true")];
        let button = [("class", "brand-card"), ("part", "brand-card"), ("type", "button")];
        let parts = [
            element::make("span", &logo, &[element::make("img", &IMAGE, &[])]),
            element::make("bdi", &[("class", "brand-name")], &[]),
            element::make("bdi", &[("class", "brand-below")], &[]),
        ];
        Self { card: element::make("li", &[("class", "brand-cell")], &[element::make("button", &button, &parts)]) }
    }

    /// Returns a card for `brand`, whose button has the id `id`; `None` where there is no document.
    #[must_use]
    pub fn card(&self, brand: &Brand, id: &str, i18n: I18n) -> Option<Element> {
        let card = element::copy(&self.card);
        let button = card.first_element_child()?;
        let logo = button.first_element_child()?;
        let name = logo.next_element_sibling()?;
        let below = name.next_element_sibling()?;
        element::set(&button, "id", id);
        fill_logo(&logo, brand, logo.first_element_child(), "200px");
        element::set_text(&name, &brand.name);
        match brand.sale {
            Sale::OnSale => {
                if let Some(range) = range_label(brand.min_label.as_deref(), brand.max_label.as_deref()) {
                    element::set_text(&below, &range);
                }
            }
            Sale::OutOfStock => {
                element::set(&button, "data-sale", "out");
                element::set_text(&below, &i18n.t("grid.out_of_stock"));
            }
            Sale::NeedsAccount => {
                element::set(&button, "data-sale", "account");
                element::set_text(&below, &i18n.t("grid.needs_account"));
            }
        }
        Some(card)
    }
}

impl Default for CardStamp {
    fn default() -> Self {
        Self::new()
    }
}

/// Puts colour, initials and picture into a logo's box. The initials are an attribute, which the style sheet shows
/// where there is no picture.
fn fill_logo(logo: &Element, brand: &Brand, image: Option<Element>, sizes: &str) {
    if let Some(color) = &brand.bg_color {
        element::set_style(logo, "background-color", color);
        element::set(logo, "data-ink", if is_dark(color) { "light" } else { "dark" });
    }
    element::set(logo, "data-initials", &brand.initials());
    let Some(image) = image else { return };
    match (&brand.logo_base_url, &brand.logo_url) {
        (Some(base), _) => {
            element::set(&image, image::FALLBACK, &[base, "_300x190.jpg"].concat());
            element::set(&image, "sizes", sizes);
            element::set(&image, "srcset", &[base, "_300x190.webp 300w, ", base, "_500x318.webp 500w"].concat());
        }
        (None, Some(url)) => element::set(&image, "src", url),
        (None, None) => {
            image.remove();
            return;
        }
    }
    if image.parent_element().is_none() {
        let _ = logo.append_child(&image);
    }
}

/// Returns "$5 – $200", one label when both are the same, or `None` when the supplier sends neither. Labels are shown
/// as sent, never parsed.
fn range_label(min: Option<&str>, max: Option<&str>) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) if min != max => Some([min, " – ", max].concat()),
        (Some(one), _) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

/// Whether light text is easier to read on `#rrggbb`, by perceived brightness.
fn is_dark(color: &str) -> bool {
    let channel = |at: usize| color.get(at..at + 2).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(255);
    channel(1) * 299 + channel(3) * 587 + channel(5) * 114 < 140_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_join_to_a_range_only_where_they_differ() {
        for (min, max, shown) in [
            (Some("$5"), Some("$200"), Some("$5 – $200")),
            (Some("$5"), Some("$5"), Some("$5")),
            (Some("1 GB 3 days"), None, Some("1 GB 3 days")),
            (None, Some("₩5,000"), Some("₩5,000")),
            (None, None, None),
        ] {
            assert_eq!(range_label(min, max).as_deref(), shown, "{min:?} {max:?}");
        }
    }

    #[test]
    fn initials_are_light_on_dark_colours_and_dark_on_light_ones() {
        for (color, dark) in [("#000000", true), ("#ffffff", false), ("#112233", true), ("#ffd400", false), ("", false)]
        {
            assert_eq!(is_dark(color), dark, "{color}");
        }
    }
}
