//! Walks two trees side by side, level by level, in the order of whole paths, without ever building a path.

use crate::zookeeper::snapshot::tree::{NodeId, Tree, compare_inside};

/// From this many parents on, the work is split between two threads.
const WORTH_A_THREAD: usize = 64;

/// The nodes of a path in both trees; at least one of them exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// In the left tree.
    pub left: Option<NodeId>,
    /// In the right tree.
    pub right: Option<NodeId>,
}

/// Two trees, with children sorted by name.
#[derive(Debug, Clone, Copy)]
pub struct Trees<'t> {
    /// The earlier one.
    pub left: &'t Tree,
    /// The later one.
    pub right: &'t Tree,
}

/// All nodes at one depth.
#[derive(Debug)]
pub struct Level {
    /// In the order of their paths.
    pub pairs: Vec<Pair>,
    /// In the order of their children's paths, if that is a different one: `a-b` comes after `a`, but `a-b/c` before
    /// `a/c`.
    inside: Option<Vec<Pair>>,
}

impl Level {
    fn followed_by(mut self, mut other: Self) -> Self {
        let inside = (self.inside.is_some() || other.inside.is_some()).then(|| {
            let mut inside = self.inside.take().unwrap_or_else(|| self.pairs.clone());
            inside.extend(other.inside.take().unwrap_or_else(|| other.pairs.clone()));
            inside
        });
        self.pairs.append(&mut other.pairs);
        Self { pairs: self.pairs, inside }
    }
}

impl<'t> Trees<'t> {
    /// The level of the roots.
    #[must_use]
    pub fn top(self) -> Level {
        Level { pairs: vec![Pair { left: Some(self.left.root()), right: Some(self.right.root()) }], inside: None }
    }

    /// The level below. Large levels are processed by two threads, because memory access takes most of the time.
    #[must_use]
    pub fn below(self, level: &Level) -> Level {
        let parents = level.inside.as_ref().unwrap_or(&level.pairs);
        if parents.len() < WORTH_A_THREAD {
            return self.below_each(parents);
        }
        let (first, second) = parents.split_at(parents.len() / 2);
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| self.below_each(second));
            (self.below_each(first), second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        first.followed_by(second)
    }

    fn below_each(self, parents: &[Pair]) -> Level {
        let (mut pairs, mut inside) = (Vec::new(), None);
        for pair in parents {
            let begin = pairs.len();
            self.push_children(*pair, &mut pairs);
            let group = pairs.get(begin..).unwrap_or_default();
            if inside.is_none() && self.has_other_order_inside(group) {
                inside = Some(pairs.get(..begin).unwrap_or_default().to_vec());
            }
            if let Some(inside) = &mut inside {
                let begin = inside.len();
                inside.extend_from_slice(group);
                let group = inside.get_mut(begin..).unwrap_or_default();
                group.sort_unstable_by(|a, b| compare_inside(self.name(*a), self.name(*b)));
            }
        }
        Level { pairs, inside }
    }

    /// Appends the children of both nodes, paired by name.
    pub fn push_children(self, pair: Pair, to: &mut Vec<Pair>) {
        let mut left = pair.left.map(|id| self.left.children(id)).unwrap_or_default();
        let mut right = pair.right.map(|id| self.right.children(id)).unwrap_or_default();
        while let (Some((a, rest_of_left)), Some((b, rest_of_right))) = (left.split_first(), right.split_first()) {
            let order = self.left.name(*a).cmp(self.right.name(*b));
            to.push(Pair { left: order.is_le().then_some(*a), right: order.is_ge().then_some(*b) });
            left = if order.is_le() { rest_of_left } else { left };
            right = if order.is_ge() { rest_of_right } else { right };
        }
        to.extend(left.iter().map(|id| Pair { left: Some(*id), right: None }));
        to.extend(right.iter().map(|id| Pair { left: None, right: Some(*id) }));
    }

    /// The last part of the path.
    #[must_use]
    pub fn name(self, pair: Pair) -> &'t [u8] {
        let name = pair.left.map(|id| self.left.name(id));
        name.or_else(|| pair.right.map(|id| self.right.name(id))).unwrap_or_default()
    }

    /// Appends the path.
    pub fn push_path(self, pair: Pair, to: &mut Vec<u8>) {
        match (pair.left, pair.right) {
            (Some(id), _) => self.left.push_path(id, to),
            (None, Some(id)) => self.right.push_path(id, to),
            (None, None) => {}
        }
    }

    /// Whether some name is followed by a longer one that continues it with a byte that sorts before the slash.
    fn has_other_order_inside(self, group: &[Pair]) -> bool {
        let mut names = group.iter().map(|pair| self.name(*pair));
        let Some(mut last) = names.next() else {
            return false;
        };
        names.any(|name| {
            let rest = name.strip_prefix(std::mem::replace(&mut last, name));
            rest.is_some_and(|rest| rest.first().is_some_and(|next| *next < b'/'))
        })
    }
}
