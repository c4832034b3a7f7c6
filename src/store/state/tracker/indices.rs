//! A set of positions, as ranges: what is inserted or erased next to each other costs as much as one element.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Indices {
    /// Rising, neither empty nor touching.
    ranges: Vec<Range<u64>>,
}

impl Indices {
    /// All below `end`.
    pub(super) fn below(end: u64) -> Indices {
        let mut indices = Indices::default();
        if end > 0 {
            indices.ranges.push(0..end);
        }
        indices
    }

    pub(super) fn len(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.ranges.iter().flat_map(Range::clone)
    }

    /// The first range that does not end before the index or at it.
    fn at(&self, index: u64) -> usize {
        self.ranges.partition_point(|range| range.end <= index)
    }

    pub(super) fn contains(&self, index: u64) -> bool {
        self.ranges.get(self.at(index)).is_some_and(|range| range.start <= index)
    }

    pub(super) fn count_before(&self, index: u64) -> u64 {
        let before = self.ranges.iter().take_while(|range| range.start < index);
        before.map(|range| range.end.min(index) - range.start).sum()
    }

    /// The position, from 0, that is the `rank`th of those not in the set.
    pub(super) fn nth_free(&self, rank: u64) -> u64 {
        let mut index = rank;
        for range in &self.ranges {
            if range.start > index {
                break;
            }
            index += range.end - range.start;
        }
        index
    }

    pub(super) fn add(&mut self, index: u64) {
        let at = self.at(index);
        let touches_next = self.ranges.get(at).is_some_and(|next| next.start == index + 1);
        if self.ranges.get(at).is_some_and(|range| range.start <= index) {
            return;
        }
        let touches_previous = at > 0 && self.ranges[at - 1].end == index;
        match (touches_previous, touches_next) {
            (true, true) => {
                let next = self.ranges.remove(at);
                self.ranges[at - 1].end = next.end;
            }
            (true, false) => self.ranges[at - 1].end = index + 1,
            (false, true) => self.ranges[at].start = index,
            (false, false) => self.ranges.insert(at, index..index + 1),
        }
    }

    pub(super) fn remove(&mut self, index: u64) {
        let at = self.at(index);
        let Some(range) = self.ranges.get_mut(at).filter(|range| range.start <= index) else { return };
        let rest = index + 1..range.end;
        range.end = index;
        let is_first = range.start == index;
        match (is_first, rest.is_empty()) {
            (true, true) => {
                self.ranges.remove(at);
            }
            (true, false) => self.ranges[at] = rest,
            (false, true) => {}
            (false, false) => self.ranges.insert(at + 1, rest),
        }
    }

    /// An element comes at the position, and is in the set.
    pub(super) fn insert_at(&mut self, index: u64) {
        let at = self.at(index);
        let mut later = at;
        if let Some(range) = self.ranges.get_mut(at).filter(|range| range.start < index) {
            // The position is within a range: that grows by one.
            range.end += 1;
            later = at + 1;
        }
        for range in &mut self.ranges[later..] {
            range.start += 1;
            range.end += 1;
        }
        self.add(index);
    }

    /// The element at the position goes; it is not in the set.
    pub(super) fn close_gap(&mut self, index: u64) {
        let at = self.at(index);
        for range in &mut self.ranges[at..] {
            range.start -= 1;
            range.end -= 1;
        }
        if at > 0 && at < self.ranges.len() && self.ranges[at - 1].end == self.ranges[at].start {
            let next = self.ranges.remove(at);
            self.ranges[at - 1].end = next.end;
        }
    }

    /// The element at the position goes; it is in the set.
    pub(super) fn erase_at(&mut self, index: u64) {
        self.remove(index);
        self.close_gap(index);
    }
}

impl FromIterator<u64> for Indices {
    fn from_iter<I: IntoIterator<Item = u64>>(indices: I) -> Indices {
        let mut set = Indices::default();
        indices.into_iter().for_each(|index| set.add(index));
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Add(u64),
        Remove(u64),
        InsertAt(u64),
        Erase(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let index = 0..20u64;
        prop_oneof![
            index.clone().prop_map(Step::Add),
            index.clone().prop_map(Step::Remove),
            index.clone().prop_map(Step::InsertAt),
            index.prop_map(Step::Erase),
        ]
    }

    fn shifted(model: &BTreeSet<u64>, shift: impl Fn(u64) -> u64) -> BTreeSet<u64> {
        model.iter().map(|&index| shift(index)).collect()
    }

    proptest! {
        #[test]
        fn ranges_are_a_set_of_positions(steps in prop::collection::vec(step(), 0..60)) {
            let (mut indices, mut model) = (Indices::default(), BTreeSet::new());
            for step in steps {
                match step {
                    Step::Add(index) => {
                        indices.add(index);
                        model.insert(index);
                    }
                    Step::Remove(index) => {
                        indices.remove(index);
                        model.remove(&index);
                    }
                    Step::InsertAt(at) => {
                        indices.insert_at(at);
                        model = shifted(&model, |index| if index >= at { index + 1 } else { index });
                        model.insert(at);
                    }
                    Step::Erase(at) => {
                        if model.remove(&at) {
                            indices.erase_at(at);
                        } else {
                            indices.close_gap(at);
                        }
                        model = shifted(&model, |index| if index > at { index - 1 } else { index });
                    }
                }
                prop_assert_eq!(indices.iter().collect::<BTreeSet<u64>>(), model.clone());
                let minimal: Indices = model.iter().copied().collect();
                prop_assert_eq!(&indices, &minimal);
                prop_assert_eq!(indices.len(), model.len() as u64);
                for index in 0..30 {
                    prop_assert_eq!(indices.contains(index), model.contains(&index));
                    prop_assert_eq!(indices.count_before(index), model.range(..index).count() as u64);
                }
                let free: Vec<u64> = (0..30).filter(|index| !model.contains(index)).collect();
                for (rank, &index) in (0..).zip(&free) {
                    prop_assert_eq!(indices.nth_free(rank), index);
                }
            }
        }
    }
}
