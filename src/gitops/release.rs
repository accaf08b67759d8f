//! What an object in a repository tells Helm to do: install a chart, at some version, with layers of values.

use std::borrow::Cow;

use super::field::{Field, Page};
use super::text::{Place, Text};
use crate::helm::{HelmVersion, ValuesPath};
use crate::yaml::{Document, Kind, Node, ParseError, Span, split};

/// One release of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The object that asks for it.
    pub object: Object,
    /// The namespace that it is installed in, if given.
    pub namespace: Option<String>,
    /// The name of the release, if given.
    pub name: Option<String>,
    /// What is installed.
    pub chart: Chart,
    /// Whether it is installed at all.
    pub presence: Presence,
    /// The overlay that deploys it so, if kustomizations or other tools patch its object: its folder, or what adds the patch.
    pub overlay: Option<String>,
    /// The values, in the order in which they are merged: the last layer wins.
    pub layers: Vec<Layer>,
    /// Where a value that no layer has can be added, best place first.
    pub sites: Vec<Site>,
    /// Where this program is named as the post-renderer, which switches on what the values leave off.
    pub post_renderer: Option<String>,
    /// Which of the releases in its file it is.
    pub(super) position: Position,
}

impl Release {
    /// An installed release without values, of which nothing else is known.
    pub(super) fn of(object: Object, chart: Chart) -> Self {
        Self {
            object,
            namespace: None,
            name: None,
            chart,
            presence: Presence::Installed,
            overlay: None,
            layers: Vec::new(),
            sites: Vec::new(),
            post_renderer: None,
            position: Position::default(),
        }
    }
}

/// The position of a release in its file, so that it can be read on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// The index of the document; for a helmfile, of the state file.
    pub(super) document: usize,
    /// The index of the object in the document.
    pub(super) object: usize,
    /// The index of the overlay that deploys it.
    pub(super) overlay: usize,
    /// The index of the application that the object makes; for a helmfile, of the environment.
    pub(super) application: usize,
    /// The index of the release among those at this position.
    pub(super) release: usize,
}

/// The object that defines a release, in the terms of its tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// `Application`, `HelmRelease`, `helm_release`, `release` (of a helmfile), ...
    pub kind: String,
    /// The object's own name.
    pub name: String,
    /// The namespace of the object itself, if it has one.
    pub namespace: Option<String>,
    /// Which of the releases of one object this is.
    pub element: Option<Element>,
    /// Where it is written.
    pub place: Place,
}

/// One of several releases that an object makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// From 0.
    pub index: usize,
    /// The name shown to users.
    pub label: String,
    /// Whether this is the same release in one of several environments; the label is the environment.
    pub is_environment: bool,
}

/// One of the charts that an object names in a list.
pub(super) struct Listed<'d> {
    /// The object, with a label if it names several.
    pub(super) object: Object,
    pub(super) chart: Field<'d>,
}

impl<'d> Listed<'d> {
    /// The charts in a list of an object, each labelled unless it is the only one.
    pub(super) fn all(object: &Field<'d>, charts: &[Field<'d>], label: impl Fn(&Field<'d>) -> String) -> Vec<Self> {
        let Some(own) = Object::of(object) else { return Vec::new() };
        let one = |(index, chart): (usize, &Field<'d>)| {
            let element = Element { index, label: label(chart), is_environment: false };
            let element = (charts.len() > 1).then_some(element);
            Self { object: Object { element, ..own.clone() }, chart: chart.clone() }
        };
        charts.iter().enumerate().map(one).collect()
    }
}

/// A text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The text, without quotes.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// The chart of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its name; `None` if it cannot be determined.
    pub name: Option<String>,
    /// Why it cannot be determined which chart this is, if so.
    pub name_gap: Option<String>,
    /// Whether its name is filled in from elsewhere, so that it may be any chart.
    pub is_filled_in: bool,
    /// The address of the repository or registry that it comes from, without the chart's own name; the path of a folder
    /// that is not in this repository.
    pub repository: Option<String>,
    /// A version or version range; `None` if none is written, or if it cannot be determined, for which see
    /// `version_gap`.
    pub version: Option<Located>,
    /// Why the version cannot be determined although one is specified.
    pub version_gap: Option<String>,
    /// The folder of the chart, if it is in this repository.
    pub folder: Option<String>,
    /// Whether it is the root of another Git repository, whose name is taken for the chart's.
    pub is_root: bool,
    /// Whether it may not be a chart at all: a folder in another Git repository, with nothing saying what it contains.
    pub is_guess: bool,
}

impl Chart {
    /// A chart that is not known, because its reference contains something unknown.
    pub(super) fn filled_in(written: &str) -> Self {
        Self { name_gap: Some(format!("the chart is {written}")), is_filled_in: true, ..Self::default() }
    }
}

