//! `autopurge snapshot compare`: compares two snapshots.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::args::{CompareArgs, CompareFormat};
use super::input::{Input, InputError};
use super::{SnapshotError, finish, growth, spelling, stdout};
use crate::cli::progress::Progress;
use crate::cli::{ExitCode, display, leave};
use crate::zookeeper::snapshot::compare::Totals;
use crate::zookeeper::snapshot::java::comparer::{self, Comparer, Detail, Ended, Summed, Thresholds};
use crate::zookeeper::snapshot::{Keep, Order, Wanted};

/// The earlier and the later file.
pub(super) type Pair<'a> = [&'a PathBuf; 2];

/// A snapshot that was read, with the time that this took.
pub(super) struct Timed {
    pub(super) name: String,
    pub(super) summed: Summed,
    read: Duration,
    summing: Duration,
}

/// Compares two files, given as arguments or as options. Errors in the options of Java's tool are reported as it does.
pub(super) fn run(args: &CompareArgs) -> Result<ExitCode, SnapshotError> {
    let is_java = !(args.left.is_empty() && args.right.is_empty() && args.bytes.is_empty() && args.nodes.is_empty())
        || args.debug
        || args.interactive;
    let format = args.format.unwrap_or(if is_java { CompareFormat::Java } else { CompareFormat::Text });
    let pair = match (args.left.first(), args.right.first(), args.snapshots.as_slice()) {
        (Some(left), Some(right), _) | (None, None, [left, right]) => Some([left, right]),
        _ => None,
    };
    let lacks_thresholds = format == CompareFormat::Java && (args.bytes.is_empty() || args.nodes.is_empty());
    let Some(pair) = pair.filter(|_| !lacks_thresholds) else {
        return match pair {
            _ if is_java => refused(args, pair.is_some(), lacks_thresholds),
            Some(_) => Err(SnapshotError::NoThresholds),
            None => Err(SnapshotError::NotTwoFiles(args.snapshots.len())),
        };
    };
    match format {
        CompareFormat::Java => as_java(args, pair),
        CompareFormat::Text => growth::print_text(args, pair),
        CompareFormat::Json => growth::print_json(args, pair),
    }
}

/// Reports which options are missing, as Java's tool does.
fn refused(args: &CompareArgs, has_files: bool, lacks_thresholds: bool) -> Result<ExitCode, SnapshotError> {
    let options = [
        ("l", !has_files && args.left.is_empty()),
        ("r", !has_files && args.right.is_empty()),
        ("b", lacks_thresholds && args.bytes.is_empty()),
        ("n", lacks_thresholds && args.nodes.is_empty()),
    ];
    let missing: Vec<&str> = options.into_iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| name).collect();
    let complaint = spelling::missing(&missing);
    display::say(&complaint.message);
    let mut out = stdout();
    out.write_all(complaint.usage.as_bytes())?;
    finish(out).map(|_| ExitCode::Error)
}

fn as_java(args: &CompareArgs, pair: Pair<'_>) -> Result<ExitCode, SnapshotError> {
    let thresholds = Thresholds { bytes: first_number(&args.bytes)?, nodes: first_number(&args.nodes)? };
    let mut out = stdout();
    writeln!(out, "Successfully parsed options!")?;
    let [left, right] = read_both(pair, Keep::default());
    let left = described(&mut out, left)?;
    let right = described(&mut out, right)?;
    comparer::write_shape(&mut out, &left)?;
    comparer::write_shape(&mut out, &right)?;
    let code = compare(args, Comparer { out, left: &left, right: &right, thresholds, detail: detail(args) });
    leave((left, right));
    code
}

fn compare(args: &CompareArgs, mut comparer: Comparer<'_, impl Write>) -> Result<ExitCode, SnapshotError> {
    if !args.interactive {
        comparer.write_all()?;
        return finish(comparer.out);
    }
    let ended = comparer.interact(io::stdin().lock())?;
    let code = finish(comparer.out)?;
    match ended {
        Ended::Compared => Ok(code),
        Ended::InputEnded => Err(SnapshotError::QuestionsEnded),
    }
}

/// Writes the times of a snapshot that was read. Before an error, flushes what was written, as in Java's tool.
fn described(out: &mut impl Write, timed: Result<Timed, InputError>) -> Result<Summed, SnapshotError> {
    match timed {
        Ok(timed) => {
            comparer::write_times(out, &timed.name, timed.read, timed.summing)?;
            Ok(timed.summed)
        }
        Err(error) => {
            out.flush()?;
            Err(error.into())
        }
    }
}

fn detail(args: &CompareArgs) -> Detail {
    match (args.debug, args.interactive) {
        (true, _) => Detail::Steps,
        (false, true) => Detail::Filtered,
        (false, false) => Detail::Differences,
    }
}

/// The first of several values counts, as in Java's tool.
fn first_number(texts: &[String]) -> Result<i32, SnapshotError> {
    let text = texts.first().ok_or(SnapshotError::NoThresholds)?;
    text.parse().map_err(|_| SnapshotError::Number(text.clone()))
}

/// Reads both files in parallel.
pub(super) fn read_both(pair: Pair<'_>, keep: Keep) -> [Result<Timed, InputError>; 2] {
    let inputs = pair.map(|path| Input::open(path));
    let names: Vec<_> = inputs.iter().flatten().map(Input::name).collect();
    let progress = Progress::of_bytes(false);
    progress.begin(names.join(", "), inputs.iter().flatten().map(Input::size).sum());
    let both = std::thread::scope(|scope| {
        let threads = inputs.map(|input| scope.spawn(|| read(&input?, keep, &progress)));
        threads.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    progress.end();
    both
}

fn read(input: &Input, keep: Keep, progress: &Progress) -> Result<Timed, InputError> {
    let begin = Instant::now();
    let tree = input.read_tree(Wanted { keep, order: Order::Name }, progress)?;
    let read = begin.elapsed();
    let begin = Instant::now();
    let totals = Totals::of(&tree);
    Ok(Timed { name: input.name().into_owned(), summed: Summed { tree, totals }, read, summing: begin.elapsed() })
}
