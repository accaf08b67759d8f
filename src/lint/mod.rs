//! Judges a repository: charts, packaged charts, rendered manifests and GitOps objects, wherever they are in a tree.
//!
//! Everything here turns files and options into report parts and edits; what happens to those is up to the command.

mod agreement;
mod chart;
mod cures;
mod diff;
mod embedded;
mod fixes;
mod jobs;
mod linter;
mod manifests;
mod models;
mod readers;
mod reading;
mod release;
mod render;
mod target;
mod templates;
mod text;
mod unreadable;
mod values;
mod walk;

use std::path::Path;

use thiserror::Error;

pub use crate::globs::GlobError;
pub use cures::{Cures, Said, Setting, ValuesCure};
pub use diff::{FileChange, patch};
pub use fixes::{ChangedFile, FileEdits, changed_files};
pub use linter::{LintOptions, Linter, Render, RenderError};
use readers::with_readers;
use release::{InRepository, Repositories, Repository};
pub use target::{Target, TargetKind, Targets, find, patch_path};
use text::{NotUtf8, text_of};
pub use walk::{Fault, WalkOptions};

use crate::checks::Check;
use crate::cure::CureError;
use crate::gitops::{STANDARD_INPUT, Surroundings, is_helmfile, is_terraform};
use crate::path::real;
use crate::report::{Finding, Input, InputKind, Part};
use crate::suppress::Directive;
use crate::yaml::is_utf16;
use chart::Fixes;

/// The message for UTF-16.
const UTF_16: &str = "the file is UTF-16; autopurge reads UTF-8 only";

/// The result for one target.
#[derive(Debug, Default)]
pub struct Examined {
    /// The part of the report about it.
    pub part: Part,
    /// The fixes of its findings.
    pub edits: Vec<FileEdits>,
    /// The suppressions in its files.
    pub directives: Vec<Directive>,
}

/// A target could not be judged because of a bug of ours.
#[derive(Debug, Error)]
#[error("{path}: {cause}")]
pub struct LintError {
    /// The target.
    pub path: String,
    /// What went wrong.
    pub cause: CureError,
}

