//! The result of verification as text.

use std::io::{self, Write};

use super::check::{Checked, CheckedContent};
use super::sequel::Sequel;
use super::{Restore, Verified};
use crate::cli::grid::{Align, Grid};
use crate::cli::quantity::{bytes, timestamp};
use crate::printable::{counted, one_line};
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Kind;
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
        grid.row([one_line(&file.name), state.to_owned(), bytes(file.size), description(file)]);
    }
    grid.lines().try_for_each(|line| writeln!(out, "{line}"))
}

/// What applies to a folder as a whole.
fn write_folder(out: &mut impl Write, verified: &Verified) -> io::Result<()> {
    if verified.files.is_empty() {
        return writeln!(out, "{}: no snapshots and no logs", one_line(&verified.path.to_string_lossy()));
    }
    match &verified.restore {
        Some(restore) => write_restore(out, restore, verified),
        None => Ok(()),
    }
}

fn description(file: &Checked) -> String {
    match &file.found {
        Ok(CheckedContent::Snapshot(snapshot)) => of_snapshot(snapshot),
        Ok(CheckedContent::Log(log)) => of_log(log, &file.sequel),
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
    if snapshot.ignored > 0 {
        text = format!("{text}, followed by {} that servers ignore", counted(snapshot.ignored, "byte"));
    }
    larger_buffer(snapshot.fits_default_buffer(), u64::try_from(outline.longest).unwrap_or(u64::MAX)) + &text
}

/// The `ZooKeeper` releases that write such snapshots.
fn sealed(snapshot: &snapshot::Verified) -> &'static str {
    match (snapshot.seals.digest, snapshot.seals.last_zxid) {
        (None, None) => "as written by 3.4 and 3.5",
        (Some(_), None) => "as written by 3.6 to 3.8",
        (Some(_), Some(_)) => "as written by 3.9",
        // `FileSnap.deserialize` takes what follows the tree for a digest if the server has digests.
        (None, Some(_)) => "as written by 3.9 with zookeeper.digest.enabled=false and read by such servers only",
    }
}

fn of_log(log: &log::Verified, sequel: &Sequel) -> String {
    let transactions = match log.span {
        Some(span) => format!("{}, 0x{} to 0x{}", counted(log.records, "transaction"), span.first, span.last),
        None => "no transactions".to_owned(),
    };
    let gap = log.gap.map(|gap| format!(", none between 0x{} and 0x{}", gap.after, gap.before)).unwrap_or_default();
    let tail = match (log.tail, sequel) {
        (Tail::Exact | Tail::Padding(_), _) => String::new(),
        (Tail::Torn(byte), Sequel::None) => format!(", cut off at byte {byte} when the server stopped: harmless"),
        (Tail::Torn(byte), Sequel::Next) => {
            format!(", cut off at byte {byte} when a server stopped, and continued in the next log")
        }
        (Tail::Torn(byte), Sequel::Snapshot(name)) => format!(", cut off at byte {byte}, although {name} is newer"),
        (Tail::Torn(byte), Sequel::Unknown | Sequel::Gap { .. }) => format!(", cut off at byte {byte}"),
        (Tail::Debris(byte), _) => format!(", damaged at byte {byte}: no server reads the bytes from there on"),
    };
    let next = match sequel {
        Sequel::Gap { gap, snapshot: None } => format!("; the next log begins at 0x{}", gap.before),
        Sequel::Gap { gap, snapshot: Some(name) } => format!("; the next log begins at 0x{}, after {name}", gap.before),
        Sequel::Unknown | Sequel::Next | Sequel::None | Sequel::Snapshot(_) => String::new(),
    };
    larger_buffer(log.fits_default_buffer(), u64::from(log.longest)) + &transactions + &gap + &tail + &next
}

/// What a server needs that is to read the file.
fn larger_buffer(is_small: bool, longest: u64) -> String {
    if is_small { String::new() } else { format!("needs a server with jute.maxbuffer of {longest} or more; ") }
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
        Outcome::Unread { log, offset } => {
            let name = log_name(verified, *log);
            writeln!(out, "What comes after byte {offset} of {name} is LOST; the server would start without it.")
        }
        Outcome::DamagedLog(log) => writeln!(out, "It would NOT START: {} is damaged.", log_name(verified, *log)),
    }
}

fn log_name(verified: &Verified, zxid: Zxid) -> &str {
    let log = verified.files.iter().find(|file| file.kind == Kind::Log && file.zxid == Some(zxid));
    log.map_or("a log", |file| file.name.as_str())
}
