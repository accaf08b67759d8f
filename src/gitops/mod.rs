//! Charts and values as wrapped by other tools: Argo CD, Flux, helmfile, kustomize, k3s, Fleet, Terraform, Crossplane,
//! Cluster API, Sveltos, `KubeVela`, kapp-controller, Skaffold.
//!
//! All of them tell Helm to install a chart, at some version, with layers of values. [`releases`] extracts that from a
//! file, with the position of everything, so that a finding can name the line and a fix can change it. Nothing is
//! judged here, and no values are merged: that is Helm's job.

mod argo;
mod chart_folder;
mod chart_reference;
mod cluster_api;
mod crossplane;
mod decode;
mod embedded;
mod field;
mod files;
mod fleet;
mod flux;
mod git_chart;
mod helmfile;
mod inline_values;
mod k3s;
mod kapp;
mod keyed;
mod kubevela;
mod kustomize;
mod neighbour;
mod overlay;
mod path;
mod post_render;
mod recognise;
mod release;
mod skaffold;
mod substitute;
mod surroundings;
mod sveltos;
mod templated;
mod terraform;
mod text;
mod values_file;

use crate::yaml::{ParseError, Span};

pub use embedded::{Embedded, embedded};
pub use files::{Files, Folder};
pub use overlay::{Companion, Deployment, Deployments, deployments};
pub use path::is_kustomization;
pub use recognise::{STANDARD_INPUT, is_helmfile};
pub use release::{
    Chart, Content, Element, Flag, Form, Layer, Located, Missing, Object, Parameter, Presence, Release, Site, Values,
};
pub use surroundings::Surroundings;
pub use terraform::is_terraform;
pub use text::{Place, Text};

use field::{Field, Page};
use recognise::{Format, Tool};
use release::Position;
use substitute::{Part, substitute};
use surroundings::Scope;

/// The content of a file.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The releases, in the order of the file.
    pub releases: Vec<Release>,
    /// Documents that should contain releases but cannot be read.
    pub broken: Vec<ParseError>,
}

/// The releases that a file asks for; empty if it does not belong to a known tool. `path` is relative to the
/// repository's root.
#[must_use]
pub fn releases(path: &str, content: &str, surroundings: &Surroundings<'_>) -> Reading {
    read(path, content, surroundings, None)
}

/// Whether a file may contain releases at all, judging by its name and by certain words in it.
#[must_use]
pub fn asks_for_releases(path: &str, content: &str) -> bool {
    Format::of(path, content).is_some()
}

/// Whether a text in a file refers to something that is written elsewhere.
#[must_use]
pub fn is_reference(file: &str, text: &str) -> bool {
    text.contains("{{") || terraform::is_reference(file, text)
}

/// Reads a release again from a file in which some values have changed since. Nothing else in the file is worked out.
#[must_use]
pub fn release_again(release: &Release, path: &str, content: &str, surroundings: &Surroundings<'_>) -> Option<Release> {
    let Reading { releases, .. } = read(path, content, surroundings, Some(release.position));
    releases.into_iter().find(|again| again.position == release.position)
}

fn read(path: &str, content: &str, surroundings: &Surroundings<'_>, wanted: Option<Position>) -> Reading {
    let mut reading = Reading::default();
    let Some(format) = Format::of(path, content) else { return reading };
    let text = Text::of_file(path, content);
    let scope = Scope::new(&text, surroundings, wanted);
    match format {
        // A patch of a release is not a release.
        Format::Objects if surroundings.index().is_patch(path) => {}
        Format::Objects => read_objects(&scope, &mut reading),
        Format::Kustomization => read_root(&scope, &mut reading, kustomize::kustomization),
        Format::Fleet => read_root(&scope, &mut reading, fleet::bundle),
        Format::Helmfile => helmfile::read(&scope, &mut reading),
        Format::Terraform => terraform::read(&scope, &mut reading),
    }
    reading
}

/// Reads a file with a single document.
fn read_root(scope: &Scope<'_>, reading: &mut Reading, read: fn(&Field<'_>, &Scope<'_>) -> Vec<Release>) {
    let span = Span::new(0, scope.text.as_str().len());
    read_page(scope, span, reading, |page| Position::default().tell(read(&page.root(), scope)).collect());
}

/// Reads Kubernetes objects: any document in any YAML file.
fn read_objects(scope: &Scope<'_>, reading: &mut Reading) {
    let spans = recognise::object_spans(scope.text.as_str()).into_iter().enumerate();
    let is_template = templated::is_template(scope);
    for (document, span) in spans.filter(|(document, _)| scope.wants(*document, |wanted| wanted.document)) {
        if is_template && templated::is_filled_in(span.of(scope.text.as_str())) {
            let position = Position { document, ..Position::default() };
            reading.releases.extend(position.tell(templated::releases(span, scope)));
            continue;
        }
        read_page(scope, span, reading, |page| of_page(page, document, scope));
    }
}

fn of_page(page: &Page<'_>, document: usize, scope: &Scope<'_>) -> Vec<Release> {
    let objects = page.objects().into_iter().enumerate();
    let wanted = objects.filter(|(object, _)| scope.wants(*object, |wanted| wanted.object));
    wanted
        .flat_map(|(number, object)| {
            let position = Position { document, object: number, ..Position::default() };
            if Tool::of(&object).is_none() {
                return Vec::new();
            }
            overlay::releases(&object, position, scope, of_object)
        })
        .collect()
}

/// Reads a document. Flux and Fleet substitute `${name}` with what they know about a cluster.
fn read_page(scope: &Scope<'_>, span: Span, reading: &mut Reading, read: impl Fn(&Page<'_>) -> Vec<Release>) {
    let page = match Page::parse(scope.text, span) {
        Ok(Some(page)) => page,
        Ok(None) => return,
        Err(error) => return reading.broken.push(error),
    };
    if !span.of(scope.text.as_str()).contains("${") {
        reading.releases.extend(read(&page));
        return;
    }
    let text = substitute(&page, Part { node: page.root().node(), unused: None }, ("${", "}"), |_| None);
    let filled = Page::parse(&text, Span::new(0, text.as_str().len())).ok().flatten();
    for mut release in filled.iter().flat_map(read) {
        release.edit_in(&page);
        reading.releases.push(release);
    }
}

fn of_object(object: &Field<'_>, position: Position, scope: &Scope<'_>) -> Vec<Release> {
    let releases = match Tool::of(object) {
        Some(Tool::Application) => argo::application(object, scope),
        // One application may have several releases.
        Some(Tool::ApplicationSet) => return argo::application_set(object, position, scope),
        Some(Tool::HelmRelease) => flux::helm_release(object, scope),
        Some(Tool::OldHelmRelease) => flux::old_helm_release(object, scope),
        Some(Tool::HelmChart) => k3s::helm_chart(object, scope),
        Some(Tool::HelmChartInflationGenerator) => kustomize::generator(object, scope),
        Some(Tool::CrossplaneRelease) => crossplane::release(object, scope),
        Some(Tool::HelmChartProxy) => cluster_api::proxy(object, scope),
        Some(Tool::SveltosProfile) => sveltos::profile(object, scope),
        Some(Tool::VelaApplication) => kubevela::application(object, scope),
        Some(Tool::KappApp) => kapp::app(object, scope),
        Some(Tool::Skaffold) => skaffold::config(object, scope),
        None => Vec::new(),
    };
    position.tell(releases).collect()
}
