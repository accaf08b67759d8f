//! Prints what `SnapshotComparer` prints (the same in 3.7 to 3.9), byte for byte.
//!
//! A node's size is that of its data and of everything below it. Only sizes and counts are compared.

use std::io::{self, BufRead, Write};
use std::time::Duration;

use super::text::decode;
use crate::zookeeper::snapshot::compare::{Level, Pair, Totals, Trees};
use crate::zookeeper::snapshot::tree::{NodeId, Tree};

/// The differences above which a node is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// More bytes than this.
    pub bytes: i32,
    /// More nodes than this.
    pub nodes: i32,
}

/// What to print besides the differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The differing nodes alone.
    Differences,
    /// The nodes that were filtered out.
    Filtered,
    /// Those, and every step of the comparison.
    Steps,
}

/// A tree with its sums.
#[derive(Debug)]
pub struct Summed {
    /// The tree, in the order of names.
    pub tree: Tree,
    /// Its sums.
    pub totals: Totals,
}

/// How the interactive mode ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All levels were printed.
    Compared,
    /// There was nothing more to read.
    InputEnded,
}

/// The next line. Java's scanner replaces what is not UTF-8, and takes an error for the end.
fn line(input: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    input.read_until(b'\n', &mut line).ok().filter(|size| *size > 0)?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned())
}

/// Writes the line about a file that was read, and the one about its tree.
pub fn write_times(out: &mut impl Write, name: &str, read: Duration, summed: Duration) -> io::Result<()> {
    writeln!(out, "Deserialized snapshot in {name} in {:.6} seconds", read.as_secs_f64())?;
    writeln!(out, "Processed data tree in {:.6} seconds", summed.as_secs_f64())
}

/// Writes the lines about the shape of a tree.
pub fn write_shape(out: &mut impl Write, summed: &Summed) -> io::Result<()> {
    let levels = summed.totals.levels();
    writeln!(out, "Node count: {}", levels.iter().sum::<u64>())?;
    writeln!(out, "Total size: {}", summed.totals.sum(summed.tree.root()).bytes)?;
    writeln!(out, "Max depth: {}", levels.len())?;
    for (depth, count) in levels.iter().enumerate() {
        writeln!(out, "Count of nodes at depth {depth}: {count}")?;
    }
    writeln!(out)
}

/// Prints the differences of two trees.
pub struct Comparer<'t, W> {
    /// Takes the lines that Java prints.
    pub out: W,
    /// The left tree.
    pub left: &'t Summed,
    /// The right tree.
    pub right: &'t Summed,
    /// Which nodes are printed.
    pub thresholds: Thresholds,
    /// What else is printed.
    pub detail: Detail,
}