impl Linter<'_> {
    /// Judges targets, on the given number of threads (0: the available parallelism), and the files that read any
    /// targets that were named. Results are ordered by path. `done` is called as each one is finished.
    ///
    /// # Errors
    /// The first bug of ours.
    pub fn examine(
        &self,
        targets: &[Target],
        threads: usize,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Examined>, LintError> {
        let mut repositories = Repositories::default();
        for target in targets {
            match target.kind {
                TargetKind::File => repositories.add(&target.path, &target.named),
                TargetKind::Chart => repositories.add(&target.path.join("Chart.yaml"), &target.named),
                TargetKind::Archive => {}
            }
        }
        let around = surroundings(&repositories);
        let examine = |target: &Target| {
            let examined = self.examine_target(target, &around);
            done();
            examined
        };
        let targets = with_readers(targets, &around, &self.trigger);
        jobs::in_order(&targets, threads, examine).into_iter().collect()
    }

    /// Judges a stream of manifests as the content of a file, or of standard input if there is no file.
    ///
    /// # Errors
    /// On a bug of ours.
    pub fn examine_stream(&self, file: Option<&Path>, stream: &[u8]) -> Result<Examined, LintError> {
        let path = shown(file);
        if is_utf16(stream) {
            let help =
                "Convert it to UTF-8, for instance with iconv: it may define a ZooKeeper server, and was not checked.";
            return Ok(finding_alone(unreadable::about(&path, UTF_16, help)));
        }
        manifests::examine_stream(file, stream, self).map_err(|cause| LintError { path, cause })
    }

    /// Judges the objects in a file, as its overlays deploy them.
    fn examine_file(&self, path: &Path, stream: &[u8], around: &Around<'_>) -> Result<Examined, LintError> {
        let examine = |file: InRepository<'_>| manifests::examine_deployed(path, stream, file, self);
        match in_repository(path, stream, around, examine) {
            Ok(Some(examined)) => examined.map_err(|cause| LintError { path: display(path), cause }),
            Ok(None) | Err(_) => self.examine_stream(Some(path), stream),
        }
    }

    /// Judges standard input: manifests, and the releases that objects in it ask for. It has no surrounding repository.
    /// If nothing in it can be read, that is a finding, whatever it was meant to be: nobody pipes in what is not to be
    /// judged.
    ///
    /// # Errors
    /// On a bug of ours.
    pub fn examine_input(&self, stream: &[u8]) -> Result<Examined, LintError> {
        let objects = self.examine_stream(None, stream)?;
        let releases = release::of_stream(stream, |file| release::examine(file, self));
        let examined = objects.and(looked_at(releases, None, stream));
        let is_unknown = examined.part.servers.is_empty() && examined.part.findings.is_empty();
        Ok(manifests::unreadable_input(stream).filter(|_| is_unknown).map_or(examined, finding_alone))
    }

    /// What cures the releases that objects on standard input ask for, one after the other.
    ///
    /// # Errors
    /// When a document that should contain a release cannot be read.
    pub fn input_cures(&self, stream: &[u8]) -> Result<Vec<Cures>, String> {
        let cures = release::of_stream(stream, |file| release::cures(file, self));
        cures.map_err(|fault| fault.describe(stream))?.unwrap_or_else(|| Ok(Vec::new()))
    }

    fn examine_target(&self, target: &Target, around: &Around<'_>) -> Result<Examined, LintError> {
        let path = display(&target.path);
        match target.kind {
            TargetKind::Chart | TargetKind::Archive => {
                let modelled = chart::examine(&target.path, self, Fixes::All);
                let templates = templates::examine(&target.path, around, self);
                match self.render {
                    Some(render) => self.examine_rendered(&target.path, (modelled, templates), render),
                    None => Ok(modelled.with(templates)),
                }
            }
            TargetKind::File => match std::fs::read(&target.path) {
                Ok(stream) => {
                    let is_read = (is_manifest(&path) && !is_state(&target.path, &stream)) || is_utf16(&stream);
                    let mut objects = if is_read {
                        self.examine_file(&target.path, &stream, around)?
                    } else if is_terraform(&path) {
                        let embedded = |file: InRepository<'_>| embedded::examine(file, self);
                        in_repository(&target.path, &stream, around, embedded).ok().flatten().unwrap_or_default()
                    } else {
                        Examined::default()
                    };
                    if !objects.part.findings.is_empty() && is_template(&target.path, around) {
                        objects.part.findings.retain(|finding| finding.check != Check::UnreadableInput);
                    }
                    let releases = in_repository(&target.path, &stream, around, |file| release::examine(file, self));
                    Ok(objects.and(looked_at(releases, Some(&target.path), &stream)))
                }
                Err(error) => Ok(cannot_read(&path, &error.to_string())),
            },
        }
    }

    /// Compares a chart that was judged from its values and templates with what Helm renders.
    fn examine_rendered(
        &self,
        path: &Path,
        (modelled, templates): (Examined, Examined),
        render: &Render<'_>,
    ) -> Result<Examined, LintError> {
        let shown = display(path);
        match render(path, self.values_of(path)) {
            Ok(stream) => {
                let releases = release::of_stream(&stream, |file| release::examine(file, self));
                let releases = looked_at(releases, Some(path), &stream);
                let templates = templates::reconcile(templates, &releases.part, path);
                let rendered = self.examine_stream(Some(path), &stream)?.part;
                let (mut examined, kept) = render::reconcile(modelled, &rendered, &shown);
                if !examined.edits.is_empty() {
                    examined.edits = chart::examine(path, self, Fixes::Only(&kept)).edits;
                }
                Ok(examined.with(templates))
            }
            Err(error) => {
                let help = format!("{} Only its values were checked.", error.help());
                let mut examined = modelled.with(templates);
                examined.part.findings.push(unreadable::about(&shown, &error.to_string(), &help));
                Ok(examined)
            }
        }
    }

    /// What cures the releases that files ask for, file by file; the reason if a file cannot be read, or a document in
    /// it that should contain a release. Charts do not ask for releases.
    #[must_use]
    pub fn release_cures(&self, targets: &[Target]) -> Vec<Result<Vec<Cures>, String>> {
        let mut repositories = Repositories::default();
        let files = || targets.iter().filter(|target| target.kind == TargetKind::File);
        files().for_each(|target| repositories.add(&target.path, &target.named));
        let around = surroundings(&repositories);
        let cures = |target: &Target| {
            if target.kind != TargetKind::File {
                return Ok(Vec::new());
            }
            let stream = std::fs::read(&target.path).map_err(|error| error.to_string())?;
            if is_utf16(&stream) {
                return Err(UTF_16.to_owned());
            }
            let cures = in_repository(&target.path, &stream, &around, |file| release::cures(file, self));
            cures.map_err(|fault| fault.describe(&stream))?.unwrap_or_else(|| Ok(Vec::new()))
        };
        targets.iter().map(cures).collect()
    }
}

