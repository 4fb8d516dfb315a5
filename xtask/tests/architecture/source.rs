//! What a source file names: its imports and all other paths, resolved as the compiler would, with the line of each.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path of modules, the crate's name first: `["cr_core", "order", "state"]`.
pub(crate) type Names = Vec<String>;

/// A path that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The line of its first word, from 1.
    pub(crate) line: usize,
    /// What is named, from a crate on.
    pub(crate) path: Names,
    /// Whether only tests name it.
    pub(crate) is_test: bool,
}

/// A source file and what it names.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path in the workspace, with `/`.
    pub(crate) file: String,
    /// The module that it is.
    pub(crate) module: Names,
    /// What it names, in the order of the text.
    pub(crate) mentions: Vec<Mention>,
    /// What its modules import, by the path that the import gives it: others may name it there, children even where the
    /// import is private. Imports of everything in a module (`*`) are not among them.
    pub(crate) imports: BTreeMap<Names, Names>,
    /// The modules that it declares for tests only.
    test_modules: BTreeSet<Names>,
}

/// The sources below a folder that holds a crate, such as `("cr_core", "core/src")`.
pub(crate) fn crate_sources(root: &Path, name: &str, folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    files.sort();
    let texts = files.into_iter().map(|file| {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let inside = file.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
        (inside, text)
    });
    sources(name, folder, texts)
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

/// The sources of a crate, by the path and the text of each file.
pub(crate) fn sources(name: &str, folder: &str, texts: impl IntoIterator<Item = (String, String)>) -> Vec<Source> {
    let mut all: Vec<Source> = texts.into_iter().map(|(file, text)| Source::read(name, folder, file, &text)).collect();
    // What a module of tests names, tests name.
    let tests: BTreeSet<Names> = all.iter().flat_map(|source| source.test_modules.clone()).collect();
    for source in &mut all {
        if (1..=source.module.len()).any(|length| tests.contains(&source.module[..length])) {
            source.mentions.iter_mut().for_each(|mention| mention.is_test = true);
        }
    }
    all
}

impl Source {
    fn read(name: &str, folder: &str, file: String, text: &str) -> Self {
        let module = module_of(name, folder, &file);
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut reader = Reader { root: name.to_owned(), ..Reader::default() };
        reader.scope(tokens, &module, &BTreeMap::new(), false);
        let Reader { mentions, imports, test_modules, .. } = reader;
        Self { file, module, mentions, imports, test_modules }
    }
}

/// `core/src/order/state.rs` is the module `order::state`; `lib.rs` and `mod.rs` are the folder's own.
fn module_of(name: &str, folder: &str, file: &str) -> Names {
    let inside = file.strip_prefix(folder).unwrap_or(file).trim_start_matches('/').trim_end_matches(".rs");
    let parts = inside.split('/').filter(|part| !["lib", "mod"].contains(part));
    std::iter::once(name).chain(parts).map(str::to_owned).collect()
}

/// What a name stands for in a scope, by `use` or `mod`.
type Known = BTreeMap<String, Names>;

#[derive(Default)]
struct Reader {
    root: String,
    mentions: Vec<Mention>,
    imports: BTreeMap<Names, Names>,
    test_modules: BTreeSet<Names>,
}

impl Reader {
    /// Reads the tokens of one module.
    fn scope(&mut self, tokens: TokenStream, module: &Names, outer: &Known, is_test: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut known = outer.clone();
        for pair in tokens.windows(2) {
            if let [TokenTree::Ident(word), TokenTree::Ident(name)] = pair
                && *word == "mod"
            {
                known.insert(name.to_string(), joined(module, name.to_string()));
            }
        }
        // What a `use` brings holds in the whole module, also above it.
        for statement in statements_of_use(&tokens) {
            for (path, alias, _) in leaves(statement) {
                let path = self.resolved(&path, module, &known).unwrap_or_default();
                if let Some(name) = alias.or_else(|| path.last().cloned()) {
                    self.imports.insert(joined(module, name.clone()), path.clone());
                    known.insert(name, path);
                }
            }
        }
        self.tokens(&tokens, module, &known, is_test);
    }

    fn tokens(&mut self, tokens: &[TokenTree], module: &Names, known: &Known, is_test: bool) {
        let mut at = 0;
        // Set by `#[cfg(test)]`, and good for one item.
        let mut is_test_item = false;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let is_test_here = is_test || is_test_item;
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if let Some(TokenTree::Group(attribute)) = tokens.get(at) {
                        is_test_item |= is_cfg_test(attribute);
                        at += 1;
                    }
                }
                TokenTree::Punct(mark) => is_test_item &= mark.as_char() != ';',
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.tokens(&inside, module, known, is_test_here);
                    is_test_item &= group.delimiter() != Delimiter::Brace;
                }
                TokenTree::Ident(word) if *word == "use" && is_statement(tokens, at) => {
                    let end = end_of_statement(tokens, at);
                    for (path, _, line) in leaves(&tokens[at..end]) {
                        self.mention(&path, line, module, known, is_test_here);
                    }
                    at = end;
                }
                TokenTree::Ident(word) if *word == "mod" => match (tokens.get(at), tokens.get(at + 1)) {
                    (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) => {
                        let inner = joined(module, name.to_string());
                        self.scope(body.stream(), &inner, &BTreeMap::new(), is_test_here);
                        (at, is_test_item) = (at + 2, false);
                    }
                    (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(_))) if is_test_here => {
                        self.test_modules.insert(joined(module, name.to_string()));
                    }
                    _ => {}
                },
                TokenTree::Ident(word) => {
                    let (mut path, line) = (vec![word.to_string()], word.span().start().line);
                    while let Some(TokenTree::Ident(next)) = after_colons(tokens, at) {
                        path.push(next.to_string());
                        at += 3;
                    }
                    if path.len() > 1 {
                        self.mention(&path, line, module, known, is_test_here);
                    }
                }
                TokenTree::Literal(_) => {}
            }
        }
    }

    fn mention(&mut self, path: &[String], line: usize, module: &Names, known: &Known, is_test: bool) {
        if let Some(path) = self.resolved(path, module, known) {
            self.mentions.push(Mention { line, path, is_test });
        }
    }

    /// A path from a crate on; `None` for one that begins with a type.
    fn resolved(&self, path: &[String], module: &Names, known: &Known) -> Option<Names> {
        let (first, mut rest) = path.split_first()?;
        let mut start = match first.as_str() {
            "crate" => vec![self.root.clone()],
            "self" => module.clone(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            name => match known.get(name) {
                Some(path) => path.clone(),
                None if name.starts_with(|letter: char| letter.is_ascii_lowercase()) => vec![name.to_owned()],
                None => return None,
            },
        };
        while let [word, others @ ..] = rest
            && word == "super"
        {
            start.pop();
            rest = others;
        }
        Some(start.into_iter().chain(rest.iter().filter(|word| *word != "self" && *word != "*").cloned()).collect())
    }
}