impl<W: Write> Comparer<'_, W> {
    /// Prints all levels.
    pub fn write_all(&mut self) -> io::Result<()> {
        self.write_thresholds()?;
        let mut level = self.trees().top();
        self.write_level(&level, 0)?;
        for depth in 1..self.depth() {
            level = self.trees().below(&level);
            self.write_level(&level, depth)?;
        }
        writeln!(self.out, "All layers compared.")
    }

    /// Prints what is asked for, one question per line, until the deepest level has been printed.
    pub fn interact(&mut self, mut questions: impl BufRead) -> io::Result<Ended> {
        let mut depth = 0;
        while depth < self.depth() {
            self.write_prompt(depth)?;
            let Some(question) = line(&mut questions) else { return Ok(Ended::InputEnded) };
            self.write_thresholds()?;
            self.answer(&question, &mut depth)?;
        }
        writeln!(self.out, "All layers compared.").map(|()| Ended::Compared)
    }

    fn answer(&mut self, question: &str, depth: &mut usize) -> io::Result<()> {
        if question.is_empty() {
            self.write_depth(*depth)?;
            *depth += 1;
        } else if question.starts_with('/') {
            self.write_children(question)?;
        } else if let Ok(number) = question.parse::<i32>() {
            let Some(wanted) = usize::try_from(number).ok().filter(|wanted| *wanted < self.depth()) else {
                return writeln!(self.out, "Depth must be in range [0, {}]", self.depth() - 1);
            };
            *depth = wanted;
            self.write_depth(wanted)?;
        } else {
            let last = self.depth() - 1;
            writeln!(
                self.out,
                "Input {question} is not valid. Depth must be in range [0, {last}]. Path must be an absolute path which starts with '/'."
            )?;
        }
        writeln!(self.out)
    }

    fn trees(&self) -> Trees<'_> {
        Trees { left: &self.left.tree, right: &self.right.tree }
    }

    fn depth(&self) -> usize {
        self.left.totals.levels().len().max(self.right.totals.levels().len())
    }

    fn write_prompt(&mut self, depth: usize) -> io::Result<()> {
        writeln!(self.out, "Current depth is {depth}")?;
        writeln!(self.out, "- Press enter to move to print current depth layer;")?;
        writeln!(self.out, "- Type a number to jump to and print all nodes at a given depth;")?;
        writeln!(
            self.out,
            "- Enter an ABSOLUTE path to print the immediate subtree of a node. Path must start with '/'."
        )?;
        self.out.flush()
    }

    fn write_thresholds(&mut self) -> io::Result<()> {
        let Thresholds { bytes, nodes } = self.thresholds;
        writeln!(
            self.out,
            "Printing analysis for nodes difference larger than {bytes} bytes or node count difference larger than {nodes}."
        )
    }

    fn write_depth(&mut self, depth: usize) -> io::Result<()> {
        let level = (0..depth).fold(self.trees().top(), |level, _| self.trees().below(&level));
        self.write_level(&level, depth)
    }

    fn write_level(&mut self, level: &Level, depth: usize) -> io::Result<()> {
        writeln!(self.out, "Analysis for depth {depth}")?;
        self.write_pairs(&level.pairs)
    }

    fn write_children(&mut self, path: &str) -> io::Result<()> {
        writeln!(self.out, "Analysis for node {path}")?;
        let find = |tree: &Tree| Some(path).filter(|path| *path != "/").and_then(|path| tree.find(path.as_bytes()));
        let pair = Pair { left: find(&self.left.tree), right: find(&self.right.tree) };
        if (pair.left, pair.right) == (None, None) {
            return writeln!(self.out, "Path {path} is neither found in left tree nor right tree.");
        }
        let mut children = Vec::new();
        self.trees().push_children(pair, &mut children);
        self.write_pairs(&children)
    }

    fn write_pairs(&mut self, pairs: &[Pair]) -> io::Result<()> {
        let mut steps = Steps::new(pairs, self.detail);
        for pair in pairs {
            if let Some(step) = steps.next(*pair) {
                self.write_step(step)?;
            }
            self.write_pair(*pair)?;
        }
        Ok(())
    }

    fn write_step(&mut self, step: Step) -> io::Result<()> {
        let [left, right] =
            [(step.left, None), (None, step.right)].map(|(left, right)| self.path(Pair { left, right }));
        let word = match (step.pair.left, step.pair.right) {
            (Some(_), Some(_)) => "same",
            (Some(_), None) => "left is less",
            (None, _) => "right is less",
        };
        writeln!(self.out, "Comparing {left} to {right}\n{word}")
    }

    fn write_pair(&mut self, pair: Pair) -> io::Result<()> {
        match (pair.left, pair.right) {
            (Some(left), Some(right)) => self.write_both(left, right),
            (Some(left), None) => self.write_one(pair, Size::of(self.left, left), "left"),
            (None, Some(right)) => self.write_one(pair, Size::of(self.right, right), "right"),
            (None, None) => Ok(()),
        }
    }

    fn write_both(&mut self, left: NodeId, right: NodeId) -> io::Result<()> {
        let (old, new) = (Size::of(self.left, left), Size::of(self.right, right));
        let pair = Pair { left: Some(left), right: Some(right) };
        let Size { bytes, nodes } = Size { bytes: new.bytes - old.bytes, nodes: new.nodes - old.nodes };
        if self.is_over(Size { bytes: bytes.abs(), nodes: nodes.abs() }) {
            let path = self.path(pair);
            writeln!(self.out, "Node {path} found in both trees. Delta: {bytes} bytes, {nodes} descendants")
        } else if self.detail == Detail::Differences {
            Ok(())
        } else {
            let path = self.path(pair);
            writeln!(self.out, "Filtered node {path} of left size {}, right size {}", old.bytes, new.bytes)
        }
    }

    fn write_one(&mut self, pair: Pair, of_node: Size, side: &str) -> io::Result<()> {
        let Size { bytes, nodes } = of_node;
        if self.is_over(of_node) {
            let path = self.path(pair);
            writeln!(
                self.out,
                "Node {path} found only in {side} tree. Descendant size: {bytes}. Descendant count: {nodes}"
            )
        } else if self.detail == Detail::Differences {
            Ok(())
        } else {
            let path = self.path(pair);
            writeln!(self.out, "Filtered {side} node {path} of size {bytes}")
        }
    }

    fn is_over(&self, size: Size) -> bool {
        size.bytes > i64::from(self.thresholds.bytes) || size.nodes > i64::from(self.thresholds.nodes)
    }

    fn path(&self, pair: Pair) -> String {
        let mut path = Vec::new();
        self.trees().push_path(pair, &mut path);
        decode(&path).into_owned()
    }
}

/// How large a node is, or by how much it has grown.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Bytes of data in it and below it.
    bytes: i64,
    /// The number of nodes below it.
    nodes: i64,
}

impl Size {
    fn of(side: &Summed, id: NodeId) -> Self {
        let sum = side.totals.sum(id);
        Self { bytes: i64::try_from(sum.bytes).unwrap_or(i64::MAX), nodes: i64::from(sum.nodes) }
    }
}

/// One step of Java's comparison: the next node on each side.
#[derive(Debug, Clone, Copy)]
struct Step {
    left: Option<NodeId>,
    right: Option<NodeId>,
    pair: Pair,
}

/// The steps of a level. There are no more once one side is exhausted.
struct Steps<'p> {
    left: std::iter::Peekable<Box<dyn Iterator<Item = NodeId> + 'p>>,
    right: std::iter::Peekable<Box<dyn Iterator<Item = NodeId> + 'p>>,
    is_wanted: bool,
}

impl<'p> Steps<'p> {
    fn new(pairs: &'p [Pair], detail: Detail) -> Self {
        let left: Box<dyn Iterator<Item = NodeId>> = Box::new(pairs.iter().filter_map(|pair| pair.left));
        let right: Box<dyn Iterator<Item = NodeId>> = Box::new(pairs.iter().filter_map(|pair| pair.right));
        Self { left: left.peekable(), right: right.peekable(), is_wanted: detail == Detail::Steps }
    }

    fn next(&mut self, pair: Pair) -> Option<Step> {
        if !self.is_wanted {
            return None;
        }
        let (left, right) = (self.left.peek().copied(), self.right.peek().copied());
        pair.left.and_then(|_| self.left.next());
        pair.right.and_then(|_| self.right.next());
        left.zip(right).map(|_| Step { left, right, pair })
    }
}
