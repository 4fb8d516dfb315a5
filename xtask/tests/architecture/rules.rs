//! The arrows: which folder may name which, and what else must not be named where.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Names, Source};

/// The layers of `cr-core`, the lowest first. A module names modules of lower layers, and of its own as long as no circle comes of
/// it.
pub(crate) const CORE: [&[&str]; 6] = [
    &["backoff", "json", "lists", "pace", "problem", "text", "time"],
    &["chain"],
    &["catalog", "contact", "country", "money"],
    &["order", "payment"],
    &["checkout", "tracking"],
    &["wire"],
];

/// The folders of the widget, each with what it may name of the others and of the crates of this workspace.
pub(crate) const WIDGET: [(&str, &[&str]); 7] = [
    ("app", &["cr_core"]),
    ("browser", &["app", "cr_core", "dom"]),
    ("dom", &["cr_core"]),
    ("embed", &["app", "browser", "cr_core", "dom", "i18n", "ui"]),
    ("i18n", &["cr_core"]),
    ("main", &["embed"]),
    ("ui", &["app", "cr_core", "dom", "i18n"]),
];

/// The packages of the workspace, each with those that it may depend on.
pub(crate) const PACKAGES: [(&str, &[&str]); 7] = [
    ("cr-core", &[]),
    ("cr-e2e", &["cr-core", "cr-sandbox"]),
    ("cr-proxy", &["cr-core", "cr-sandbox"]),
    ("cr-sandbox", &["cr-core"]),
    ("cr-widget", &["cr-core"]),
    ("wasm-streams", &[]),
    ("xtask", &[]),
];

/// Names that a folder must not use, and why.
pub(crate) struct Ban {
    /// The folder, as a module.
    pub(crate) within: &'static str,
    /// What is not named there: a path, or the last word of one.
    pub(crate) names: &'static [&'static str],
    /// The rest of the sentence "`file` names `this`, but …".
    pub(crate) why: &'static str,
}

/// All bans.
pub(crate) const BANS: [Ban; 6] = [
    Ban {
        within: "cr_core",
        names: &["std::env", "std::fs", "std::net", "std::process", "std::thread", "std::time", "web_sys", "js_sys"],
        why: "the core is handed the time and all else of the outside world as values",
    },
    Ban {
        within: "cr_widget::app",
        names: &["gloo_net", "js_sys", "std::time", "wasm_bindgen", "web_sys"],
        why: "the store reaches the world by its ports only (src/app/ports.rs)",
    },
    Ban { within: "cr_widget::ui", names: &["web_sys"], why: "views touch the page by src/dom only" },
    Ban {
        within: "cr_widget::ui",
        names: &["BrowserClock", "Date", "Instant", "Performance", "SystemTime", "std::time"],
        why: "a view is handed the time by the store and reads no clock",
    },
    Ban {
        within: "cr_widget::ui::choosing",
        names: &["cr_widget::ui::paying"],
        why: "what is chosen and what is paid are to be loaded apart",
    },
    Ban {
        within: "cr_widget::ui::paying",
        names: &["cr_widget::ui::choosing"],
        why: "what is chosen and what is paid are to be loaded apart",
    },
];

/// Something that a rule forbids and that is there still, until it is moved. One that does not occur any more fails the test.
pub(crate) struct Exception {
    /// The file's name: files move, and are the same.
    pub(crate) file: &'static str,
    /// What it names, as in a [`Ban`] or in [`WIDGET`].
    pub(crate) name: &'static str,
    /// Why it is there still.
    pub(crate) why: &'static str,
}

impl Exception {
    /// Whether it is this one: a file that names this.
    fn is(&self, file: &str, name: &str) -> bool {
        file.rsplit('/').next() == Some(self.file) && is_within(name, self.name)
    }
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Break {
    file: String,
    line: usize,
    name: String,
    why: String,
}

impl std::fmt::Display for Break {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{} names {}, but {}", self.file, self.line, self.name, self.why)
    }
}

