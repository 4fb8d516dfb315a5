//! Shows what the wasm is made of: which crates and which generic functions take the bytes.

use std::{collections::BTreeMap, fs};

use crate::{
    build,
    error::{At as _, Error, Result},
    setup, wasm, wasm_build,
    workspace::Workspace,
};

/// How many rows of each table are printed.
const ROWS: usize = 40;

/// Compiles, optimises with the names kept, and prints the largest crates and functions.
///
/// # Errors
/// When the build fails, or the file has lost its names.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::ensure(workspace, &build::TOOLS)?;
    for (half, path) in ["to the brand grid", "after the brand grid"].into_iter().zip(wasm_build::named(workspace)?) {
        let bytes = fs::read(&path).at("read", &path)?;
        let mut functions =
            wasm::functions(&bytes).map_err(|problem| Error::Source { file: path.display().to_string(), problem })?;
        for (name, _) in &mut functions {
            // Only the names of the first module were demangled by an earlier step.
            *name = rustc_demangle::demangle(name).to_string();
        }
        println!("\n── {half}: {} bytes in {} functions ──", sum(&functions), functions.len());
        print("by crate", &functions, crate_of);
        print("by function, all instances of a generic one together", &functions, without_hash);
        print("by function", &functions, str::to_owned);
    }
    Ok(())
}

fn sum(functions: &[(String, usize)]) -> usize {
    functions.iter().map(|(_, size)| size).sum()
}

fn print(title: &str, functions: &[(String, usize)], group: fn(&str) -> String) {
    println!("\n{title}:");
    for (name, size, count) in grouped(functions, group).into_iter().take(ROWS) {
        println!("{size:>9} bytes in {count:>5}  {name}");
    }
}

/// Returns the groups, their bytes and how many functions they have, the largest first.
fn grouped(functions: &[(String, usize)], group: fn(&str) -> String) -> Vec<(String, usize, usize)> {
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (name, size) in functions {
        let entry = groups.entry(group(name)).or_default();
        entry.0 += size;
        entry.1 += 1;
    }
    let mut rows: Vec<_> = groups.into_iter().map(|(name, (size, count))| (name, size, count)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    rows
}

/// Returns the first crate that a demangled name mentions.
fn crate_of(name: &str) -> String {
    let name = name.trim_start_matches(['<', '&']).trim_start_matches("mut ").trim_start_matches("dyn ");
    let end = name.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(name.len());
    name.get(..end).unwrap_or_default().to_owned()
}

/// Returns the name without the hash that distinguishes instances.
fn without_hash(name: &str) -> String {
    match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => name.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_counted_together_and_the_largest_comes_first() {
        let functions = [
            ("a::one::h0123456789abcdef".to_owned(), 3),
            ("a::one::hfedcba9876543210".to_owned(), 4),
            ("a::one::house".to_owned(), 5),
        ];
        let rows = grouped(&functions, without_hash);
        assert_eq!(rows, [("a::one".to_owned(), 7, 2), ("a::one::house".to_owned(), 5, 1)]);
    }

    #[test]
    fn a_name_belongs_to_the_first_crate_in_it() {
        for (name, found) in [
            ("tachys::view::build", "tachys"),
            ("<tachys::html::Element as x::Y>::build", "tachys"),
            ("<&mut serde_json::de::Deserializer<R> as serde::D>::d", "serde_json"),
            ("memcpy", "memcpy"),
        ] {
            assert_eq!(crate_of(name), found, "{name}");
        }
    }
}
