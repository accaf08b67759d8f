//! Judges the releases that GitOps files ask for, from their values and what is known about their charts.

mod cures;
mod edit;
mod environments;
mod in_file;
mod layers;
mod refusal;
mod repository;
mod trials;
mod tried;
mod unnamed;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

pub(super) use cures::cures;
pub(super) use repository::{Repositories, Repository};

use super::agreement::{Rendered, agreed};
use super::models::{ModelledServer, Reference, servers_of, servers_of_reference, shipped_by, shipped_by_reference};
use super::text::{NotUtf8, text_of};
use super::values::{
    Change, FileLocation, LocatedServer, Subject, Unwritten, ValuesOrigin, add, first_line, found, nearest_key,
};
use super::{Examined, Linter, unreadable};
use crate::charts::{ShippedServer, ValuesFix, comes_from, name_at};
use crate::gitops::{self, Layer, Presence, Reading, Release, Surroundings, is_terraform, releases};
use crate::helm::{Chart, HelmError, HelmVersion, Place, Sources, Value, coalesce};
use crate::report::{Finding, Input, InputKind, Part, Source};
use crate::suppress::{Directive, annotations, in_hcl, in_yaml};
use crate::yaml::ParseError;
use crate::zookeeper::Verdict;
use environments::{Told, told_once};
use layers::Layers;
use trials::Trials;

/// A file of a repository.
#[derive(Clone, Copy)]
pub(super) struct InRepository<'a> {
    /// The path of the file, below the repository's root, as a text.
    pub path: &'a str,
    /// The same path as the system has it; `None` for standard input.
    pub file: Option<&'a Path>,
    /// Its content.
    pub text: &'a str,
    /// The repository.
    pub repository: &'a Repository,
    /// Its surroundings.
    pub around: &'a Surroundings<'a>,
}

/// The releases that a file asks for. Only the rules know which chart another Git repository is, and whether a folder
/// in it is a chart at all if nothing else says so.
fn read(file: InRepository<'_>, linter: &Linter<'_>) -> Reading {
    let mut reading = releases(file.path, file.text, file.around);
    for Release { chart, .. } in reading.releases.iter_mut().filter(|release| release.chart.is_root) {
        let source = chart.name.as_deref().zip(chart.repository.as_deref());
        let known = source.and_then(|(name, repository)| name_at(repository, name, linter.rules));
        chart.name = known.map(str::to_owned).or_else(|| chart.name.take());
    }
    reading.releases.retain(|Release { chart, .. }| {
        let source = chart.name.as_deref().zip(chart.repository.as_deref());
        !chart.is_guess || source.is_some_and(|(name, repository)| comes_from(name, repository, linter.rules))
    });
    reading
}

/// Passes standard input to a reader of files, unless it is not text.
pub(super) fn of_stream<R>(stream: &[u8], read: impl FnOnce(InRepository<'_>) -> R) -> Result<Option<R>, NotUtf8> {
    let text = text_of(gitops::STANDARD_INPUT, stream)?;
    let repository = Repository::none();
    let around = Surroundings::new(&repository);
    let path = gitops::STANDARD_INPUT;
    let file = |text| InRepository { path, file: None, text, repository: &repository, around: &around };
    Ok(text.map(|text| read(file(text))))
}

/// Examines the servers of the releases that a file asks for; empty if it asks for none.
pub(super) fn examine(file: InRepository<'_>, linter: &Linter<'_>) -> Examined {
    let Reading { releases, broken } = read(file, linter);
    let shown = file.repository.shown(file.path);
    let source = Source::new(&shown, file.text.as_bytes());
    let mut part = Part { findings: broken.iter().map(|error| of_broken(error, &source)).collect(), ..Part::default() };
    if !releases.is_empty() || !broken.is_empty() {
        part.inputs.push(Input { path: shown.clone(), kind: InputKind::GitOps, documents: 0 });
    }
    let (mut curable, mut directives) = (Vec::new(), directives_in(&source));
    let (told, refused) = told_once(file, &releases, linter);
    part.findings.extend(refused);
    for Told { release, found, others, .. } in told {
        let subject = Case::new(file, &release, linter).subject();
        directives.extend(directives_elsewhere(&found, &shown));
        if add(&mut part, &found, &subject, (linter, &directives)) {
            curable.push(Curable { release, prefix: found.prefix, others });
        }
    }
    Examined { edits: edit::fixes(file, &curable, linter), part, directives }
}

/// A server that a change of files fixes.
struct Curable {
    release: Release,
    prefix: Vec<String>,
    others: Vec<Release>,
}

/// The suppressions in the file itself.
fn directives_in(source: &Source<'_>) -> Vec<Directive> {
    if is_terraform(source.path()) {
        return in_hcl(source);
    }
    in_yaml(source).into_iter().chain(annotations(source)).collect()
}

/// The suppressions in the other files that findings about a server can point to.
fn directives_elsewhere(found: &LocatedServer, shown: &str) -> Vec<Directive> {
    let elsewhere = found.locations().filter(|location| location.path != shown);
    elsewhere.flat_map(|location| in_yaml(&Source::new(&location.path, &location.text))).collect()
}

fn of_broken(error: &ParseError, source: &Source<'_>) -> Finding {
    let help = "Fix the file: this document may install ZooKeeper, and was not checked.";
    unreadable::at(source, error.offset, &format!("cannot be read: {}", error.message), help)
}

/// A release with everything needed to judge it.
struct Case<'a> {
    file: InRepository<'a>,
    release: &'a Release,
    linter: &'a Linter<'a>,
    /// The version of Helm that reads it.
    helm: HelmVersion,
    /// The same as read by another version that may be used.
    other: Option<Box<Self>>,
    layers: Layers,
    /// The chart, if it is in the repository; the reason if Helm cannot read it.
    chart: Option<Result<(Chart, Sources), HelmError>>,
    /// The same release in other environments, and other releases of its object, which a change must leave as they are.
    others: Vec<Release>,
    /// What they do after changes.
    trials: Rc<Trials>,
}

