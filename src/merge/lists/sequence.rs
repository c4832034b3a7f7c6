//! A sequence that finds its parts by what they weigh: a treap, each part in one node, so that a
//! list operation costs the logarithm of the list's parts.

const NONE: u32 = u32::MAX;

/// A part of the sequence; stays valid whatever is inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part(u32);

impl Part {
    /// Counts from 0 in the order the parts were made.
    pub(super) fn number(self) -> usize {
        self.0 as usize
    }
}

/// What a part counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// Elements that [`Sequence::find`] counts.
    pub(super) size: u32,
    /// A second count, of whatever the owner likes.
    pub(super) other: u32,
    /// What [`Sequence::last_born`] compares.
    pub(super) birth: u32,
}

struct Node {
    left: u32,
    right: u32,
    parent: u32,
    priority: u32,
    weight: Weight,
    /// Both counts summed, the births' minimum, over the node and all below it.
    below: Weight,
}

pub(super) struct Sequence {
    nodes: Vec<Node>,
    root: u32,
    random: u64,
}

impl Sequence {
    pub(super) fn new() -> Sequence {
        Sequence { nodes: Vec::new(), root: NONE, random: 0x9E37_79B9_7F4A_7C15 }
    }

    /// All sizes together.
    pub(super) fn size(&self) -> u32 {
        self.below(self.root).size
    }

    pub(super) fn weight(&self, part: Part) -> Weight {
        self.nodes[part.0 as usize].weight
    }

    pub(super) fn set_weight(&mut self, part: Part, weight: Weight) {
        self.nodes[part.0 as usize].weight = weight;
        let mut at = part.0;
        while at != NONE {
            self.sum_up(at);
            at = self.nodes[at as usize].parent;
        }
    }

    /// Puts a part right behind another one, at the front without one.
    pub(super) fn insert_after(&mut self, part: Option<Part>, weight: Weight) -> Part {
        let (parent, is_left) = match part {
            Some(Part(at)) => match self.nodes[at as usize].right {
                NONE => (at, false),
                right => (self.leftmost(right), true),
            },
            None if self.root == NONE => (NONE, false),
            None => (self.leftmost(self.root), true),
        };
        self.attach(parent, is_left, weight)
    }

    /// Puts a part right before another one, at the end without one.
    pub(super) fn insert_before(&mut self, part: Option<Part>, weight: Weight) -> Part {
        let (parent, is_left) = match part {
            Some(Part(at)) => match self.nodes[at as usize].left {
                NONE => (at, true),
                left => (self.rightmost(left), false),
            },
            None if self.root == NONE => (NONE, false),
            None => (self.rightmost(self.root), false),
        };
        self.attach(parent, is_left, weight)
    }

    /// The part that holds the element at this index, and the place of the element within it.
    pub(super) fn find(&self, index: u32) -> Option<(Part, u32)> {
        if index >= self.size() {
            return None;
        }
        let (mut at, mut index) = (self.root, index);
        loop {
            let node = &self.nodes[at as usize];
            let before = self.below(node.left).size;
            if index < before {
                at = node.left;
            } else if index - before < node.weight.size {
                return Some((Part(at), index - before));
            } else {
                index -= before + node.weight.size;
                at = node.right;
            }
        }
    }

    /// How many elements lie before a part, by either count.
    pub(super) fn rank(&self, part: Part) -> (u32, u32) {
        let mut at = part.0;
        let before = self.below(self.nodes[at as usize].left);
        let (mut size, mut other) = (before.size, before.other);
        while let Some((parent, is_left)) = self.parent(at) {
            if !is_left {
                let node = &self.nodes[parent as usize];
                let before = self.below(node.left);
                size += before.size + node.weight.size;
                other += before.other + node.weight.other;
            }
            at = parent;
        }
        (size, other)
    }

    /// The last part before this one, before the end without one, whose birth is less than `birth`.
    pub(super) fn last_born(&self, before: Option<Part>, birth: u32) -> Option<Part> {
        let Some(Part(mut at)) = before else { return self.last_born_in(self.root, birth) };
        let found = self.last_born_in(self.nodes[at as usize].left, birth);
        if found.is_some() {
            return found;
        }
        while let Some((parent, is_left)) = self.parent(at) {
            if !is_left {
                let node = &self.nodes[parent as usize];
                if node.weight.birth < birth {
                    return Some(Part(parent));
                }
                let found = self.last_born_in(node.left, birth);
                if found.is_some() {
                    return found;
                }
            }
            at = parent;
        }
        None
    }

    fn last_born_in(&self, root: u32, birth: u32) -> Option<Part> {
        if self.below(root).birth >= birth {
            return None;
        }
        let mut at = root;
        loop {
            let node = &self.nodes[at as usize];
            if self.below(node.right).birth < birth {
                at = node.right;
            } else if node.weight.birth < birth {
                return Some(Part(at));
            } else {
                at = node.left;
            }
        }
    }

    /// All parts from the front to the end.
    pub(super) fn in_order(&self) -> Vec<Part> {
        let mut parts = Vec::with_capacity(self.nodes.len());
        let mut waiting = Vec::new();
        let mut at = self.root;
        loop {
            while at != NONE {
                waiting.push(at);
                at = self.nodes[at as usize].left;
            }
            let Some(next) = waiting.pop() else { return parts };
            parts.push(Part(next));
            at = self.nodes[next as usize].right;
        }
    }

