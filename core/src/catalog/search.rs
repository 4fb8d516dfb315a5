//! Finding a brand by what a shopper types. Names are folded once, when the catalogue arrives, and compared at each
//! keystroke.
//!
//! The folded texts of all brands stand one after another in a few long strings. Searching one long string for a word
//! is many times quicker than searching 10,500 short ones, and a keystroke must not be felt on a slow phone.

use super::Brand;
use crate::{
    pace::Pace,
    text::{fold, is_one_edit_from_start, places, words},
};

/// The longest query that is looked at, in characters, and the most words of it.
const MAX_QUERY: usize = 80;
const MAX_WORDS: usize = 8;
/// The shortest word in which a typing mistake is forgiven, in characters.
const MIN_TYPO: usize = 5;

/// How well a brand fits a query, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Exact,
    NamePrefix,
    WordPrefix,
    WordInner,
    FamilyOrTag,
    None,
}

/// One folded text for each brand, each followed by a line feed, which no folded text contains.
#[derive(Clone, Debug, Default)]
struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    fn push(&mut self, line: &str) {
        self.starts.push(self.text.len());
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn get(&self, index: usize) -> &str {
        let start = self.starts.get(index).copied().unwrap_or_default();
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end.saturating_sub(1)).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Returns every match of `part`: the number of its line, and whether a word begins there.
    fn find<'a>(&'a self, part: &'a str) -> impl Iterator<Item = (usize, bool)> + 'a {
        let mut line = 0;
        places(&self.text, part).map(move |at| {
            while self.starts.get(line + 1).is_some_and(|next| *next <= at) {
                line += 1;
            }
            let before = at.checked_sub(1).and_then(|before| self.text.as_bytes().get(before));
            (line, before.is_none_or(|before| matches!(before, b' ' | b'\n')))
        })
    }
}

/// What brands are found by, in the order of the brands.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    names: Lines,
    /// The names without spaces: `play station` finds `PlayStation`, and the other way round.
    compacts: Lines,
    /// The families, tags and categories.
    more: Lines,
}

impl Index {
    pub(super) async fn build(brands: &[Brand], pace: Pace<'_>) -> Self {
        let mut index = Self::default();
        for brand in brands {
            pace.point().await;
            let name = fold(&brand.name);
            let mut more = String::new();
            for text in [&brand.family].into_iter().chain(&brand.tags).chain(&brand.categories) {
                let folded = fold(text);
                if folded != name {
                    more.push_str(&folded);
                    more.push(' ');
                }
            }
            index.compacts.push(&compact(&name));
            index.names.push(&name);
            index.more.push(&more);
        }
        index
    }

    /// Returns the index of the first brand whose folded name is `folded`.
    pub(super) fn position(&self, folded: &str) -> Option<usize> {
        self.names.iter().position(|name| name == folded)
    }

    /// Returns the indexes of the brands that fit, best first; those that fit equally well keep the order of the
    /// brands.
    pub(super) fn find(&self, text: &str, in_filter: impl Fn(usize) -> bool) -> Vec<usize> {
        let query = fold_query(text);
        let count = self.names.starts.len();
        let typed: Vec<&str> = words(&query).take(MAX_WORDS).collect();
        if typed.is_empty() {
            // A query of signs alone is not an empty query and finds nothing.
            let nothing_typed = text.trim().is_empty();
            return (0..count).filter(|index| nothing_typed && in_filter(*index)).collect();
        }
        let ranks: Vec<Vec<Rank>> = typed.iter().map(|word| self.rank_word(word)).collect();
        let worst =
            |index: usize| ranks.iter().filter_map(|ranks| ranks.get(index)).max().copied().unwrap_or(Rank::None);
        let mut whole: Vec<Rank> = (0..count).map(worst).collect();
        let joined = compact(&query);
        // A name that begins with the query also begins with it when both are without spaces.
        for (line, _) in self.compacts.find(&joined) {
            let (name, compact) = (self.names.get(line), self.compacts.get(line));
            let rank = if name == query || compact == joined {
                Rank::Exact
            } else if name.starts_with(&query) || compact.starts_with(&joined) {
                Rank::NamePrefix
            } else {
                Rank::WordInner
            };
            lower(&mut whole, line, rank);
        }
        let [mut exact, mut prefix, mut word, mut inner, mut more] = [const { Vec::new() }; 5];
        for (index, rank) in whole.iter().enumerate() {
            let shelf = match rank {
                Rank::Exact => &mut exact,
                Rank::NamePrefix => &mut prefix,
                Rank::WordPrefix => &mut word,
                Rank::WordInner => &mut inner,
                Rank::FamilyOrTag => &mut more,
                Rank::None => continue,
            };
            if in_filter(index) {
                shelf.push(index);
            }
        }
        let mut found = [exact, prefix, word, inner].concat();
        // Typing mistakes are looked for only when the name was not found as typed; otherwise they would add noise.
        let is_named = !found.is_empty();
        found.append(&mut more);
        if !is_named {
            let others = whole.iter().enumerate().filter(|(index, rank)| **rank == Rank::None && in_filter(*index));
            found.extend(others.map(|(index, _)| index).filter(|index| self.fits_with_typos(*index, &typed, &ranks)));
        }
        found
    }

