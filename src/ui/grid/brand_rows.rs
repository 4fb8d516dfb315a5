//! The cards of a window over a list, kept in the document while they are in the window. A card that stays is never
//! touched, so it keeps its focus and its picture. A general keyed list would take out and put back some of those that
//! stay.

use std::collections::VecDeque;

use crate::dom::Element;

/// The cards in the document, in order, inside one element.
pub struct Rows {
    inside: Element,
    /// Index and element of each card.
    cards: VecDeque<(usize, Element)>,
}

/// How to get from the cards that are shown to those that are wanted: first remove at both ends, then add at both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Plan {
    drop_front: usize,
    drop_back: usize,
    add_front: usize,
    add_back: usize,
}

impl Rows {
    /// Makes rows without cards inside this element, which is emptied.
    #[must_use]
    pub fn new(inside: Element) -> Self {
        inside.set_text_content(None);
        Self { inside, cards: VecDeque::new() }
    }

    /// Removes all cards.
    pub fn clear(&mut self) {
        self.cards.clear();
        self.inside.set_text_content(None);
    }

    /// Shows the cards of `wanted`, building those that are not in the document.
    pub fn show(&mut self, wanted: &[usize], build: impl Fn(usize) -> Option<Element>) {
        let shown: Vec<usize> = self.cards.iter().map(|(index, _)| *index).collect();
        let plan = plan(&shown, wanted);
        if plan.drop_front + plan.drop_back == shown.len() {
            self.clear();
        } else {
            let gone = self.cards.len() - plan.drop_back;
            for (_, card) in self.cards.drain(gone..) {
                card.remove();
            }
            for (_, card) in self.cards.drain(..plan.drop_front) {
                card.remove();
            }
        }
        let mut before = self.cards.front().map(|(_, first)| first.clone());
        for index in wanted.iter().take(plan.add_front).rev() {
            if let Some(card) = build(*index) {
                let _ = self.inside.insert_before(&card, before.as_deref());
                before = Some(card.clone());
                self.cards.push_front((*index, card));
            }
        }
        let from = wanted.len() - plan.add_back;
        for index in wanted.iter().skip(from) {
            if let Some(card) = build(*index) {
                let _ = self.inside.append_child(&card);
                self.cards.push_back((*index, card));
            }
        }
    }
}

/// Plans the way from `shown` to `wanted`. Both lists hold each index once.
fn plan(shown: &[usize], wanted: &[usize]) -> Plan {
    let position =
        |list: &[usize], index: Option<&usize>| index.and_then(|index| list.iter().position(|known| known == index));
    // When the window moved over the same list, one of the two lists begins inside the other.
    let (drop_front, add_front) = match (position(shown, wanted.first()), position(wanted, shown.first())) {
        (Some(drop), _) => (drop, 0),
        (None, Some(add)) => (0, add),
        (None, None) => return Plan { drop_front: shown.len(), add_back: wanted.len(), ..Plan::default() },
    };
    let (kept, rest) = (shown.get(drop_front..).unwrap_or_default(), wanted.get(add_front..).unwrap_or_default());
    let common = kept.iter().zip(rest).take_while(|(a, b)| a == b).count();
    Plan { drop_front, drop_back: kept.len() - common, add_front, add_back: rest.len() - common }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried_out(shown: &[usize], wanted: &[usize]) -> (Vec<usize>, usize) {
        let plan = plan(shown, wanted);
        let mut list: VecDeque<usize> = shown.iter().copied().collect();
        list.drain(..plan.drop_front);
        list.truncate(list.len() - plan.drop_back);
        let kept = list.len();
        for index in wanted[..plan.add_front].iter().rev() {
            list.push_front(*index);
        }
        let from = list.len();
        list.extend(&wanted[from..from + plan.add_back]);
        (list.into(), kept)
    }

    #[test]
    fn plans_lead_to_what_is_wanted_and_keep_what_stays() {
        for (shown, wanted, kept) in [
            (vec![], vec![], 0),
            (vec![], vec![1, 2, 3], 0),
            (vec![1, 2, 3], vec![], 0),
            (vec![1, 2, 3], vec![1, 2, 3], 3),
            (vec![1, 2, 3, 4], vec![3, 4, 5, 6], 2),
            (vec![3, 4, 5, 6], vec![1, 2, 3, 4], 2),
            (vec![3, 4], vec![1, 2, 3, 4, 5], 2),
            (vec![1, 2, 3, 4, 5], vec![3, 4], 2),
            (vec![1, 2, 3], vec![7, 8, 9], 0),
            (vec![1, 2, 9], vec![1, 2, 3], 2),
            (vec![5, 1, 2], vec![2, 5, 1], 1),
        ] {
            let (list, still) = carried_out(&shown, &wanted);
            assert_eq!((list, still), (wanted.clone(), kept), "{shown:?} to {wanted:?}");
        }
    }
}
