//! Spellings of options that `ZooKeeper`'s tools accept and clap does not, and how these tools reject options.
//!
//! Scripts that call these tools keep working if only the name of the program is changed: `-left` and `-json` have one
//! dash, and `SnapshotComparer` prints its usage to standard output.

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Long options of `SnapshotComparer`, which may have one dash and be abbreviated.
const COMPARER_OPTIONS: [&str; 6] = ["left", "right", "bytes", "nodes", "debug", "interactive"];

/// The usage text of `SnapshotComparer`.
const COMPARER_USAGE: &str = "\
usage: java -cp <classPath> org.apache.zookeeper.server.SnapshotComparer
 -b,--bytes <BYTETHRESHOLD>   (Required) The node data delta size threshold, in bytes, for printing the node.
 -d,--debug                   Use debug output.
 -i,--interactive             Enter interactive mode.
 -l,--left <LEFT>             (Required) The left snapshot file.
 -n,--nodes <NODETHRESHOLD>   (Required) The descendant node delta size threshold, in nodes, for printing the node.
 -r,--right <RIGHT>           (Required) The right snapshot file.
";

/// A hint that `SnapshotComparer` does not have, for users who omit its thresholds.
const WITHOUT_THRESHOLDS: &str = "autopurge: --format text and --format json need neither\n";

/// The tool whose options the arguments are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Comparer,
    Formatter,
    Other,
}

fn tool(args: &[OsString]) -> Tool {
    let is = |at: usize, word: &str| args.get(at).is_some_and(|arg| arg == word);
    match () {
        () if is(1, "snapshot") && is(2, "compare") => Tool::Comparer,
        () if is(1, "snapshot") && is(2, "format") => Tool::Formatter,
        () => Tool::Other,
    }
}

/// The arguments of the process, in clap's spelling.
pub(in crate::cli) fn arguments() -> Vec<OsString> {
    let mut args: Vec<OsString> = std::env::args_os().collect();
    let tool = tool(&args);
    for arg in args.iter_mut().skip(3) {
        if let Some(long) = arg.to_str().and_then(|arg| long_option(arg, tool)) {
            *arg = long;
        } else if tool == Tool::Formatter && !arg.as_encoded_bytes().starts_with(b"-") {
            // Options precede the file.
            break;
        }
    }
    args
}

/// The option in clap's spelling, if it is a long option with one dash.
fn long_option(arg: &str, tool: Tool) -> Option<OsString> {
    let word = arg.strip_prefix('-').filter(|word| !word.starts_with('-') && word.len() > 1)?;
    let name = word.split('=').next()?;
    let is_meant = match tool {
        Tool::Comparer => COMPARER_OPTIONS.iter().any(|option| option.starts_with(name)),
        Tool::Formatter => name == "json",
        Tool::Other => false,
    };
    is_meant.then(|| format!("--{word}").into())
}

/// How `SnapshotComparer` rejects options.
pub(in crate::cli) struct Complaint {
    /// For standard error.
    pub(in crate::cli) message: String,
    /// For standard output.
    pub(in crate::cli) usage: &'static str,
}

impl Complaint {
    const fn new(message: String) -> Self {
        Self { message, usage: COMPARER_USAGE }
    }
}

/// How it rejects invalid options. `None` if none of its options is used, so that clap's own message is shown.
pub(in crate::cli) fn refusal(error: &clap::Error) -> Option<Complaint> {
    let args: Vec<OsString> = std::env::args_os().collect();
    if tool(&args) != Tool::Comparer || !args.iter().skip(3).any(|arg| is_comparers(arg)) {
        return None;
    }
    match error.kind() {
        ErrorKind::UnknownArgument => Some(Complaint::new(unrecognized(error))),
        ErrorKind::InvalidValue if is_value_missing(error) => {
            let options = invalid_options(error).join(", ");
            Some(Complaint::new(format!("Missing argument for option: {options}\n")))
        }
        _ => None,
    }
}

/// How it reports missing options.
pub(super) fn missing(options: &[&str]) -> Complaint {
    let plural = if options.len() == 1 { "" } else { "s" };
    let is_without = options.iter().all(|option| ["b", "n"].contains(option));
    let way_out = if is_without { WITHOUT_THRESHOLDS } else { "" };
    Complaint::new(format!("Missing required option{plural}: {}\n{way_out}", options.join(", ")))
}

/// Whether this is an option of `SnapshotComparer`, in any spelling.
fn is_comparers(arg: &OsStr) -> bool {
    let Some(word) = arg.to_str().and_then(|arg| arg.strip_prefix('-')) else { return false };
    let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
    let is_short = !word.starts_with('-')
        && COMPARER_OPTIONS.iter().any(|option| option.starts_with(name.get(..1).unwrap_or("-")));
    !name.is_empty() && (is_short || COMPARER_OPTIONS.iter().any(|option| option.starts_with(name)))
}

fn unrecognized(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) => format!("Unrecognized option: {option}\n"),
        _ => error.to_string(),
    }
}

fn is_value_missing(error: &clap::Error) -> bool {
    matches!(error.get(ContextKind::InvalidValue), Some(ContextValue::String(value)) if value.is_empty())
}

/// The first letters of the options that an error is about.
fn invalid_options(error: &clap::Error) -> Vec<String> {
    let options = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(options)) => options.clone(),
        Some(ContextValue::String(option)) => vec![option.clone()],
        _ => Vec::new(),
    };
    options.iter().filter_map(|option| option.trim_start_matches('-').chars().next()).map(String::from).collect()
}

/// The name of a file without its folder.
pub(super) fn file_name(path: &std::path::Path) -> std::borrow::Cow<'_, str> {
    path.file_name().map(OsStr::to_string_lossy).unwrap_or_default()
}