/// Whether a release is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Installed,
    /// It is not, for this reason.
    Absent(String),
    /// It depends on something that cannot be seen.
    Unknown(String),
}

/// Values from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The source in the terms of the tool: `spec.source.helm.values`, `ConfigMap/zookeeper values.yaml`, a file's
    /// path.
    pub at: String,
    /// The values.
    pub content: Content,
}

/// The content of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A tree of values.
    Values(Values),
    /// What `--set` would be given, in order.
    Parameters(Vec<Parameter>),
    /// Values that are not available.
    Missing(Missing),
    /// A single value at a path, which is not available.
    MissingValue(Located, Missing),
}

/// A node of a YAML text, whose mapping contains the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The text that contains it.
    pub text: Text,
    /// The document in the text.
    pub document: Span,
    /// The node in the document, as a JSON pointer.
    pub pointer: String,
}

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// How Helm reads it.
    pub flag: Flag,
    /// `name=value`, as the flag takes it.
    pub assignment: String,
    /// The name as written.
    pub name: Located,
    /// The value as written.
    pub value: Located,
}

/// The Helm flags that set a single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `--set`: numbers, booleans and null are distinguished from strings.
    Set,
    /// `--set-string`: a string.
    SetString,
    /// `--set-literal`: a string without any special syntax.
    SetLiteral,
    /// `--set-json`.
    SetJson,
    /// `--set-file`: a string, the content of a file, which the assignment already contains.
    SetFile,
}

/// Values that a release takes from somewhere that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The file or object, as it is referred to.
    pub what: String,
    /// Why it is not known.
    pub why: String,
    /// The files that were looked for.
    pub tried: Vec<String>,
    /// Where it is referred to.
    pub place: Place,
}

/// A place where values can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The place in the terms of the tool.
    pub at: String,
    /// The text to edit.
    pub text: Text,
    /// The document in the text; for HCL, see [`Form::Hcl`].
    pub document: Span,
    /// The node, as a JSON pointer. It and its parents may have to be created.
    pub pointer: String,
    /// What the node is or will be.
    pub form: Form,
}

/// The form in which a place takes values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A mapping of values.
    Mapping,
    /// A scalar whose text is YAML.
    Text,
    /// A list of mappings with `name` and `value`.
    Parameters,
    /// A list of mappings of values, the last of which wins.
    List,
    /// HCL, edited by [`Site::write_hcl`]: the span of the site is that of an object, of a list of texts, or of a
    /// resource without such a list. The pointer is not used.
    Hcl,
}

impl Values {
    /// The documents of the text if it consists of nothing but values, otherwise just the one with the values.
    fn documents(&self) -> Vec<Span> {
        let is_text = self.pointer.is_empty() && self.document == Span::new(0, self.text.as_str().len());
        if is_text { split(self.text.as_str().as_bytes()) } else { vec![self.document] }
    }

    /// Passes the node of the values to a reader; `None` if there is no such node.
    ///
    /// # Errors
    /// When the text is not YAML.
    pub fn read<R>(&self, reader: impl FnOnce(Node<'_>) -> R) -> Result<Option<R>, ParseError> {
        let document: Option<Document<'_>> = self.text.document(self.document)?;
        let node = document.as_ref().and_then(|document| document.root().at(&self.pointer));
        Ok(node.map(reader))
    }
}

impl Release {
    /// Whether both are the same release, in different environments.
    #[must_use]
    pub fn is_same_elsewhere(&self, other: &Self) -> bool {
        let is_one = |release: &Self| release.object.element.as_ref().is_some_and(|element| element.is_environment);
        is_one(self) && is_one(other) && self.object.place == other.object.place
    }

    /// Moves sites from a text that was made from a page to the page itself.
    pub(super) fn edit_in(&mut self, page: &Page<'_>) {
        for site in &mut self.sites {
            if site.text.file() == page.text.file() && !site.text.is_file() {
                site.text = page.text.clone();
                site.document = page.span;
            }
        }
    }
}

impl Layer {
    /// What a version of Helm reads: Helm 3 reads the first document of a text, Helm 4 merges all of them.
    #[must_use]
    pub fn as_read_by(&self, helm: HelmVersion) -> Vec<Self> {
        let Content::Values(values) = &self.content else { return vec![self.clone()] };
        if helm == HelmVersion::V3 {
            return vec![self.clone()];
        }
        let one = |document| Content::Values(Values { document, ..values.clone() });
        let documents = values.documents().into_iter();
        documents.map(|document| Self { at: self.at.clone(), content: one(document) }).collect()
    }