fn joined(module: &[String], name: String) -> Names {
    module.iter().cloned().chain([name]).collect()
}

/// Whether an attribute is `cfg(test)`, or a `cfg` that asks for tests among other things.
fn is_cfg_test(attribute: &Group) -> bool {
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text.starts_with("cfg(") && text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "test")
}

fn end_of_statement(tokens: &[TokenTree], from: usize) -> usize {
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ';');
    tokens[from..].iter().position(is_end).map_or(tokens.len(), |length| from + length)
}

/// Whether a `use` is an import, and not the list of what a type captures (`use<'a>`).
fn is_statement(tokens: &[TokenTree], at: usize) -> bool {
    !matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == '<')
}

fn statements_of_use(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    let starts = tokens.iter().enumerate();
    starts
        .filter(|(at, token)| matches!(token, TokenTree::Ident(word) if *word == "use") && is_statement(tokens, at + 1))
        .map(|(at, _)| &tokens[at + 1..end_of_statement(tokens, at)])
}

/// The token after `::`, if that is what stands here.
fn after_colons(tokens: &[TokenTree], at: usize) -> Option<&TokenTree> {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    if is_colon(tokens.get(at)) && is_colon(tokens.get(at + 1)) { tokens.get(at + 2) } else { None }
}

/// The leaves of a tree of imports: path, other name if one is given, line.
fn leaves(tree: &[TokenTree]) -> Vec<(Names, Option<String>, usize)> {
    let mut found = Vec::new();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    for branch in tree.split(is_comma) {
        let (mut path, mut alias, mut line) = (Names::new(), None, 0);
        let mut is_alias = false;
        let mut inside = None;
        for token in branch {
            match token {
                TokenTree::Ident(word) if *word == "as" => is_alias = true,
                TokenTree::Ident(word) if is_alias => alias = Some(word.to_string()),
                TokenTree::Ident(word) => {
                    line = word.span().start().line;
                    path.push(word.to_string());
                }
                TokenTree::Punct(mark) if mark.as_char() == '*' => path.push("*".to_owned()),
                TokenTree::Group(group) => inside = Some(group.stream().into_iter().collect::<Vec<_>>()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        match inside {
            Some(inside) => found.extend(
                leaves(&inside)
                    .into_iter()
                    .map(|(rest, alias, line)| (path.iter().cloned().chain(rest).collect::<Names>(), alias, line)),
            ),
            None if !path.is_empty() => found.push((path, alias, line)),
            None => {}
        }
    }
    found
}
