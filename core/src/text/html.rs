//! The supplier's HTML reduced to a few kinds of nodes, by a small forgiving tokenizer (docs/supplier-api.md §2, rich
//! text).
//!
//! The output is always a list of blocks ([`Rich::Paragraph`] and [`Rich::List`]); everything else is inside them. Of
//! the markup only the meaning of a dozen elements is kept, so there is nothing left to execute.

use super::{is_invisible, places, safe_link};

/// One node of safe rich text, made from the supplier's HTML (docs/supplier-api.md §2, rich text).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rich {
    /// Plain text.
    Text(String),
    /// A paragraph or other block.
    Paragraph(Vec<Rich>),
    /// A list (`ul` or `ol`); each entry is one item.
    List {
        /// `true` for a numbered list.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Rich>>,
    },
    /// Bold text.
    Strong(Vec<Rich>),
    /// Emphasised text.
    Emphasis(Vec<Rich>),
    /// A line break.
    Break,
    /// A link whose address is https and has no credentials.
    Link {
        /// The address.
        href: String,
        /// What the link shows.
        content: Vec<Rich>,
    },
}

/// The most HTML that is read, in bytes; the rest is cut off.
const MAX_INPUT: usize = 64 * 1024;
/// The deepest nesting of lists and of inline elements; deeper ones are read as if their tags were not there.
const MAX_DEPTH: usize = 6;
/// The most nodes that are made; what follows is cut off.
const MAX_NODES: usize = 4000;

/// Reduces HTML (or plain text) to safe nodes. Scripts, styles and the tags of unknown elements are dropped. It never
/// fails, and is bounded in depth and size.
///
/// ```
/// use cr_core::text::{Rich, rich};
///
/// let text = |text: &str| Rich::Text(text.to_owned());
/// assert_eq!(rich("<p>One <b>card</b></p>"), [Rich::Paragraph(vec![text("One "), Rich::Strong(vec![text("card")])])]);
/// assert_eq!(rich("<script>alert(1)</script>Fine"), [Rich::Paragraph(vec![text("Fine")])]);
/// ```
pub fn rich(html: &str) -> Vec<Rich> {
    let mut end = html.len().min(MAX_INPUT);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = &html[..end];
    let mut builder = Builder::new(has_markup(html));
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        builder.text(&rest[..at]);
        rest = &rest[at..];
        rest = match Tag::read(rest) {
            Some((tag, after)) => builder.tag(&tag, after),
            None if is_markup(rest) => "",
            None => {
                builder.text("<");
                &rest[1..]
            }
        };
        if builder.nodes > MAX_NODES {
            return builder.finish();
        }
    }
    builder.text(rest);
    builder.finish()
}

/// Returns the text of rich nodes on one line, for places that have no room for structure.
///
/// ```
/// use cr_core::text::{plain, rich};
///
/// assert_eq!(plain(&rich("<p>One <b>card</b></p><ul><li>a</li><li>b</li></ul>")), "One card a b");
/// ```
pub fn plain(nodes: &[Rich]) -> String {
    fn collect(nodes: &[Rich], to: &mut String) {
        for node in nodes {
            match node {
                Rich::Text(text) => to.push_str(text),
                Rich::Strong(inner) | Rich::Emphasis(inner) | Rich::Link { content: inner, .. } => collect(inner, to),
                Rich::Paragraph(inner) => {
                    to.push(' ');
                    collect(inner, to);
                }
                Rich::List { items, .. } => {
                    for item in items {
                        to.push(' ');
                        collect(item, to);
                    }
                }
                Rich::Break => to.push(' '),
            }
        }
    }
    let mut text = String::new();
    collect(nodes, &mut text);
    super::clean(&text)
}

/// Returns whether a `<` here begins markup rather than being a sign.
fn is_markup(text: &str) -> bool {
    text.strip_prefix('<').and_then(|rest| rest.strip_prefix('/').or(Some(rest))).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            || (text.len() == rest.len() + 1 && rest.starts_with(['!', '?']))
    })
}

fn has_markup(html: &str) -> bool {
    html.match_indices('<').any(|(at, _)| is_markup(&html[at..]))
}

/// A tag, a comment or a declaration.
struct Tag<'a> {
    /// The name in lower case; empty for comments and declarations.
    name: String,
    closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads a tag from the beginning of `text` and returns it with what follows; `None` where none begins, or it does
    /// not end.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        if !is_markup(text) {
            return None;
        }
        let nothing = |after| Some((Tag { name: String::new(), closing: false, attributes: "" }, after));
        if let Some(comment) = text.strip_prefix("<!--") {
            return nothing(&comment[places(comment, "-->").next()? + 3..]);
        }
        if text.starts_with("<!") || text.starts_with("<?") {
            return nothing(&text[text.find('>')? + 1..]);
        }
        let closing = text.starts_with("</");
        let rest = &text[if closing { 2 } else { 1 }..];
        let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let mut quote = None;
        let end = rest.bytes().enumerate().skip(name_end).find_map(|(at, byte)| {
            match (quote, byte) {
                (None, b'>') => return Some(at),
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
            None
        })?;
        let tag = Tag { name: rest[..name_end].to_ascii_lowercase(), closing, attributes: &rest[name_end..end] };
        Some((tag, &rest[end + 1..]))
    }

    /// Returns the value of `href`, its entities resolved.
    fn href(&self) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let name_end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let name = &rest[..name_end];
            rest = rest[name_end..].trim_start();
            let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { continue };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case("href") {
                return Some(unescape(value));
            }
            rest = after;
        }
    }
}