/// All breaks of the rules in some sources, less the exceptions; and a sentence for each exception that does not occur.
pub(crate) fn broken(sources: &[Source], exceptions: &[Exception]) -> Vec<String> {
    let mut breaks: BTreeSet<Break> = BTreeSet::new();
    for source in sources {
        breaks.extend(layers(source));
        breaks.extend(folders(source));
        BANS.iter().for_each(|ban| breaks.extend(banned(source, ban)));
    }
    let all = arrows(sources);
    let excepted = |arrow: &Arrow| exceptions.iter().any(|exception| exception.is(&arrow.file, &arrow.name));
    let unexcepted: Vec<Arrow> = all.iter().filter(|arrow| !excepted(arrow)).cloned().collect();
    let in_circles: Vec<Arrow> = circles(sources.len(), &all).into_iter().flatten().collect();
    let mut found: Vec<String> = Vec::new();
    for broken in
        breaks.iter().filter(|broken| !exceptions.iter().any(|exception| exception.is(&broken.file, &broken.name)))
    {
        found.push(broken.to_string());
    }
    for circle in circles(sources.len(), &unexcepted) {
        let arrows: Vec<String> =
            circle.iter().map(|arrow| format!("{}:{} names {}", arrow.file, arrow.line, arrow.name)).collect();
        found.push(format!("a circle of imports: {}", arrows.join("; ")));
    }
    for exception in exceptions {
        let occurs = breaks.iter().any(|broken| exception.is(&broken.file, &broken.name))
            || in_circles.iter().any(|arrow| exception.is(&arrow.file, &arrow.name));
        if !occurs {
            let Exception { file, name, why } = exception;
            found.push(format!(
                "{file} may not name {name} as an exception any more ({why}): it does not, or it is allowed"
            ));
        }
    }
    found
}

fn layer_of(module: &str) -> Option<usize> {
    CORE.iter().position(|layer| layer.contains(&module))
}

fn layers(source: &Source) -> Vec<Break> {
    let [root, own, ..] = source.module.as_slice() else { return Vec::new() };
    if root != "cr_core" {
        return Vec::new();
    }
    let Some(layer) = layer_of(own) else {
        let why = "no layer of the core in xtask/tests/architecture/rules.rs has it".to_owned();
        return vec![Break { file: source.file.clone(), line: 1, name: own.clone(), why }];
    };
    let mut found = Vec::new();
    for mention in source.mentions.iter().filter(|mention| !mention.is_test) {
        let [root, other, ..] = mention.path.as_slice() else { continue };
        if root == "cr_core" && layer_of(other).is_some_and(|other| other > layer) {
            let why = format!("`{own}` is in a lower layer of the core than `{other}`");
            found.push(Break { file: source.file.clone(), line: mention.line, name: mention.path.join("::"), why });
        }
    }
    found
}

fn folders(source: &Source) -> Vec<Break> {
    let [root, own, ..] = source.module.as_slice() else { return Vec::new() };
    if root != "cr_widget" {
        return Vec::new();
    }
    let Some((_, may)) = WIDGET.iter().find(|(folder, _)| folder == own) else {
        let why = "no row of the widget's folders in xtask/tests/architecture/rules.rs has it".to_owned();
        return vec![Break { file: source.file.clone(), line: 1, name: own.clone(), why }];
    };
    let mut found = Vec::new();
    for mention in source.mentions.iter().filter(|mention| !mention.is_test) {
        let (other, name) = match mention.path.as_slice() {
            [root, other, ..] if root == "cr_widget" => (other, mention.path.join("::")),
            // The program names the library, so that it is linked.
            [root] if root == "cr_widget" => continue,
            [root, ..] if root.starts_with("cr_") => (root, mention.path.join("::")),
            _ => continue,
        };
        if other != own && !may.contains(&other.as_str()) {
            let why = format!("`{own}` may name no more of this workspace than {}", may.join(", "));
            found.push(Break { file: source.file.clone(), line: mention.line, name, why });
        }
    }
    found
}

fn banned(source: &Source, ban: &Ban) -> Vec<Break> {
    let module = source.module.join("::");
    if !is_within(&module, ban.within) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for mention in source.mentions.iter().filter(|mention| !mention.is_test) {
        let name = mention.path.join("::");
        let is_it = |banned: &&str| is_within(&name, banned) || mention.path.iter().skip(1).any(|word| word == banned);
        if ban.names.iter().any(is_it) {
            found.push(Break { file: source.file.clone(), line: mention.line, name, why: ban.why.to_owned() });
        }
    }
    found
}

