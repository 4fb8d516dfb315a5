//! Sorts names by the rules of a language.

use js_sys::{Array, Intl, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};

/// Sorts by name as is usual in `lang` (a BCP 47 tag): `Å` comes after `Z` in Swedish, and beside `A` elsewhere. The
/// browser's own sort is used, since another one in wasm would be larger than this whole file.
#[must_use]
pub fn by_name<T>(rows: Vec<(String, T)>, lang: &str) -> Vec<(String, T)> {
    let collator = Intl::Collator::new(&Array::of1(&JsValue::from_str(lang)), &Object::new());
    let names = Array::new();
    for (index, (name, _)) in rows.iter().enumerate() {
        // The index is appended to the name, after a character that no name contains.
        names.push(&JsValue::from_str(&[name, "\t", &index.to_string()].concat()));
    }
    let sorted = js_sys::Reflect::get(&names, &JsValue::from_str("sort"))
        .ok()
        .and_then(|sort| sort.dyn_into::<js_sys::Function>().ok())
        .and_then(|sort| sort.call1(&names, &collator.compare()).ok());
    if sorted.is_none() {
        return rows;
    }
    let mut rows: Vec<Option<(String, T)>> = rows.into_iter().map(Some).collect();
    let index_of =
        |name: JsValue| String::from(name.unchecked_into::<JsString>()).rsplit('\t').next()?.parse::<usize>().ok();
    names.iter().filter_map(|name| rows.get_mut(index_of(name)?)?.take()).collect()
}