    /// Whether Helm 3 and Helm 4 read it differently.
    #[must_use]
    pub fn depends_on_helm(&self) -> bool {
        match &self.content {
            Content::Values(values) => values.documents().len() > 1,
            Content::Parameters(parameters) => parameters
                .iter()
                .any(|parameter| parameter.flag == Flag::SetJson && parameter.assignment.trim_start().starts_with('{')),
            Content::Missing(_) | Content::MissingValue(..) => false,
        }
    }

    /// The paths of values that this layer sets to something unknown, or under an unknown condition, as templates and
    /// generators do. The empty path means all of its values.
    #[must_use]
    pub fn unknown(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        match &self.content {
            Content::Values(values) if values.text.is_known() => {}
            Content::Values(values) => {
                // Broken values are reported by whoever reads them.
                let _ = values.read(|node| collect_unknown(node, &values.text, &mut Vec::new(), &mut paths));
            }
            Content::Parameters(parameters) => {
                let unknown = parameters.iter().filter(|parameter| !parameter.is_known());
                paths.extend(unknown.map(|parameter| keys(&parameter.name)));
            }
            Content::Missing(_) => paths.push(Vec::new()),
            Content::MissingValue(name, _) => paths.push(keys(name)),
        }
        paths
    }
}

/// The path that the name of a parameter spells; the empty one if the name itself is unknown, as it may be any.
fn keys(name: &Located) -> Vec<String> {
    let path = name.text.parse::<ValuesPath>().ok().filter(|_| name.place.is_known);
    path.map(|path| path.keys()).unwrap_or_default()
}

impl Parameter {
    /// Whether it is known what it sets, and to what.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.name.place.is_known && self.value.place.is_known
    }

    /// The flag and the assignment as Helm is given them. What stands in for an unknown value has no syntax: it is
    /// assigned as one text.
    #[must_use]
    pub fn as_given(&self) -> (Flag, Cow<'_, str>) {
        let path = self.name.text.parse::<ValuesPath>().ok().filter(|_| !self.value.place.is_known);
        match (self.flag, path) {
            (Flag::Set | Flag::SetString | Flag::SetJson, Some(path)) => {
                let value = self.value.text.replace('\\', r"\\").replace(',', r"\,").replace('{', r"\{");
                let flag = if self.flag == Flag::Set { Flag::Set } else { Flag::SetString };
                (flag, Cow::Owned(format!("{path}={value}")))
            }
            (flag, _) => (flag, Cow::Borrowed(&self.assignment)),
        }
    }
}

fn collect_unknown(node: Node<'_>, text: &Text, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let is_known = |node: Node<'_>| text.place(node.span()).is_known;
    if node.kind() == Kind::Scalar && !is_known(node) {
        paths.push(path.clone());
    }
    for (key, value) in node.entries() {
        path.push(key.text().unwrap_or_default().to_owned());
        if is_known(key) {
            collect_unknown(value, text, path, paths);
        } else if text.place(key.span()).is_stand_in() {
            // The key itself is unknown, so it may be any key.
            paths.extend(path.split_last().map(|(_, above)| above.to_vec()));
        } else {
            paths.push(path.clone());
        }
        path.pop();
    }
    for (index, item) in node.items().enumerate() {
        path.push(index.to_string());
        collect_unknown(item, text, path, paths);
        path.pop();
    }
}

impl Position {
    /// Numbers the releases that were read from one position.
    pub(super) fn tell(self, releases: Vec<Release>) -> impl Iterator<Item = Release> {
        let place = move |(release, found): (usize, Release)| Release { position: Self { release, ..self }, ..found };
        releases.into_iter().enumerate().map(place)
    }
}

impl Object {
    /// A Kubernetes object that makes one release; `None` if it has no name.
    pub(super) fn of(object: &Field<'_>) -> Option<Self> {
        let metadata = object.get("metadata")?;
        let name = metadata.get("name")?;
        Some(Self {
            kind: object.text_of("kind")?.to_owned(),
            name: name.text()?.to_owned(),
            namespace: metadata.text_of("namespace").map(str::to_owned),
            element: None,
            place: name.place(),
        })
    }

    /// `Application/posthog`, `ApplicationSet/zookeepers[dev]`, `helm_release.posthog`.
    #[must_use]
    pub fn title(&self) -> String {
        let joint = if self.kind == "helm_release" { "." } else { "/" };
        let element = self.element.as_ref().map(|element| format!("[{}]", element.label)).unwrap_or_default();
        format!("{}{joint}{}{element}", self.kind, self.name)
    }
}

impl Site {
    /// The root of a values file.
    pub(super) fn of_file(layer: &Layer) -> Option<Self> {
        let Content::Values(values) = &layer.content else { return None };
        Some(Self {
            at: layer.at.clone(),
            text: values.text.clone(),
            document: values.document,
            pointer: values.pointer.clone(),
            form: Form::Mapping,
        })
    }
}