    fn below(&self, at: u32) -> Weight {
        match self.nodes.get(at as usize) {
            Some(node) => node.below,
            None => Weight { size: 0, other: 0, birth: u32::MAX },
        }
    }

    fn parent(&self, at: u32) -> Option<(u32, bool)> {
        let parent = self.nodes[at as usize].parent;
        (parent != NONE).then(|| (parent, self.nodes[parent as usize].left == at))
    }

    fn leftmost(&self, at: u32) -> u32 {
        let mut at = at;
        while self.nodes[at as usize].left != NONE {
            at = self.nodes[at as usize].left;
        }
        at
    }

    fn rightmost(&self, at: u32) -> u32 {
        let mut at = at;
        while self.nodes[at as usize].right != NONE {
            at = self.nodes[at as usize].right;
        }
        at
    }

    fn sum_up(&mut self, at: u32) {
        let node = &self.nodes[at as usize];
        let (left, right) = (self.below(node.left), self.below(node.right));
        let sum = Weight {
            size: left.size + node.weight.size + right.size,
            other: left.other + node.weight.other + right.other,
            birth: left.birth.min(node.weight.birth).min(right.birth),
        };
        self.nodes[at as usize].below = sum;
    }

    fn attach(&mut self, parent: u32, is_left: bool, weight: Weight) -> Part {
        let at = self.nodes.len() as u32;
        let priority = self.priority();
        self.nodes.push(Node { left: NONE, right: NONE, parent, priority, weight, below: weight });
        if parent == NONE {
            self.root = at;
        } else if is_left {
            self.nodes[parent as usize].left = at;
        } else {
            self.nodes[parent as usize].right = at;
        }
        while let Some((parent, _)) = self.parent(at) {
            if self.nodes[parent as usize].priority <= priority {
                break;
            }
            self.rotate_up(at);
        }
        let mut above = self.nodes[at as usize].parent;
        while above != NONE {
            self.sum_up(above);
            above = self.nodes[above as usize].parent;
        }
        Part(at)
    }

    /// Makes a node the parent of its parent.
    fn rotate_up(&mut self, at: u32) {
        let Some((parent, is_left)) = self.parent(at) else { return };
        let grand = self.parent(parent);
        let inner = if is_left { self.nodes[at as usize].right } else { self.nodes[at as usize].left };
        if is_left {
            self.nodes[parent as usize].left = inner;
            self.nodes[at as usize].right = parent;
        } else {
            self.nodes[parent as usize].right = inner;
            self.nodes[at as usize].left = parent;
        }
        if inner != NONE {
            self.nodes[inner as usize].parent = parent;
        }
        self.nodes[parent as usize].parent = at;
        match grand {
            Some((grand, true)) => self.nodes[grand as usize].left = at,
            Some((grand, false)) => self.nodes[grand as usize].right = at,
            None => self.root = at,
        }
        self.nodes[at as usize].parent = grand.map_or(NONE, |(grand, _)| grand);
        self.sum_up(parent);
        self.sum_up(at);
    }

    /// Any spread-out numbers will do; the same ones every time make merging repeatable.
    fn priority(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weight(size: u32, birth: u32) -> Weight {
        Weight { size, other: 1, birth }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn a_sequence_answers_like_a_vector(steps in prop::collection::vec(any::<[u8; 3]>(), 1..80)) {
            let mut sequence = Sequence::new();
            let mut plain: Vec<(Part, Weight)> = Vec::new();
            for [kind, place, number] in steps {
                let at = place as usize % (plain.len() + 1);
                let new = weight(u32::from(number % 3), u32::from(number));
                match kind % 3 {
                    0 => {
                        let part = sequence.insert_before(plain.get(at).map(|other| other.0), new);
                        plain.insert(at, (part, new));
                    }
                    1 => {
                        let part = sequence.insert_after(at.checked_sub(1).map(|at| plain[at].0), new);
                        plain.insert(at, (part, new));
                    }
                    _ => {
                        if let Some((part, old)) = plain.get_mut(at) {
                            sequence.set_weight(*part, new);
                            *old = new;
                        }
                    }
                }
            }
            prop_assert_eq!(sequence.in_order(), plain.iter().map(|part| part.0).collect::<Vec<_>>());
            let mut rank = (0, 0);
            for (place, (part, weight)) in plain.iter().enumerate() {
                prop_assert_eq!(sequence.rank(*part), rank);
                for offset in 0..weight.size {
                    prop_assert_eq!(sequence.find(rank.0 + offset), Some((*part, offset)));
                }
                let born = |birth| plain[..place].iter().rev().find(|part| part.1.birth < birth).map(|part| part.0);
                for birth in [0, 50, 128, 255] {
                    prop_assert_eq!(sequence.last_born(Some(*part), birth), born(birth));
                }
                rank = (rank.0 + weight.size, rank.1 + weight.other);
            }
            prop_assert_eq!((sequence.size(), sequence.find(rank.0)), (rank.0, None));
        }
    }
}
