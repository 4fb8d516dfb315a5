//! The documents are compared with the tree: what they name exists.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The documents whose paths are checked, wherever in a line they stand between backticks.
const WITH_PATHS: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/glossary.md"];
/// The folders that `cargo` and `cargo xtask build` make; nothing below them is in the repository.
const MADE: [&str; 2] = ["target/", "dist/"];
/// The endings by which a name without a folder is recognised as a file name.
const ENDINGS: [&str; 8] = [".rs", ".md", ".js", ".ts", ".toml", ".html", ".css", ".lock"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the texts between backticks, without those of fenced blocks.
fn quoted(text: &str) -> Vec<&str> {
    let fences = text.split("```").step_by(2);
    fences.flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

/// Returns a path as it is written, and the name after `::` that stands in that file; `None` for a text that is no
/// path.
fn path_in(quoted: &str) -> Option<(&str, Option<&str>)> {
    let (path, name) = quoted.split_once("::").map_or((quoted, None), |(path, name)| (path, Some(name)));
    let is_plain = path.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    let (folder, _) = path.split_once('/').unwrap_or(("", path));
    let is_path = is_plain && !path.starts_with('/') && MADE.iter().all(|made| !path.starts_with(made));
    let is_below = !folder.is_empty() && root().join(folder).is_dir();
    (is_path && (is_below || ENDINGS.iter().any(|ending| path.ends_with(ending)))).then_some((path, name))
}

/// Whether a word stands in a text.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.split(|letter| !is_letter(letter)).any(|found| found == word)
}

/// Returns what is wrong with one text between backticks, if it is a path.
fn problem(quoted: &str) -> Option<String> {
    let (path, name) = path_in(quoted)?;
    let file = root().join(path);
    let Some(name) = name else { return (!file.exists()).then(|| format!("{path} does not exist")) };
    match fs::read_to_string(&file) {
        Ok(text) => (!has_word(&text, name)).then(|| format!("{path} has no {name}")),
        Err(error) => Some(format!("{path}: {error}")),
    }
}

#[test]
fn every_path_and_every_name_in_a_file_exists() {
    let mut problems = Vec::new();
    for document in WITH_PATHS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let quoted = quoted(&text);
        if document == "ARCHITECTURE.md" {
            let paths = quoted.iter().filter(|quoted| path_in(quoted).is_some()).count();
            assert!(paths > 60, "only {paths} paths were found in {document}");
        }
        problems.extend(quoted.into_iter().filter_map(problem).map(|problem| format!("{document}: {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_not_there_is_noticed() {
    for (quoted, problem_of) in [
        ("src/lib.rs", None),
        ("src/lib.rs::app", None),
        ("src/ui", None),
        ("/api/v5/orders", None),
        ("dist/cr-widget.js", None),
        ("text/event-stream", None),
        ("cr_core::pace", None),
        ("src/nowhere.rs", Some("src/nowhere.rs does not exist")),
        ("nowhere.toml", Some("nowhere.toml does not exist")),
        ("src/lib.rs::nothing", Some("src/lib.rs has no nothing")),
    ] {
        assert_eq!(problem(quoted).as_deref(), problem_of, "{quoted}");
    }
}

fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            markdown(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// Returns the targets of links in Markdown, without their fragments; those on other hosts are left out.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains(':'))
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty())
}

#[test]
fn every_link_leads_to_a_file() {
    let mut documents = vec![root().join("src/embed/shell/README.md")];
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        documents.push(root().join(name));
    }
    markdown(&root().join("docs"), &mut documents);
    let (mut checked, mut problems) = (0, Vec::new());
    for document in &documents {
        let text = fs::read_to_string(document).unwrap();
        for link in links(&text) {
            checked += 1;
            if !document.parent().unwrap().join(link).exists() {
                problems.push(format!("{}: {link} does not exist", document.display()));
            }
        }
    }
    assert!(checked > 50, "only {checked} links were found");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
