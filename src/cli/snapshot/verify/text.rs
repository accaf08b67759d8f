//! The result of verification as text.

use std::io::{self, Write};

use super::check::{Checked, CheckedContent};
use super::{Restore, Verified};
use crate::cli::grid::{Align, Grid};
use crate::cli::quantity::{bytes, timestamp};
use crate::printable::counted;
use crate::zookeeper::log::{self, Tail};
use crate::zookeeper::restore::Outcome;
use crate::zookeeper::snapshot::{self, DigestState};

pub(super) fn write(out: &mut impl Write, verified: &[Verified]) -> io::Result<()> {
    // Consecutive files that were named one by one share a table.
    let are_files = |a: &Verified, b: &Verified| a.is_file() && b.is_file();
    for (number, group) in verified.chunk_by(are_files).enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write_files(out, group)?;
        group.iter().try_for_each(|verified| write_folder(out, verified))?;
    }
    Ok(())
}

fn write_files(out: &mut impl Write, group: &[Verified]) -> io::Result<()> {
    let mut grid = Grid::new([Align::Left, Align::Left, Align::Right, Align::Left]);
    for file in group.iter().flat_map(|verified| &verified.files) {
        let state = if file.is_good() { "good" } else { "BAD" };
        grid.row([file.name.clone(), state.to_owned(), bytes(file.size), description(file)]);
    }
    grid.lines().try_for_each(|line| writeln!(out, "{line}"))
}

/// What applies to a folder as a whole.
fn write_folder(out: &mut impl Write, verified: &Verified) -> io::Result<()> {
    if verified.files.is_empty() {
        return writeln!(out, "{}: no snapshots and no logs", verified.path.display());
    }
    match &verified.restore {
        Some(restore) => write_restore(out, restore, verified),
        None => Ok(()),
    }
}

fn description(file: &Checked) -> String {
    match &file.found {
        Ok(CheckedContent::Snapshot(snapshot)) => of_snapshot(snapshot),
        Ok(CheckedContent::Log(log)) => of_log(log),
        Err(error) => error.to_string(),
    }
}

fn of_snapshot(snapshot: &snapshot::Verified) -> String {
    let outline = &snapshot.outline;
    let mut text = [counted(outline.nodes, "node"), counted(outline.sessions, "session")].join(", ");
    text = format!("{text}, {}, {}", snapshot.framing.word(), sealed(snapshot));
    text.push_str(match snapshot.digest {
        DigestState::Absent => "",
        DigestState::Same => ", tree digest correct",
        DigestState::Fuzzy => ", taken while transactions went on",
        DigestState::Unknown => ", tree digest not comparable",
    });
    if !snapshot.fits_default_buffer() {
        text = format!("needs a server with jute.maxbuffer of {} or more; {text}", snapshot.outline.longest);
    }
    text
}

/// The `ZooKeeper` releases that write such snapshots.
fn sealed(snapshot: &snapshot::Verified) -> &'static str {
    match (snapshot.seals.digest, snapshot.seals.last_zxid) {
        (None, None) => "as written by 3.4 and 3.5",
        (Some(_), None) => "as written by 3.6 to 3.8",
        (_, Some(_)) => "as written by 3.9",
    }
}

fn of_log(log: &log::Verified) -> String {
    let transactions = match log.span {
        Some(span) => format!("{}, 0x{} to 0x{}", counted(log.records, "transaction"), span.first, span.last),
        None => "no transactions".to_owned(),
    };
    let gap = log.gap.map(|gap| format!(", none between 0x{} and 0x{}", gap.after, gap.before)).unwrap_or_default();
    let tail = match log.tail {
        Tail::Exact | Tail::Padding(_) => String::new(),
        Tail::Torn(byte) => format!(", cut off at byte {byte} when the server stopped: harmless"),
        Tail::Debris(byte) => format!(", ends at byte {byte}, followed by bytes that no server reads"),
    };
    transactions + &gap + &tail
}

fn write_restore(out: &mut impl Write, restore: &Restore, verified: &Verified) -> io::Result<()> {
    let (snapshot, logs, outcome) = match restore {
        Restore::NoSnapshot => return writeln!(out, "\nNo snapshot is good: a server could not start from this."),
        Restore::From { snapshot, logs, outcome } => (snapshot, logs, outcome),
    };
    let then = if logs.is_empty() { String::new() } else { format!(" and then {}", logs.join(", ")) };
    writeln!(out, "\nA server would restore from {snapshot}{then}.")?;
    match outcome {
        Outcome::Whole { up_to, time: Some(time) } => {
            writeln!(out, "All transactions up to 0x{up_to} ({}) are there.", timestamp(time.div_euclid(1000)))
        }
        Outcome::Whole { up_to, time: None } => writeln!(out, "No transactions came after the snapshot (0x{up_to})."),
        Outcome::Missing { after, before } => {
            writeln!(
                out,
                "Transactions between 0x{after} and 0x{before} are MISSING; the server would start without them."
            )
        }
        Outcome::DamagedLog(zxid) => {
            let name = verified.files.iter().find(|file| file.name.starts_with("log.") && file.zxid == Some(*zxid));
            let name = name.map_or("a log", |file| file.name.as_str());
            writeln!(out, "It would NOT START: {name} is damaged.")
        }
    }
}