impl<'a> Case<'a> {
    /// Reads the release as each candidate version of Helm does. If one version rejects it, it does not install it, so
    /// only the other counts.
    fn new(file: InRepository<'a>, release: &'a Release, linter: &'a Linter<'a>) -> Self {
        let (helm, other) = linter.helms();
        let case = Self::read_by(helm, file, release, linter);
        let other = other.filter(|_| case.chart.is_some() || release.layers.iter().any(Layer::depends_on_helm));
        let Some(other) = other.map(|helm| Self::read_by(helm, file, release, linter)) else { return case };
        match (case.refusal(), other.refusal()) {
            (Some(_), None) => other,
            (None, None) => Self { other: Some(Box::new(other)), ..case },
            (_, Some(_)) => case,
        }
    }

    fn read_by(helm: HelmVersion, file: InRepository<'a>, release: &'a Release, linter: &'a Linter<'a>) -> Self {
        let mut sources = Sources::default();
        let folder = release.chart.folder.as_ref().map(|folder| file.repository.path_from_here(Path::new(folder)));
        let chart = folder.map(|folder| Chart::load_built(&folder, helm, &mut sources));
        let layers = Layers::read(release, helm, &mut sources);
        let chart = chart.map(|chart| Ok((chart?, sources)));
        Self { file, release, linter, helm, other: None, layers, chart, others: Vec::new(), trials: Rc::default() }
    }

    fn subject(&self) -> Subject {
        let object = &self.release.object;
        let chart = self.release.chart.name.as_deref().or(self.release.chart.folder.as_deref()).unwrap_or("?");
        let version = self.release.chart.version.as_ref().map(|version| format!(" {}", version.text));
        Subject {
            path: self.file.repository.shown(self.file.path),
            kind: object.kind.clone(),
            name: object.name.clone(),
            namespace: self.release.namespace.clone().or_else(|| object.namespace.clone()),
            overlay: self.release.overlay.clone(),
            release: Some(object.element.as_ref().map_or(0, |element| element.index)),
            title: format!("{} (chart {chart}{})", object.title(), version.unwrap_or_default()),
        }
    }

    /// The servers that the release runs, whichever version of Helm installs it.
    fn servers(&self) -> Vec<ModelledServer> {
        let rendered = |case: &Self| Rendered { helm: case.helm, servers: case.own_servers() };
        match &self.other {
            Some(other) => agreed(rendered(self), rendered(other)),
            None => self.own_servers(),
        }
    }

    /// The servers that it runs if this version of Helm installs it.
    fn own_servers(&self) -> Vec<ModelledServer> {
        let tried = tried::values(self);
        let servers = self.servers_from(&self.layers.values).into_iter();
        let decided = servers.map(|server| match tried.iter().find(|value| value.decides(&server)) {
            Some(value) => ModelledServer { judged: server.judged.doubted(value.because()), ..server },
            None => server,
        });
        decided.map(|server| self.as_far_as_known(server)).collect()
    }

