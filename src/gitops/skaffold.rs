//! Skaffold: the Helm releases of a configuration, which it renders or deploys, and those of its profiles.
//!
//! Read in GoogleContainerTools/skaffold:
//!
//! | file | revision | what |
//! | --- | --- | --- |
//! | pkg/skaffold/render/renderer/helm/{helm,args}.go | 00162cab | `overrides` are a file of values in front of all others |
//! | pkg/skaffold/helm/args.go | 01dd5065 | `setValues`, `setFiles`, `setValueTemplates`, `valuesFiles`, sorted by key |
//! | pkg/skaffold/schema/profiles.go | 03a095a6 | a profile's fields take the place of the configuration's, then its patches are applied |

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::path;
use super::release::{Chart, Content, Element, Flag, Form, Layer, Located, Object, Parameter, Release, Site};
use super::surroundings::Scope;
use super::values_file::{Named, missing, missing_value};

/// The releases of a configuration.
pub(super) fn config(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let own = STAGES.iter().flat_map(|stage| declared(object, stage));
    let own = own.map(|field| Member { field, profile: None, patches: Vec::new() });
    let profiles = object.get("profiles").map(|profiles| profiles.items()).unwrap_or_default();
    let of_profiles = profiles
        .iter()
        .flat_map(|profile| STAGES.iter().flat_map(|stage| Member::all(object, profile, stage)).collect::<Vec<_>>());
    own.chain(of_profiles).enumerate().filter_map(|(index, member)| member.release(index, scope)).collect()
}

/// Where a configuration or a profile names releases.
const STAGES: [&str; 2] = ["manifests", "deploy"];

/// The releases that a stage of a configuration or of a profile names.
fn declared<'d>(object: &Field<'d>, stage: &str) -> Vec<Field<'d>> {
    object.at(&[stage, "helm", "releases"]).map(|releases| releases.items()).unwrap_or_default()
}

/// A release, as the configuration or a profile has it.
struct Member<'d> {
    field: Field<'d>,
    profile: Option<&'d str>,
    /// The patches of the profile that may change it.
    patches: Vec<Field<'d>>,
}

impl<'d> Member<'d> {
    /// The releases of a stage that a profile changes: its own, which take the place of the configuration's, or those of
    /// the configuration that it patches.
    fn all(config: &Field<'d>, profile: &Field<'d>, stage: &str) -> Vec<Self> {
        let is_own = profile.at(&[stage, "helm"]).is_some();
        let holder = if is_own { profile } else { config };
        let patches = profile.get("patches").map(|patches| patches.items()).unwrap_or_default();
        let members = declared(holder, stage).into_iter().map(|field| {
            let place = field.pointer().strip_prefix(holder.pointer()).unwrap_or_default();
            let patches = patches.iter().filter(|patch| reaches(patch, place)).cloned().collect();
            Member { field, profile: profile.text_of("name"), patches }
        });
        members.filter(|member| is_own || !member.patches.is_empty()).collect()
    }

    fn release(&self, index: usize, scope: &Scope<'_>) -> Option<Release> {
        let name = self.field.get("name")?;
        let label = |profile: &str| Element { index, label: profile.to_owned(), is_environment: false };
        let why =
            format!("the profile {} patches the release, which is not followed", self.profile.unwrap_or_default());
        let patched = self.patches.iter().map(|patch| missing(&patch.named(), Vec::new(), &why));
        let object = Object {
            kind: "skaffold".to_owned(),
            name: name.text()?.to_owned(),
            namespace: None,
            element: self.profile.map(label),
            place: name.place(),
        };
        Some(Release {
            namespace: self.field.text_of("namespace").map(str::to_owned),
            name: name.text().map(str::to_owned),
            layers: layers(&self.field, scope).into_iter().chain(patched).collect(),
            sites: sites(&self.field, scope),
            ..Release::of(object, chart(&self.field, scope)?)
        })
    }
}

