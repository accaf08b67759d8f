//! `autopurge snapshot compare`

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::args::{CompareArgs, CompareFormat};
use super::input::{Input, InputError};
use super::{SnapshotError, finish, growth, stdout};
use crate::cli::progress::Progress;
use crate::cli::{ExitCode, leave};
use crate::zookeeper::snapshot::compare::Totals;
use crate::zookeeper::snapshot::java::comparer::{self, Comparer, Detail, Ended, Summed, Thresholds};
use crate::zookeeper::snapshot::{Keep, Order, Wanted};

/// A file that was read, and how long that took.
pub(super) struct Timed {
    pub(super) name: String,
    pub(super) summed: Summed,
    read: Duration,
    summing: Duration,
}

pub(super) fn run(args: &CompareArgs) -> Result<ExitCode, SnapshotError> {
    match args.format.unwrap_or(CompareFormat::Java) {
        CompareFormat::Java => as_java(args),
        CompareFormat::Table => growth::table(args),
        CompareFormat::Json => growth::json(args),
    }
}

fn as_java(args: &CompareArgs) -> Result<ExitCode, SnapshotError> {
    let thresholds = Thresholds { bytes: first_number(&args.bytes)?, nodes: first_number(&args.nodes)? };
    let mut out = stdout();
    writeln!(out, "Successfully parsed options!")?;
    let [left, right] = read_both(args, Keep::default());
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

/// Writes about a file that was read; whatever was written before an error comes out too, as with Java.
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

/// Of several the first counts.
fn first_number(texts: &[String]) -> Result<i32, SnapshotError> {
    let text = texts.first().ok_or(SnapshotError::NoThresholds)?;
    text.parse().map_err(|_| SnapshotError::Number(text.clone()))
}

/// Reads both files at the same time.
pub(super) fn read_both(args: &CompareArgs, keep: Keep) -> [Result<Timed, InputError>; 2] {
    let inputs =
        [&args.left, &args.right].map(|paths| Input::open(paths.first().map_or(Path::new(""), PathBuf::as_path)));
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