    /// The servers that it runs with given values, taking unavailable values to be unset.
    fn servers_from(&self, values: &Value) -> Vec<ModelledServer> {
        match (&self.release.presence, &self.chart) {
            (Presence::Absent(_), _) => Vec::new(),
            (_, Some(Ok((chart, sources)))) => {
                let coalesced = coalesce(chart, values, self.helm, sources);
                coalesced.map(|top| servers_of(&top, self.linter)).unwrap_or_default()
            }
            (_, Some(Err(_)) | None) if self.release.chart.name_gap.is_some() => self.unnamed().into_iter().collect(),
            (_, Some(Err(_)) | None) => servers_of_reference(&self.reference(), values, self.linter),
        }
    }

    fn reference(&self) -> Reference<'_> {
        let chart = &self.release.chart;
        Reference {
            name: chart.name.as_deref().unwrap_or_default(),
            repository: chart.repository.as_deref(),
            version: chart.version.as_ref().map(|version| version.text.as_str()),
            version_gap: chart.version_gap.as_deref(),
        }
    }

    /// A verdict stands only if nothing unavailable could change it.
    fn as_far_as_known(&self, server: ModelledServer) -> ModelledServer {
        let deciding = server.judged.interval.path.as_ref();
        let place = deciding.and_then(|path| self.layers.values.at(&path.below(&server.prefix).keys())?.place);
        // If no value decides, this is the one that would.
        let path = deciding.or(server.judged.fix.as_ref().map(|fix| &fix.path));
        let keys = path.map_or_else(|| server.prefix.clone(), |path| path.below(&server.prefix).keys());
        let presence = match &self.release.presence {
            Presence::Unknown(why) => Some(format!("it is not known whether it is installed: {why}")),
            Presence::Installed | Presence::Absent(_) => None,
        };
        let patched = self
            .release
            .post_renderer
            .as_ref()
            .filter(|_| server.judged.verdict != Verdict::Purges)
            .map(|at| format!("its values alone do not make it purge; autopurge patches what Helm renders ({at})"));
        match presence.or_else(|| self.layers.doubt(place, &keys)).or(patched) {
            Some(because) => ModelledServer { judged: server.judged.doubted(because), ..server },
            None => server,
        }
    }
}

impl ValuesOrigin for Case<'_> {
    fn values(&self) -> &Value {
        &self.layers.values
    }

    fn location(&self, place: Place) -> Option<FileLocation> {
        self.location_at(&self.layers.place(place)?)
    }

    /// Chart defaults are not among the places of a release's values.
    fn is_shipped(&self, _: Place) -> bool {
        false
    }

    fn nearest(&self, keys: &[String]) -> FileLocation {
        self.nearest_key(keys).unwrap_or_else(|| {
            let place = &self.release.object.place;
            let text: Arc<[u8]> = self.file.text.as_bytes().into();
            let span = Some(first_line(&text, place.span));
            FileLocation { path: self.file.repository.shown(self.file.path), text, span }
        })
    }

    fn write(&self, fix: &ValuesFix, prefix: &[String]) -> Result<Change, Unwritten> {
        let change = edit::write(self, fix, prefix)?;
        Ok(Change { path: self.file.repository.shown(&change.path), ..change })
    }

    fn shipped(&self, prefix: &[String]) -> Option<(ShippedServer, FileLocation)> {
        let shipped = match &self.chart {
            Some(Ok((chart, sources))) => {
                let top = coalesce(chart, &self.layers.values, self.helm, sources).ok()?;
                shipped_by(&top, prefix, self.linter)?.0
            }
            Some(Err(_)) | None => shipped_by_reference(&self.reference(), prefix, self.linter)?,
        };
        let version = self.release.chart.version.as_ref().and_then(|version| self.location_at(&version.place));
        Some((shipped, version.unwrap_or_else(|| self.nearest(&[]))))
    }

    fn hours(&self) -> i32 {
        self.linter.wanted.interval
    }
}

impl Case<'_> {
    /// The last key of a path that the place for new values has.
    fn nearest_key(&self, keys: &[String]) -> Option<FileLocation> {
        let site = self.release.sites.first()?;
        let span = nearest_key(site.text.as_str().as_bytes(), (Some(site.document), &site.pointer), keys)?;
        self.location_at(&site.text.place(span))
    }

    fn location_at(&self, place: &gitops::Place) -> Option<FileLocation> {
        let text: Arc<[u8]> = self.file.repository.text(&place.file, self.file)?.into_bytes().into();
        Some(FileLocation { path: self.file.repository.shown(&place.file), text, span: Some(place.span) })
    }
}