    /// Returns how a word of a query fits each brand, without typing mistakes.
    fn rank_word(&self, word: &str) -> Vec<Rank> {
        let mut ranks = vec![Rank::None; self.names.starts.len()];
        // A single Latin letter is inside nearly every name.
        let only_starts = word.len() == 1;
        for (line, starts) in self.names.find(word).filter(|(_, starts)| *starts || !only_starts) {
            lower(&mut ranks, line, if starts { Rank::WordPrefix } else { Rank::WordInner });
        }
        for (line, _) in self.more.find(word).filter(|(_, starts)| *starts || !only_starts) {
            lower(&mut ranks, line, Rank::FamilyOrTag);
        }
        ranks
    }

    /// Returns whether every word of the query is found when one wrong letter is forgiven in the long ones. A wrong
    /// digit is another number, not a mistake.
    fn fits_with_typos(&self, index: usize, typed: &[&str], ranks: &[Vec<Rank>]) -> bool {
        typed.iter().zip(ranks).all(|(word, ranks)| {
            let found = ranks.get(index).is_some_and(|rank| *rank != Rank::None);
            let is_long = || word.chars().nth(MIN_TYPO - 1).is_some() && !word.contains(|c: char| c.is_ascii_digit());
            found || (is_long() && words(self.names.get(index)).any(|name| is_one_edit_from_start(word, name)))
        })
    }

    /// Returns the brands whose names share the most pairs of letters with a text, nearest first; brands that share
    /// hardly any are left out.
    pub(super) fn nearest(&self, text: &str, count: usize) -> Vec<usize> {
        let text = compact(&fold_query(text));
        let wanted: Vec<(char, char)> = pairs(&text).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut best: Vec<(usize, usize)> = Vec::new();
        for (index, name) in self.compacts.iter().enumerate() {
            let (mut shared, mut have) = (0, 0);
            for pair in pairs(name) {
                have += 1;
                shared += usize::from(wanted.contains(&pair));
            }
            // The score is Dice's coefficient in thousandths.
            let score = 2000 * shared.min(wanted.len()) / (have + wanted.len());
            if score >= 250 {
                let place = best.iter().position(|(known, _)| *known < score).unwrap_or(best.len());
                if place < count {
                    best.insert(place, (score, index));
                    best.truncate(count);
                }
            }
        }
        best.into_iter().map(|(_, index)| index).collect()
    }
}

/// Gives an index a better rank; never a worse one.
fn lower(ranks: &mut [Rank], index: usize, rank: Rank) {
    if let Some(known) = ranks.get_mut(index) {
        *known = rank.min(*known);
    }
}

fn compact(folded: &str) -> String {
    words(folded).collect()
}

/// Returns a query, folded and cut to the longest one that is looked at.
fn fold_query(text: &str) -> String {
    fold(&text.chars().take(MAX_QUERY).collect::<String>())
}

/// Returns the pairs of neighbouring letters.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}