/// An inline element that is open.
enum Inline {
    Strong,
    Emphasis,
    Link(Option<String>),
}

/// An element that holds blocks and is open.
enum Holder {
    List { ordered: bool, items: Vec<Vec<Rich>> },
    Item(Vec<Rich>),
}

struct Builder {
    /// The finished blocks outside every list.
    blocks: Vec<Rich>,
    holders: Vec<Holder>,
    /// The paragraph that is being read, and the inline elements open in it.
    paragraph: Vec<Rich>,
    inlines: Vec<(Inline, Vec<Rich>)>,
    /// Whether white space was met since the last character.
    gap: bool,
    /// Whether the text is markup, where a line end is only white space; in plain text it is a line break.
    markup: bool,
    nodes: usize,
}

impl Builder {
    fn new(markup: bool) -> Self {
        Self {
            blocks: Vec::new(),
            holders: Vec::new(),
            paragraph: Vec::new(),
            inlines: Vec::new(),
            gap: false,
            markup,
            nodes: 0,
        }
    }

    fn current(&mut self) -> &mut Vec<Rich> {
        match self.inlines.last_mut() {
            Some((_, nodes)) => nodes,
            None => &mut self.paragraph,
        }
    }

    fn push(&mut self, node: Rich) {
        self.nodes += 1;
        self.current().push(node);
    }

    fn is_at_start(&self) -> bool {
        let starts = |nodes: &[Rich]| nodes.is_empty() || matches!(nodes.last(), Some(Rich::Break));
        match self.inlines.last() {
            Some((_, nodes)) if !nodes.is_empty() => starts(nodes),
            _ => starts(&self.paragraph) && self.inlines.iter().all(|(_, nodes)| nodes.is_empty()),
        }
    }

    fn text(&mut self, raw: &str) {
        let text = unescape(raw);
        let mut lines = 0;
        let mut run = String::new();
        for c in text.chars() {
            if !self.markup && c == '\n' {
                lines += 1;
            }
            if c.is_whitespace() {
                self.gap = true;
                continue;
            }
            if is_invisible(c) {
                continue;
            }
            if lines > 0 {
                self.flush_text(&mut run);
                match lines {
                    1 => self.push(Rich::Break),
                    _ => self.flush(),
                }
                lines = 0;
                self.gap = false;
            }
            if core::mem::take(&mut self.gap) && !(run.is_empty() && self.is_at_start()) {
                run.push(' ');
            }
            run.push(c);
        }
        self.flush_text(&mut run);
    }

    fn flush_text(&mut self, run: &mut String) {
        if run.is_empty() {
            return;
        }
        let run = core::mem::take(run);
        match self.current().last_mut() {
            Some(Rich::Text(before)) => before.push_str(&run),
            _ => self.push(Rich::Text(run)),
        }
    }

