//! Reads the inputs: rendered manifests, or charts and releases that are not rendered yet.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::{RemedyArgs, RemedyError};
use crate::cli::lint::template;
use crate::lint::{Cures, Linter, Target, TargetKind, WalkOptions, find};
use crate::path::real;
use crate::report::Server;
use crate::yaml::is_utf16;
use crate::zookeeper::Verdict;

/// The inputs of a remedy.
pub(super) enum Given {
    /// The manifests of one release, as one stream.
    Rendered(Vec<u8>),
    /// Charts, and releases in GitOps files.
    Unrendered(Unrendered),
}

/// Charts and releases, and servers found beside them.
#[derive(Default)]
pub(super) struct Unrendered {
    /// Ordered by path.
    pub(super) charts: Vec<Chart>,
    /// What to say about rendered servers in the same inputs that are not known to purge.
    pub(super) beside: Vec<String>,
}

/// A chart, or a release in a GitOps file.
pub(super) struct Chart {
    /// The file or folder.
    pub(super) path: PathBuf,
    /// What cures its servers.
    pub(super) cures: Cures,
}

impl Given {
    /// Reads what the arguments name; without a path, standard input.
    pub(super) fn read(args: &RemedyArgs, linter: &Linter<'_>) -> Result<Self, RemedyError> {
        let unrendered = unrendered(args, linter)?;
        check_values(args, &unrendered.charts)?;
        if !unrendered.charts.is_empty() || is_of_folders(args) {
            return Ok(Self::Unrendered(unrendered));
        }
        let stream = stream(args, linter)?;
        let releases = if args.is_of_input() { of_input(&stream, args, linter)? } else { None };
        Ok(releases.map_or(Self::Rendered(stream), Self::Unrendered))
    }
}

/// Whether the paths are folders in which charts and releases are looked for.
fn is_of_folders(args: &RemedyArgs) -> bool {
    let is_folder = |path: &PathBuf| TargetKind::of(path).is_none();
    args.shape.is_of_values() && !args.render && !args.paths.is_empty() && args.paths.iter().all(is_folder)
}

/// The charts and releases in the paths. An explicitly named file without any cannot be combined with them.
fn unrendered(args: &RemedyArgs, linter: &Linter<'_>) -> Result<Unrendered, RemedyError> {
    let takes_folders = args.shape.is_of_values();
    let is_stream = |path: &PathBuf| path == Path::new("-") || (!takes_folders && TargetKind::of(path).is_none());
    if args.render || args.paths.iter().any(is_stream) {
        return Ok(Unrendered::default());
    }
    let found = find(&args.paths, &WalkOptions::default()).unwrap_or_default();
    if let Some(fault) = found.faults.into_iter().next() {
        return Err(RemedyError::Input { path: fault.path, cause: io::Error::other(fault.cause) });
    }
    let (mut all, mut named) = (Unrendered::default(), None);
    for (target, releases) in found.targets.iter().zip(linter.release_cures(&found.targets)) {
        let charts = cures(target, releases, linter)?;
        if charts.is_empty() && target.is_named {
            named = Some(target.path.clone());
        } else if charts.is_empty() {
            all.beside.extend(servers_in(target, linter));
        }
        all.charts.extend(charts);
    }
    match (named, all.charts.first()) {
        (Some(rendered), Some(other)) => Err(RemedyError::Mixed { rendered, other: other.path.clone() }),
        _ => Ok(all),
    }
}

/// The releases with servers in objects on standard input; `None` if there are none, or if the remedy is for rendered
/// servers beside them.
fn of_input(stream: &[u8], args: &RemedyArgs, linter: &Linter<'_>) -> Result<Option<Unrendered>, RemedyError> {
    let path = PathBuf::from("-");
    let cures = linter.input_cures(stream).map_err(|cause| RemedyError::Chart { path: path.clone(), cause })?;
    let with_servers = cures.into_iter().filter(|cures| cures.servers > 0);
    let charts: Vec<Chart> = with_servers.map(|cures| Chart { path: path.clone(), cures }).collect();
    let rendered = servers_of(&path, stream, linter);
    let is_for_releases = !charts.is_empty() && (args.shape.is_of_values() || rendered.is_empty());
    let beside = rendered.into_iter().filter(|server| server.verdict != Verdict::Purges);
    let said = |server: Server| format!("{} {} is rendered; pass it alone", server.kind, server.name);
    Ok(is_for_releases.then(|| Unrendered { charts, beside: beside.map(said).collect() }))
}