/// Repositories, each with the surroundings of its files.
type Around<'r> = Vec<(&'r Repository, Surroundings<'r>)>;

fn surroundings(repositories: &Repositories) -> Around<'_> {
    repositories.iter().map(|repository| (repository, Surroundings::new(repository))).collect()
}

/// The result for a file's releases, whether or not the file can be read.
fn looked_at(releases: Result<Option<Examined>, NotUtf8>, file: Option<&Path>, stream: &[u8]) -> Examined {
    releases.map_or_else(|fault| fault.finding(file, stream), Option::unwrap_or_default)
}

/// Passes a file to a reader, along with the innermost repository that contains it.
fn in_repository<R>(
    path: &Path,
    stream: &[u8],
    around: &Around<'_>,
    read: impl FnOnce(InRepository<'_>) -> R,
) -> Result<Option<R>, NotUtf8> {
    let in_it = around.iter().filter_map(|(repository, around)| Some((repository.below(path)?, *repository, around)));
    let Some((file, repository, around)) = in_it.min_by_key(|(file, ..)| file.as_os_str().len()) else {
        return Ok(None);
    };
    let path = display(&file);
    let text = text_of(&path, stream)?;
    Ok(text.map(|text| read(InRepository { path: &path, file: Some(&file), text, repository, around })))
}

impl Examined {
    /// Combines the results of two looks at one file. What neither can read is reported once.
    fn and(mut self, mut other: Self) -> Self {
        let is_told = |finding: &Finding| self.part.findings.iter().any(|own| unreadable::is_same(own, finding));
        other.part.findings.retain(|finding| !is_told(finding));
        // A file with releases is listed because of them, and not a second time because of the objects in it.
        other.part.inputs.retain(|input| !self.part.inputs.contains(input) || self.part.servers.is_empty());
        self.part.inputs.retain(|_| other.part.inputs.is_empty() || !self.part.servers.is_empty());
        self.with(other)
    }

    /// Combines two results.
    fn with(mut self, other: Self) -> Self {
        self.part.append(other.part);
        self.edits.extend(other.edits);
        self.directives.extend(other.directives);
        self
    }
}

/// Findings for places that could not be searched.
#[must_use]
pub fn faults(faults: &[Fault]) -> Vec<Examined> {
    faults.iter().map(|fault| cannot_read(&display(&fault.path), &fault.cause)).collect()
}

fn cannot_read(path: &str, cause: &str) -> Examined {
    let help = "Make it readable, or leave it out with --exclude: it may define a ZooKeeper server.";
    finding_alone(unreadable::about(path, &format!("cannot be read: {cause}"), help))
}

fn finding_alone(finding: Finding) -> Examined {
    let input = Input { path: finding.place.path.clone(), kind: InputKind::Manifests, documents: 0 };
    Examined { part: Part { inputs: vec![input], findings: vec![finding], ..Part::default() }, ..Examined::default() }
}

/// Whether to read a file as a helmfile, which may be a template under any name.
fn is_state(path: &Path, stream: &[u8]) -> bool {
    is_helmfile(&display(&real(path)), &String::from_utf8_lossy(stream))
}

/// Whether Terraform fills the file in; it is then read as what results from that.
fn is_template(path: &Path, around: &Around<'_>) -> bool {
    around.iter().any(|(repository, around)| repository.path_of(path).is_some_and(|path| around.is_filled_in(&path)))
}

/// Whether a file is plain YAML, rather than another language or a template.
fn is_manifest(path: &str) -> bool {
    !is_terraform(path) && ![".tfvars", ".gotmpl", ".tpl"].iter().any(|ending| path.ends_with(ending))
}

/// A file as shown in reports, or standard input if there is none.
fn shown(file: Option<&Path>) -> String {
    file.map_or_else(|| STANDARD_INPUT.to_owned(), display)
}

/// A path as shown in reports. Several files may be shown alike, so nothing is read or written by this text.
fn display(path: &Path) -> String {
    target::tidy(path).to_string_lossy().into_owned()
}
