//! A single release of a state file, with what it inherits from templates.

use std::collections::{BTreeMap, BTreeSet};

use super::action::Action;
use super::inherit::{Parts, Templates};
use super::state::State;
use super::template;
use crate::gitops::chart_folder;
use crate::gitops::chart_reference::ChartReference;
use crate::gitops::field::{Field, Page};
use crate::gitops::overlay;
use crate::gitops::path;
use crate::gitops::post_render;
use crate::gitops::release::{
    Chart, Content, Flag, Form, Layer, Located, Object, Parameter, Position, Presence, Release, Site, Values,
};
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;
use crate::gitops::values_file::{Named, Unread, missing, missing_value};
use crate::yaml::split;

/// The releases of all parts.
pub(super) fn all(state: &State, position: Position, scope: &Scope<'_>) -> Vec<Release> {
    let pages = state.pages();
    let lists = pages.iter().filter_map(|page| page.root().get("releases"));
    let items = lists.flat_map(|list| list.items());
    let templates = Templates::of(&pages);
    let all = items.map(|own| HelmfileRelease { parts: templates.parts_of(&own), own, pages: &pages, state, scope });
    let all: Vec<HelmfileRelease<'_, '_>> = all.collect();
    let mut readers = BTreeMap::new();
    for path in all.iter().flat_map(HelmfileRelease::files) {
        let count = readers.entry(path).or_insert(0_usize);
        *count = count.saturating_add(1);
    }
    let wanted = all.iter().enumerate().filter(|(number, _)| scope.wants(*number, |wanted| wanted.object));
    let release = |(object, release): (usize, &HelmfileRelease<'_, '_>)| {
        let mut release = release.release()?;
        let own = release.layers.iter().rev().filter(|layer| readers.get(&layer.at) == Some(&1));
        let own: Vec<Site> = own.filter_map(Site::of_file).filter(|site| site.text.is_file()).collect();
        release.sites.extend(own);
        Some(Release { position: Position { object, ..position }, ..release })
    };
    wanted.filter_map(release).collect()
}

/// A release with everything needed to read it.
struct HelmfileRelease<'a, 'd> {
    parts: Parts<'d>,
    own: Field<'d>,
    pages: &'d [Page<'d>],
    state: &'a State,
    scope: &'a Scope<'a>,
}

