//! Skaffold: the Helm releases of a configuration, which it renders or deploys, and those of its profiles.
//!
//! Read in GoogleContainerTools/skaffold:
//!
//! | file | revision | what |
//! | --- | --- | --- |
//! | pkg/skaffold/render/renderer/helm/{helm,args}.go | 00162cab | flags, then `overrides` as a file, then the rest |
//! | pkg/skaffold/helm/args.go | 01dd5065 | `setValues`, `setFiles`, `setValueTemplates`, `valuesFiles`, sorted by key |
//! | pkg/skaffold/schema/profiles.go | 03a095a6 | fields of a profile replace others, then it patches |

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::path;
use super::release::{Chart, Content, Element, Flag, Form, Layer, Located, Object, Parameter, Release, Site};
use super::surroundings::Scope;
use super::values_file::{Named, missing, missing_value};

/// The releases of a configuration.
pub(super) fn config(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let profiles = object.get("profiles").map(|profiles| profiles.items()).unwrap_or_default();
    let own = STAGES.iter().flat_map(|stage| Member::all(object, stage, None));
    let of_profiles = profiles.iter().flat_map(|profile| STAGES.iter().map(move |stage| (profile, stage)));
    let of_profiles = of_profiles.flat_map(|(profile, stage)| Member::of_profile(object, profile, stage));
    own.chain(of_profiles).enumerate().filter_map(|(index, member)| member.release(index, scope)).collect()
}

/// Where a configuration or a profile names releases.
const STAGES: [&str; 2] = ["manifests", "deploy"];

/// A release, as the configuration or a profile has it.
struct Member<'d> {
    field: Field<'d>,
    profile: Option<Field<'d>>,
    /// What may change its values beside its own fields, and why that is not known.
    doubts: Vec<(Field<'d>, &'static str)>,
}

impl<'d> Member<'d> {
    /// The releases that a stage of a configuration or of a profile names.
    fn all(holder: &Field<'d>, stage: &str, profile: Option<&Field<'d>>) -> Vec<Self> {
        let Some(helm) = holder.at(&[stage, "helm"]) else { return Vec::new() };
        let lists = helm.get("flags").map(|flags| flags.entries()).unwrap_or_default();
        let flags = lists.iter().flat_map(|(_, list)| list.items()).filter(gives_values);
        let doubts: Vec<_> = flags.map(|flag| (flag, "flags of Helm are not followed")).collect();
        let patches = profile.and_then(|profile| profile.get("patches")).map(|list| list.items()).unwrap_or_default();
        let member = |field: Field<'d>| {
            let place = field.pointer().strip_prefix(holder.pointer()).unwrap_or_default();
            let patches = patches.iter().filter(|patch| reaches(patch, place)).cloned();
            let patches = patches.map(|patch| (patch, "patches of a profile are not followed"));
            Self { doubts: doubts.iter().cloned().chain(patches).collect(), profile: profile.cloned(), field }
        };
        helm.get("releases").map(|releases| releases.items()).unwrap_or_default().into_iter().map(member).collect()
    }

    /// The releases of a stage that a profile changes: its own, which take the place of the configuration's, or those of
    /// the configuration that it patches.
    fn of_profile(config: &Field<'d>, profile: &Field<'d>, stage: &str) -> Vec<Self> {
        if profile.at(&[stage, "helm"]).is_some() {
            return Self::all(profile, stage, Some(profile));
        }
        let mut patched = Self::all(config, stage, Some(profile));
        let is_of_profile = |(doubt, _): &(Field<'d>, _)| doubt.pointer().starts_with(profile.pointer());
        patched.retain(|member| member.doubts.iter().any(is_of_profile));
        patched
    }

    fn release(&self, index: usize, scope: &Scope<'_>) -> Option<Release> {
        let name = self.field.get("name")?;
        let label = |profile: &str| Element { index, label: profile.to_owned(), is_environment: false };
        let doubts = self.doubts.iter().map(|(field, why)| missing(&field.named(), Vec::new(), why));
        let object = Object {
            kind: "skaffold".to_owned(),
            name: name.text()?.to_owned(),
            namespace: None,
            element: self.profile.as_ref().and_then(|profile| profile.text_of("name")).map(label),
            place: name.place(),
        };
        Some(Release {
            namespace: self.field.text_of("namespace").map(str::to_owned),
            name: name.text().map(str::to_owned),
            layers: layers(&self.field, scope).into_iter().chain(doubts).collect(),
            sites: sites(&self.field, scope),
            ..Release::of(object, chart(&self.field, scope)?)
        })
    }
}

/// Whether a flag of Helm gives values, or changes what comes of them.
fn gives_values(flag: &Field<'_>) -> bool {
    let flag = flag.text().unwrap_or_default();
    ["-f", "--values", "--set", "--post-renderer", "--reset", "--reuse"].iter().any(|start| flag.starts_with(start))
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