    /// Applies a tag and returns what is to be read next.
    fn tag<'a>(&mut self, tag: &Tag<'_>, after: &'a str) -> &'a str {
        match (tag.name.as_str(), tag.closing) {
            (
                "script" | "style" | "iframe" | "object" | "noscript" | "template" | "svg" | "math" | "title"
                | "select" | "textarea" | "noembed" | "noframes" | "xmp",
                false,
            ) => {
                return if tag.attributes.ends_with('/') { after } else { skip_element(&tag.name, after) };
            }
            ("br", _) => {
                self.gap = false;
                if !self.is_at_start() {
                    self.push(Rich::Break);
                }
            }
            (
                "p" | "div" | "section" | "article" | "blockquote" | "pre" | "table" | "tr" | "header" | "footer"
                | "hr" | "dl" | "dt" | "dd" | "figure" | "address",
                _,
            ) => self.flush(),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", closing) => {
                self.flush();
                if !closing {
                    self.open(Inline::Strong);
                }
            }
            ("td" | "th", _) => self.gap = true,
            ("b" | "strong", false) => self.open(Inline::Strong),
            ("i" | "em", false) => self.open(Inline::Emphasis),
            ("a", false) => {
                self.close(|inline| matches!(inline, Inline::Link(_)));
                self.open(Inline::Link(tag.href().as_deref().and_then(safe_link).map(str::to_owned)));
            }
            ("b" | "strong", true) => self.close(|inline| matches!(inline, Inline::Strong)),
            ("i" | "em", true) => self.close(|inline| matches!(inline, Inline::Emphasis)),
            ("a", true) => self.close(|inline| matches!(inline, Inline::Link(_))),
            ("ul" | "ol", false) => {
                self.flush();
                if self.holders.len() < 2 * MAX_DEPTH {
                    self.holders.push(Holder::List { ordered: tag.name == "ol", items: Vec::new() });
                }
            }
            ("li", false) => {
                self.flush();
                self.close_item();
                if self.holders.is_empty() {
                    self.holders.push(Holder::List { ordered: false, items: Vec::new() });
                }
                self.holders.push(Holder::Item(Vec::new()));
            }
            ("li", true) => {
                self.flush();
                self.close_item();
            }
            ("ul" | "ol", true) => {
                self.flush();
                self.close_item();
                self.close_list();
            }
            _ => {}
        }
        after
    }

    fn open(&mut self, inline: Inline) {
        if self.inlines.len() < MAX_DEPTH {
            // White space before the element belongs outside of it.
            if self.gap && !self.is_at_start() {
                self.gap = false;
                self.flush_text(&mut " ".to_owned());
            }
            self.inlines.push((inline, Vec::new()));
        }
    }

    /// Closes the innermost element of a kind and what was opened inside it; does nothing if none is open.
    fn close(&mut self, kind: impl Fn(&Inline) -> bool) {
        if let Some(at) = self.inlines.iter().rposition(|(inline, _)| kind(inline)) {
            while self.inlines.len() > at {
                self.close_last();
            }
        }
    }

    fn close_last(&mut self) {
        let Some((inline, content)) = self.inlines.pop() else { return };
        if content.is_empty() {
            return;
        }
        match inline {
            Inline::Strong => self.push(Rich::Strong(content)),
            Inline::Emphasis => self.push(Rich::Emphasis(content)),
            Inline::Link(Some(href)) => self.push(Rich::Link { href, content }),
            Inline::Link(None) => self.current().extend(content),
        }
    }

    /// Ends the paragraph that is being read.
    fn flush(&mut self) {
        while !self.inlines.is_empty() {
            self.close_last();
        }
        self.gap = false;
        let mut content = core::mem::take(&mut self.paragraph);
        while matches!(content.last(), Some(Rich::Break)) {
            content.pop();
        }
        if content.is_empty() {
            return;
        }
        self.nodes += 1;
        match self.holders.last_mut() {
            None => self.blocks.push(Rich::Paragraph(content)),
            Some(Holder::Item(item)) if item.is_empty() => *item = content,
            Some(Holder::Item(item)) => item.push(Rich::Paragraph(content)),
            Some(Holder::List { items, .. }) => items.push(content),
        }
    }

    fn close_item(&mut self) {
        if let Some(Holder::Item(_)) = self.holders.last()
            && let Some(Holder::Item(item)) = self.holders.pop()
            && !item.is_empty()
            && let Some(Holder::List { items, .. }) = self.holders.last_mut()
        {
            items.push(item);
        }
    }

    fn close_list(&mut self) {
        if let Some(Holder::List { .. }) = self.holders.last()
            && let Some(Holder::List { ordered, items }) = self.holders.pop()
            && !items.is_empty()
        {
            let list = Rich::List { ordered, items };
            match self.holders.last_mut() {
                Some(Holder::Item(item)) => item.push(list),
                Some(Holder::List { items, .. }) => items.push(vec![list]),
                None => self.blocks.push(list),
            }
        }
    }

    fn finish(mut self) -> Vec<Rich> {
        self.flush();
        while !self.holders.is_empty() {
            self.close_item();
            self.close_list();
        }
        self.blocks
    }
}

/// Returns what follows the end tag of an element whose content is no text; an empty text if it does not end.
fn skip_element<'a>(name: &str, text: &'a str) -> &'a str {
    places(text, "</")
        .find(|at| {
            let rest = &text[at + 2..];
            rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
                && !rest[name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
        })
        .and_then(|at| text[at..].find('>').map(|end| &text[at + end + 1..]))
        .unwrap_or("")
}

/// The named character references of Latin-1 in their order, from U+00A0 to U+00FF.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute \
thorn yuml";
/// Other names that occur in shop texts, each followed by its character.
const ENTITIES: &str = "amp& AMP& lt< LT< gt> GT> quot\" QUOT\" apos' COPY© REG® euro€ trade™ ndash– mdash— hellip… lsquo‘ rsquo’ \
sbquo‚ ldquo“ rdquo” bdquo„ lsaquo‹ rsaquo› bull• OEligŒ oeligœ ScaronŠ scaronš YumlŸ rarr→ larr← check✓";

/// Returns a text with its character references resolved, once.
pub(crate) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                text.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|c| *c != '\0');
    }
    let latin = (0xA0..=0xFF).zip(LATIN.split(' ')).find(|(_, known)| *known == name);
    latin.map(|(code, _): (u8, _)| char::from(code)).or_else(|| other_entity(name))
}

fn other_entity(name: &str) -> Option<char> {
    ENTITIES.split(' ').find_map(|entry| {
        let c = entry.strip_prefix(name)?;
        let mut chars = c.chars();
        chars.next().filter(|first| !first.is_ascii_alphanumeric() && chars.next().is_none())
    })
}