/// Whether a patch is of a place, or of something above or below it. A step may name an item by what it holds.
fn reaches(patch: &Field<'_>, place: &str) -> bool {
    let written = ["path", "from"].into_iter().filter_map(|key| patch.text_of(key));
    let is_same = |(one, other): (&str, &str)| one == other || one.contains('=') || one == "*";
    written
        .into_iter()
        .any(|path| path.split('/').filter(|step| !step.is_empty()).zip(place.split('/').skip(1)).all(is_same))
}

/// A folder, an archive, an address, or a name with a repository.
fn chart(field: &Field<'_>, scope: &Scope<'_>) -> Option<Chart> {
    let folder = path::parent(scope.path());
    let (repository, version) = (field.text_of("repo"), located(field, "version"));
    if let Some(written) = located(field, "remoteChart") {
        return Some(ChartReference { written, repository, version, folder }.chart(scope));
    }
    let written = located(field, "chartPath")?;
    if written.text.contains("{{") {
        return Some(Chart::filled_in(&written.text));
    }
    // A path need not begin with a dot.
    let is_path = written.text.starts_with(['.', '/']);
    let text = if is_path { written.text } else { format!("./{}", written.text) };
    let written = Located { text, place: written.place };
    Some(ChartReference { written, repository: None, version: None, folder }.chart(scope))
}

/// `overrides`, then `valuesFiles`, then what is set one by one.
fn layers(field: &Field<'_>, scope: &Scope<'_>) -> Vec<Layer> {
    let overrides = field.get("overrides").filter(Field::is_mapping).map(|overrides| overrides.layer());
    let parameters = ["setValues", "setValueTemplates"].into_iter().filter_map(|key| parameters(field, key));
    let files = field.get("setFiles").map(|files| files.entries()).unwrap_or_default();
    let files = files
        .into_iter()
        .filter_map(|(name, file)| Some(missing_value(name, file.located()?, "it is the text of that file")));
    overrides.into_iter().chain(values_files(field, scope)).chain(parameters).chain(files).collect()
}

fn values_files(field: &Field<'_>, scope: &Scope<'_>) -> Vec<Layer> {
    let files = field.get("valuesFiles").map(|files| files.items()).unwrap_or_default();
    let files = files.iter().filter_map(Field::located);
    files
        .map(|file| Named { written: &file, path: &file.text, folders: vec![path::parent(scope.path())] }.layer(scope))
        .collect()
}

/// What `--set` is given, sorted by key; nested keys are joined with dots.
fn parameters(field: &Field<'_>, key: &str) -> Option<Layer> {
    let set = field.get(key)?;
    let mut parameters = Vec::new();
    collect(&set, "", &mut parameters);
    parameters.sort_by(|one: &Parameter, other| one.name.text.cmp(&other.name.text));
    Some(Layer { at: set.way().to_owned(), content: Content::Parameters(parameters) })
}

fn collect(mapping: &Field<'_>, prefix: &str, parameters: &mut Vec<Parameter>) {
    for (key, value) in mapping.entries() {
        let name = Located { text: format!("{prefix}{}", key.text), place: key.place };
        if value.is_mapping() {
            collect(&value, &format!("{}.", name.text), parameters);
            continue;
        }
        let Some(mut value) = value.located() else { continue };
        // What an action writes is known only when Skaffold runs.
        value.place.is_known &= !value.text.contains("{{");
        let assignment = format!("{}={}", name.text, value.text);
        parameters.push(Parameter { flag: Flag::Set, assignment, name, value });
    }
}

/// The last values file, or `overrides`, over which files go.
fn sites(field: &Field<'_>, scope: &Scope<'_>) -> Vec<Site> {
    let files = values_files(field, scope);
    let last = files.iter().rev().find_map(Site::of_file);
    last.into_iter().chain([field.gap("overrides").site(Form::Mapping)]).collect()
}
