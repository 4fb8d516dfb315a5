//! Finding a brand by what a shopper types: folded once when the catalogue arrives, compared a keystroke at a time.
//!
//! The folded texts of all brands lie one after another in a few long strings. A word is looked for in such a string in one
//! go, which is many times quicker than in 10,500 short ones, and a keystroke must not be felt on a slow phone.

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

/// How well a brand fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Exact,
    NamePrefix,
    WordPrefix,
    WordInner,
    FamilyOrTag,
    None,
}

/// One folded text a brand, one after another, a line feed after each: no folded text has one inside.
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

    /// Every place where `part` is: the line, and whether a word begins there.
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

/// What brands are found by, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    names: Lines,
    /// Names without spaces: `play station` finds `PlayStation`, and the other way round.
    compacts: Lines,
    /// Families, tags and categories.
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

    /// The first brand whose folded name is `folded`.
    pub(super) fn position(&self, folded: &str) -> Option<usize> {
        self.names.iter().position(|name| name == folded)
    }

    /// The indexes of the brands that fit, best first, in their own order where they fit equally well.
    pub(super) fn find(&self, text: &str, in_filter: impl Fn(usize) -> bool) -> Vec<usize> {
        let query = fold_query(text);
        let count = self.names.starts.len();
        let typed: Vec<&str> = words(&query).take(MAX_WORDS).collect();
        if typed.is_empty() {
            // Signs alone are not a query for everything.
            let nothing_typed = text.trim().is_empty();
            return (0..count).filter(|index| nothing_typed && in_filter(*index)).collect();
        }
        let ranks: Vec<Vec<Rank>> = typed.iter().map(|word| self.rank_word(word)).collect();
        let worst =
            |index: usize| ranks.iter().filter_map(|ranks| ranks.get(index)).max().copied().unwrap_or(Rank::None);
        let mut whole: Vec<Rank> = (0..count).map(worst).collect();
        let joined = compact(&query);
        // Who begins with the query begins so without spaces, too.
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
        // Mistakes are looked for only when the name was not found as typed: they would be noise otherwise.
        let is_named = !found.is_empty();
        found.append(&mut more);
        if !is_named {
            let others = whole.iter().enumerate().filter(|(index, rank)| **rank == Rank::None && in_filter(*index));
            found.extend(others.map(|(index, _)| index).filter(|index| self.fits_with_typos(*index, &typed, &ranks)));
        }
        found
    }

    /// How a word of a query fits each brand, without mistakes.
    fn rank_word(&self, word: &str) -> Vec<Rank> {
        let mut ranks = vec![Rank::None; self.names.starts.len()];
        // A single Latin letter is inside of nearly everything.
        let only_starts = word.len() == 1;
        for (line, starts) in self.names.find(word).filter(|(_, starts)| *starts || !only_starts) {
            lower(&mut ranks, line, if starts { Rank::WordPrefix } else { Rank::WordInner });
        }
        for (line, _) in self.more.find(word).filter(|(_, starts)| *starts || !only_starts) {
            lower(&mut ranks, line, Rank::FamilyOrTag);
        }
        ranks
    }

    /// Whether every word of the query is found when one wrong letter is forgiven in the long ones. A wrong digit is another
    /// number, not a mistake.
    fn fits_with_typos(&self, index: usize, typed: &[&str], ranks: &[Vec<Rank>]) -> bool {
        typed.iter().zip(ranks).all(|(word, ranks)| {
            let found = ranks.get(index).is_some_and(|rank| *rank != Rank::None);
            let is_long = || word.chars().nth(MIN_TYPO - 1).is_some() && !word.contains(|c: char| c.is_ascii_digit());
            found || (is_long() && words(self.names.get(index)).any(|name| is_one_edit_from_start(word, name)))
        })
    }

    /// The brands whose names share the most pairs of letters with a text, nearest first; none that shares hardly any.
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
            // Dice's coefficient in thousandths.
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

/// Makes a rank better, never worse.
fn lower(ranks: &mut [Rank], index: usize, rank: Rank) {
    if let Some(known) = ranks.get_mut(index) {
        *known = rank.min(*known);
    }
}

fn compact(folded: &str) -> String {
    words(folded).collect()
}

/// A query, folded and cut to a length worth looking at.
fn fold_query(text: &str) -> String {
    fold(&text.chars().take(MAX_QUERY).collect::<String>())
}

/// The pairs of neighbouring letters.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}