/// Whether a path is another one, or goes on from it.
fn is_within(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// One file names another one.
#[derive(Clone, Debug)]
struct Arrow {
    from: usize,
    to: usize,
    file: String,
    /// The first line that does.
    line: usize,
    name: String,
}

/// What files name of each other. What a file imports or re-exports and another one names there is named in the file that
/// has it. Parents and children, whose imports of each other are Rust's own way, count for nothing.
fn arrows(sources: &[Source]) -> Vec<Arrow> {
    let files: BTreeMap<&[String], usize> =
        sources.iter().enumerate().map(|(at, source)| (source.module.as_slice(), at)).collect();
    let imports: BTreeMap<&[String], &Names> = sources
        .iter()
        .flat_map(|source| source.imports.iter())
        .filter(|(name, path)| name != path)
        .map(|(name, path)| (name.as_slice(), path))
        .collect();
    let target = |path: &Names| {
        let origin = origin(path, &imports);
        (1..=origin.len()).rev().find_map(|length| files.get(&origin[..length]).copied())
    };
    let mut all: BTreeMap<(usize, usize), Arrow> = BTreeMap::new();
    for (from, source) in sources.iter().enumerate() {
        for mention in source.mentions.iter().filter(|mention| !mention.is_test) {
            let Some(to) = target(&mention.path) else { continue };
            let other = &sources[to].module;
            if !other.starts_with(&source.module) && !source.module.starts_with(other) {
                let (file, name) = (source.file.clone(), other.join("::"));
                all.entry((from, to)).or_insert(Arrow { from, to, file, line: mention.line, name });
            }
        }
    }
    all.into_values().collect()
}

/// The path at which a name is defined, by way of all imports that hand it on.
fn origin(path: &Names, imports: &BTreeMap<&[String], &Names>) -> Names {
    /// Two imports that name each other, which no compiler takes, must not hang the test.
    const LONGEST: usize = 16;
    let mut path = path.clone();
    for _ in 0..LONGEST {
        let import = (1..=path.len()).rev().find_map(|length| Some((length, *imports.get(&path[..length])?)));
        let Some((length, import)) = import else { break };
        path = import.iter().chain(&path[length..]).cloned().collect();
    }
    path
}

/// The circles among so many files, each by its arrows.
fn circles(files: usize, arrows: &[Arrow]) -> Vec<Vec<Arrow>> {
    let reachable = |from: usize| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            open.extend(
                arrows.iter().filter(|arrow| arrow.from == at).map(|arrow| arrow.to).filter(|to| seen.insert(*to)),
            );
        }
        seen
    };
    let reach: Vec<BTreeSet<usize>> = (0..files).map(reachable).collect();
    let members = |at: usize| reach[at].iter().copied().filter(|to| reach[*to].contains(&at)).collect::<BTreeSet<_>>();
    let all: BTreeSet<BTreeSet<usize>> = (0..files).map(members).filter(|members| !members.is_empty()).collect();
    let inside =
        |members: &BTreeSet<usize>, arrow: &Arrow| members.contains(&arrow.from) && members.contains(&arrow.to);
    all.iter().map(|members| arrows.iter().filter(|arrow| inside(members, arrow)).cloned().collect()).collect()
}

/// Breaks of [`PACKAGES`], by what the packages of a workspace depend on: name, and names of what it depends on.
pub(crate) fn broken_dependencies(packages: &[(String, Vec<String>)]) -> Vec<String> {
    let is_member = |name: &String| packages.iter().any(|(member, _)| member == name);
    let mut found = Vec::new();
    for (package, dependencies) in packages {
        let Some((_, may)) = PACKAGES.iter().find(|(name, _)| name == package) else {
            found.push(format!("{package} stands in no row of the packages in xtask/tests/architecture/rules.rs"));
            continue;
        };
        for other in dependencies.iter().filter(|other| is_member(other) && !may.contains(&other.as_str())) {
            found.push(format!("{package} depends on {other}, which its row of the packages does not allow"));
        }
    }
    found
}