/// What to say about servers in a file that are not known to purge.
fn servers_in(target: &Target, linter: &Linter<'_>) -> Vec<String> {
    let text = std::fs::read(&target.path).unwrap_or_default();
    let servers = servers_of(&target.path, &text, linter).into_iter();
    let servers = servers.filter(|server| server.verdict != Verdict::Purges);
    let path = target.path.display();
    let said = |server: Server| format!("{path}: {} {} is rendered; pass the file alone", server.kind, server.name);
    servers.map(said).collect()
}

/// The servers in rendered manifests; none if these cannot be parsed.
fn servers_of(path: &Path, text: &[u8], linter: &Linter<'_>) -> Vec<Server> {
    let examined = linter.examine_stream((path != Path::new("-")).then_some(path), text).ok();
    examined.map(|examined| examined.part.servers).unwrap_or_default()
}

fn cures(
    target: &Target,
    releases: Result<Vec<Cures>, String>,
    linter: &Linter<'_>,
) -> Result<Vec<Chart>, RemedyError> {
    let failed = |cause: String| RemedyError::Chart { path: target.path.clone(), cause };
    let cures = match target.kind {
        TargetKind::Chart | TargetKind::Archive => {
            vec![linter.chart_cures(&target.path).map_err(|cause| RemedyError::refused(&target.path, &cause))?]
        }
        TargetKind::File => releases.map_err(failed)?,
    };
    Ok(cures.into_iter().map(|cures| Chart { path: target.path.clone(), cures }).collect())
}

/// Values on the command line need exactly one chart.
fn check_values(args: &RemedyArgs, charts: &[Chart]) -> Result<(), RemedyError> {
    let is_one_chart = args.render || matches!(charts, [one] if one.cures.kind.is_none());
    if args.values.is_empty() || is_one_chart { Ok(()) } else { Err(RemedyError::ValuesOfNothing) }
}

/// All inputs as one stream, each once, because the objects of a release refer to each other.
fn stream(args: &RemedyArgs, linter: &Linter<'_>) -> Result<Vec<u8>, RemedyError> {
    let (mut stream, mut read) = (Vec::new(), BTreeSet::new());
    for path in args.inputs().iter().filter(|path| read.insert(real(path))) {
        if !stream.is_empty() {
            stream.extend_from_slice(b"\n---\n");
        }
        stream.extend(manifests(path, args, linter)?);
    }
    Ok(stream)
}

fn manifests(path: &Path, args: &RemedyArgs, linter: &Linter<'_>) -> Result<Vec<u8>, RemedyError> {
    let failed = |cause| RemedyError::Input { path: path.to_owned(), cause };
    let kind = TargetKind::of(path);
    if args.render && matches!(kind, Some(TargetKind::Chart | TargetKind::Archive)) {
        let release = args.values.release(&linter.values);
        return template(path, &release).map_err(|cause| RemedyError::Render { path: path.to_owned(), cause });
    }
    if path == Path::new("-") {
        if args.paths.is_empty() && io::stdin().is_terminal() {
            return Err(RemedyError::NothingGiven);
        }
        let mut stream = Vec::new();
        io::stdin().lock().read_to_end(&mut stream).map_err(failed)?;
        return readable(path, stream);
    }
    if kind.is_none() {
        let (path, takes_folders) = (path.to_owned(), args.shape.is_of_values() && !args.render);
        return Err(if takes_folders { RemedyError::NothingIn { path } } else { RemedyError::Folder { path } });
    }
    readable(path, std::fs::read(path).map_err(failed)?)
}

/// The stream, if its encoding is supported.
fn readable(path: &Path, stream: Vec<u8>) -> Result<Vec<u8>, RemedyError> {
    if is_utf16(&stream) { Err(RemedyError::Utf16 { path: path.to_owned() }) } else { Ok(stream) }
}