impl<'d> HelmfileRelease<'_, 'd> {
    fn release(&self) -> Option<Release> {
        let name = self.field("name")?;
        Some(Release {
            object: Object {
                kind: "release".to_owned(),
                name: name.text()?.to_owned(),
                namespace: None,
                element: None,
                place: name.place(),
            },
            namespace: self.field("namespace").and_then(|namespace| namespace.text()).map(str::to_owned),
            name: name.text().map(str::to_owned),
            chart: self.chart()?,
            presence: self.presence(),
            overlay: None,
            layers: self.layers(),
            sites: self.sites(),
            post_renderer: self.post_renderer(),
            position: Position::default(),
        })
    }

    fn field(&self, key: &str) -> Option<Field<'d>> {
        self.parts.field(key)
    }

    fn items(&self, key: &str) -> Vec<Field<'d>> {
        self.parts.items(key)
    }

    /// A text with references to the release itself filled in, now that the release is known.
    fn expanded(&self, written: Located) -> Option<Located> {
        let text = template::expand(&written.text, |action| match action.trim() {
            ".Release.Name" => self.field("name")?.text().map(str::to_owned),
            ".Release.Namespace" => self.field("namespace")?.text().map(str::to_owned),
            action => match Action::read(action, &self.state.environment) {
                Action::Writes(known) => Some(known.text),
                _ => None,
            },
        });
        Some(Located { text: text?, ..written })
    }

    fn folder(&self) -> &str {
        path::parent(self.own.page().text.file())
    }

    /// `alias/name` in a repository, a folder, or any reference that Helm itself takes.
    fn chart(&self) -> Option<Chart> {
        let written = self.field("chart")?.located()?;
        let written = self.expanded(written.clone()).unwrap_or(written);
        let (version, version_gap) = match self.field("version").and_then(|version| version.located()) {
            Some(version) if version.place.is_stand_in() => (None, Some("a template computes the version".to_owned())),
            version => (version, None),
        };
        if written.place.is_stand_in() {
            return Some(Chart { version, version_gap, ..Chart::filled_in("made by a template") });
        }
        let is_folder = chart_folder::at(self.folder(), &written.text, self.scope).is_some();
        let alias = written.text.split_once('/').filter(|(alias, _)| !is_folder && !alias.ends_with(':'));
        let repository = alias.and_then(|(alias, _)| self.repository(alias));
        let reference = ChartReference { written, repository: repository.as_deref(), version, folder: self.folder() };
        let chart = reference.chart(self.scope);
        Some(Chart { version_gap: version_gap.or(chart.version_gap), ..chart })
    }

    fn repository(&self, alias: &str) -> Option<String> {
        let lists = self.pages.iter().filter_map(|page| page.root().get("repositories"));
        let all: Vec<Field<'_>> = lists.flat_map(|list| list.items()).collect();
        let found = all.into_iter().rev().find(|repository| repository.text_of("name") == Some(alias))?;
        let url = found.text_of("url")?;
        let is_registry = found.is_true("oci") && !url.starts_with("oci://");
        Some(if is_registry { format!("oci://{url}") } else { url.to_owned() })
    }

    fn presence(&self) -> Presence {
        let first = self.own.entries().into_iter().next();
        if first.is_some_and(|(key, _)| !key.place.is_known) {
            return Presence::Unknown("it is inside template actions".to_owned());
        }
        if let Some(installed) = self.field("installed").or_else(|| self.field("installedTemplate")) {
            match installed.text() {
                _ if !installed.place().is_known => {
                    return Presence::Unknown("a template computes `installed`".to_owned());
                }
                Some("false") => return Presence::Absent("installed: false".to_owned()),
                _ => {}
            }
        }
        let Some(condition) = self.field("condition").and_then(|condition| condition.text()) else {
            return Presence::Installed;
        };
        match self.state.environment.get(condition).map(|known| known.text).as_deref() {
            Some("true") => Presence::Installed,
            Some("false") => Presence::Absent(format!("condition: {condition}")),
            _ => Presence::Unknown(format!("condition: {condition}")),
        }
    }

    /// `valuesTemplate`, `values` and `secrets`, then the `set` parameters over them.
    fn layers(&self) -> Vec<Layer> {
        let values = ["valuesTemplate", "values"].into_iter().flat_map(|key| self.items(key));
        let mut layers: Vec<Layer> = values.filter_map(|item| self.layer(&item)).collect();
        for secret in self.items("secrets").iter().filter_map(Field::located) {
            layers.push(missing(&secret, Vec::new(), &format!("{} is encrypted", secret.text)));
        }
        let kinds = [("setTemplate", Flag::Set), ("set", Flag::Set), ("setString", Flag::SetString)];
        for (key, flag) in kinds {
            let items = self.items(key);
            let way = items.first().map(|item| item.way().trim_end_matches("[0]").to_owned());
            let parameters: Vec<Parameter> = items.iter().filter_map(|item| self.parameter(item, flag)).collect();
            layers.extend(way.map(|at| Layer { at, content: Content::Parameters(parameters) }));
            layers.extend(items.iter().filter_map(|item| self.missing_value(item)));
        }
        let surplus = self.parts.surplus.as_ref().map(Field::named);
        layers.extend(
            surplus.map(|item| missing(&item, Vec::new(), "it inherits from more templates than autopurge reads")),
        );
        layers.extend(self.changed_behind());
        layers
    }

    /// Whatever changes manifests after Helm: patches and transformers that reach what decides how a server purges, and
    /// everything else that names a purge setting.
    fn changed_behind(&self) -> Vec<Layer> {
        let items = ["hooks", "postRendererArgs"].into_iter().flat_map(|key| self.items(key));
        let all = items.chain(self.renderer("postRenderer")).chain(self.hooks_of_all());
        let naming = all.filter_map(|item| post_render::naming(&self.change(&item)?, item.named()));
        let patches = ["jsonPatches", "strategicMergePatches"].into_iter().flat_map(|key| self.items(key));
        let patching = patches.filter(|item| self.holds(item, &overlay::may_decide_rendered));
        let is_harmless = |objects: &[Field<'_>]| objects.iter().all(overlay::is_harmless_transformer);
        let transformers = self.items("transformers").into_iter();
        let transforming = transformers.filter(|item| self.holds(item, &|objects| !is_harmless(objects)));
        patching.chain(transforming).map(|item| post_render::patched(item.named())).chain(naming).collect()
    }

    /// Whether something is so of the objects that are given here, or in a file; of a file that cannot be read everything
    /// may be so.
    fn holds(&self, item: &Field<'_>, is_so: &dyn Fn(&[Field<'_>]) -> bool) -> bool {
        let Some(written) = item.text() else { return is_so(std::slice::from_ref(item)) };
        let path = path::join(self.folder(), written);
        let file = path.and_then(|path| Some(Text::of_file(&path, &self.scope.files().read(&path)?)));
        let Some(file) = file else { return true };
        split(file.as_str().as_bytes()).into_iter().any(|span| match Page::parse(&file, span) {
            Ok(page) => page.is_some_and(|page| is_so(&page.objects())),
            Err(_) => true,
        })
    }

    /// The content of a patch or of a post-renderer's script: given here, or in a file of the repository.
    fn change(&self, item: &Field<'_>) -> Option<String> {
        let Some(written) = item.text() else { return Some(item.node().to_json().ok()?.to_string()) };
        let path = path::join(self.folder(), written.split_whitespace().next().unwrap_or_default());
        Some(path.and_then(|path| self.scope.files().read(&path)).unwrap_or_else(|| written.to_owned()))
    }

    /// Hooks of the state file run for every release.
    fn hooks_of_all(&self) -> Vec<Field<'d>> {
        let lists = self.pages.iter().filter_map(|page| page.root().get("hooks"));
        lists.flat_map(|list| list.items()).collect()
    }

    /// A field of the release that may also come from `helmDefaults`.
    fn renderer(&self, key: &str) -> Option<Field<'d>> {
        let of_all = || self.pages.iter().rev().find_map(|page| page.root().at(&["helmDefaults", key]));
        self.field(key).or_else(of_all)
    }

    fn post_renderer(&self) -> Option<String> {
        let renderer = self.renderer("postRenderer")?;
        let args = self.renderer("postRendererArgs").map(|args| args.items()).unwrap_or_default();
        let is_it = post_render::is_autopurge(renderer.text()?, args.iter().filter_map(Field::text));
        is_it.then(|| renderer.way().to_owned())
    }

    /// An item of `values`: a tree or a file.
    fn layer(&self, item: &Field<'_>) -> Option<Layer> {
        if item.is_mapping() {
            return Some(item.layer());
        }
        let written = item.located()?;
        let Some(written) = self.expanded(written.clone()).filter(|written| !written.place.is_stand_in()) else {
            return Some(missing(&written, Vec::new(), "a template computes the name of a values file"));
        };
        if written.text.contains("://") {
            return Some(missing(&written, Vec::new(), &format!("{} is fetched from elsewhere", written.text)));
        }
        let named = Named { written: &written, path: &written.text, folders: vec![self.folder()] };
        match named.find(self.scope) {
            Ok(text) => {
                let at = text.file().to_string();
                Some(Layer { at, content: Content::Values(Values::of_text(self.state.values_file(text))) })
            }
            Err(Unread::Absent(_)) if self.is_missing_allowed() => None,
            Err(unread) => Some(named.missing(unread, "is not in this repository")),
        }
    }

    /// The values files that it names.
    fn files(&self) -> BTreeSet<String> {
        let items = ["valuesTemplate", "values"].into_iter().flat_map(|key| self.items(key));
        let written = items.filter_map(|item| self.expanded(item.located()?));
        written.filter_map(|written| path::join(self.folder(), &written.text)).collect()
    }

    fn is_missing_allowed(&self) -> bool {
        let own = self.field("missingFileHandler").and_then(|handler| handler.text());
        let all = self.pages.iter().rev().find_map(|page| page.root().text_of("missingFileHandler"));
        own.or(all).is_some_and(|handler| handler != "Error")
    }

    fn parameter(&self, item: &Field<'_>, flag: Flag) -> Option<Parameter> {
        let name = item.get("name")?.located()?;
        let target = escaped(&name.text);
        if let Some(value) = item.get("value").and_then(|value| value.located()) {
            return Some(Parameter { flag, assignment: format!("{target}={}", escaped(&value.text)), name, value });
        }
        if let Some(values) = item.get("values") {
            let items: Vec<String> = values.items().iter().filter_map(Field::text).map(escaped).collect();
            let value = Located { text: items.join(","), place: values.place() };
            return Some(Parameter { flag, assignment: format!("{target}={{{}}}", value.text), name, value });
        }
        let value = item.get("file")?.located()?;
        let path = path::join(self.folder(), &value.text)?;
        let text = self.scope.files().read(&path)?;
        Some(Parameter { flag: Flag::SetFile, assignment: format!("{target}={text}"), name, value })
    }

    /// A parameter whose file is not available.
    fn missing_value(&self, item: &Field<'_>) -> Option<Layer> {
        if item.get("value").is_some() || item.get("values").is_some() {
            return None;
        }
        let (name, file) = (item.get("name")?.located()?, item.get("file")?.located()?);
        let named = Named { written: &file, path: &file.text, folders: vec![self.folder()] };
        let why = named.find(self.scope).err()?.why(&file);
        Some(missing_value(name, file, &why))
    }

    /// The last tree of its own values, or a new one after them.
    fn sites(&self) -> Vec<Site> {
        let own = self.own.get("values");
        let last = own.as_ref().and_then(|list| list.items().into_iter().next_back());
        let values = match last {
            Some(tree) if tree.is_mapping() => tree.site(Form::Mapping),
            _ => self.own.gap("values").site(Form::List),
        };
        let set = self.own.get("set").map(|list| list.site(Form::Parameters));
        std::iter::once(values).chain(set).collect()
    }
}

/// helmfile escapes the `--set` syntax in names and values.
fn escaped(text: &str) -> String {
    text.replace('{', "\\{").replace('}', "\\}").replace(',', "\\,")
}
