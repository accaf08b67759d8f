//! `autopurge snapshot compare --format text|json`: what has grown, for people and for programs.

mod json;

use std::io::{self, Write};

use super::args::CompareArgs;
use super::compare::{Pair, Timed, read_both};
use super::spelling::file_name;
use super::{SnapshotError, finish, stdout};
use crate::cli::document::render;
use crate::cli::grid::{Align, Grid};
use crate::cli::quantity::bytes;
use crate::cli::{ExitCode, display};
use crate::printable::one_line;
use crate::zookeeper::file_name::{SNAPSHOT_PREFIX, zxid};
use crate::zookeeper::snapshot::Keep;
use crate::zookeeper::snapshot::compare::{Change, ChangedInPlace, Extents, Grown, Sides, Tables, difference, tables};
use crate::zookeeper::snapshot::java::comparer::Summed;

pub(in crate::cli) use json::Document as GrowthDocument;

/// What both formats show.
pub(in crate::cli) struct Growth {
    names: [String; 2],
    whole: Change,
    paths: Vec<Grown>,
    tables: Option<Tables>,
    changed: ChangedInPlace,
}

impl Growth {
    /// What has grown from one tree to another; `top` limits each list. To find data that changed at the same size,
    /// the trees need checksums of it ([`Keep::contents`]).
    pub(in crate::cli) fn between(names: [String; 2], left: &Summed, right: &Summed, top: usize) -> Self {
        let [left, right] = [left, right].map(|side| Extents::of(&side.tree, &side.totals));
        let sides = Sides { left: &left, right: &right };
        Self {
            names,
            whole: sides.change(sides.root()),
            paths: sides.most_grown(top),
            tables: tables(sides).map(|tables| Tables { tables: first(tables.tables, top), ..tables }),
            changed: sides.changed_in_place(top),
        }
    }

    /// Writes the growth as text.
    pub(in crate::cli) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_whole(out, self)?;
        write_changes(out, "Grown most", self.paths.iter().map(|grown| (grown.path.as_str(), &grown.change)))?;
        if let Some(tables) = &self.tables {
            let grown = tables.tables.iter().map(|grown| (grown.path.as_str(), &grown.change));
            write_changes(out, "ClickHouse tables", grown)?;
            let kinds = tables.kinds.iter().map(|(kind, change)| (kind.word(), change));
            write_changes(out, "All tables by kind", kinds.chain([("(elsewhere)", &tables.elsewhere)]))?;
        }
        write_changed(out, &self.changed)
    }
}

fn growth(args: &CompareArgs, pair: Pair<'_>) -> Result<Growth, SnapshotError> {
    let [left, right] = read_both(pair, Keep { contents: true, ..Keep::default() });
    let (left, right) = (left?, right?);
    let zxid = |one: &Timed| zxid(&one.name, SNAPSHOT_PREFIX);
    if zxid(&left).zip(zxid(&right)).is_some_and(|(left, right)| left > right) {
        let (left, right) = (one_line(&left.name), one_line(&right.name));
        display::say(&format!(
            "warning: {left} is later than {right}: what has grown is shown as shrunk, with a minus\n"
        ));
    }
    Ok(Growth::between([left.name, right.name], &left.summed, &right.summed, args.top))
}

fn first(mut grown: Vec<Grown>, count: usize) -> Vec<Grown> {
    grown.truncate(count);
    grown
}

pub(super) fn print_json(args: &CompareArgs, pair: Pair<'_>) -> Result<ExitCode, SnapshotError> {
    let mut out = stdout();
    match growth(args, pair) {
        Ok(growth) => {
            out.write_all(render(&growth.document()).as_bytes())?;
            finish(out)
        }
        Err(error) => {
            let [left, right] = pair.map(|path| file_name(path));
            out.write_all(render(&json::refusal([&left, &right], &error)).as_bytes())?;
            finish(out)?;
            Err(error)
        }
    }
}

pub(super) fn print_text(args: &CompareArgs, pair: Pair<'_>) -> Result<ExitCode, SnapshotError> {
    let growth = growth(args, pair)?;
    let mut out = stdout();
    growth.write(&mut out)?;
    finish(out)
}

fn write_whole(out: &mut impl Write, growth: &Growth) -> io::Result<()> {
    let Change { before, after } = growth.whole;
    let [left, right] = growth.names.each_ref().map(|name| one_line(name));
    let mut grid = Grid::new([Align::Left, Align::Right, Align::Right, Align::Right]);
    grid.row([String::new(), left, right, "growth".to_owned()]);
    let nodes = signed(difference(before.nodes, after.nodes));
    grid.row(["nodes".to_owned(), before.nodes.to_string(), after.nodes.to_string(), nodes]);
    for (label, before, after) in [("data", before.data, after.data), ("snapshot", before.stored, after.stored)] {
        grid.row([label.to_owned(), bytes(before), bytes(after), signed_bytes(difference(before, after))]);
    }
    write_grid(out, &grid)
}

fn write_changes<'c>(
    out: &mut impl Write,
    title: &str,
    changes: impl Iterator<Item = (&'c str, &'c Change)>,
) -> io::Result<()> {
    let mut changes = changes.peekable();
    if changes.peek().is_none() {
        return Ok(());
    }
    let mut grid = Grid::new([Align::Right, Align::Right, Align::Right, Align::Left]);
    grid.row(["growth", "nodes", "now", title].map(str::to_owned));
    for (label, change) in changes {
        let nodes = signed(difference(change.before.nodes, change.after.nodes));
        grid.row([signed_bytes(change.growth()), nodes, bytes(change.after.stored), one_line(label)]);
    }
    writeln!(out)?;
    write_grid(out, &grid)
}

fn write_grid<const N: usize>(out: &mut impl Write, grid: &Grid<N>) -> io::Result<()> {
    grid.lines().try_for_each(|line| writeln!(out, "{line}"))
}

fn write_changed(out: &mut impl Write, changed: &ChangedInPlace) -> io::Result<()> {
    let ChangedInPlace { paths, count } = changed;
    writeln!(out, "\nNodes whose data changed at the same size: {count}")?;
    for path in paths {
        writeln!(out, "  {}", one_line(path))?;
    }
    let others = count - paths.len();
    if others > 0 { writeln!(out, "  and {others} more") } else { Ok(()) }
}

/// A number with a sign, except for zero.
fn signed(number: i64) -> String {
    if number > 0 { format!("+{number}") } else { number.to_string() }
}

/// A difference of sizes with a sign, except for zero.
fn signed_bytes(number: i64) -> String {
    let sign = match number.signum() {
        1 => "+",
        -1 => "-",
        _ => "",
    };
    format!("{sign}{}", bytes(number.unsigned_abs()))
}
