//! What an object in a repository tells Helm to do: a chart, a version, and values in layers.

use super::field::Page;
use super::text::{Place, Text};
use crate::helm::HelmVersion;
use crate::yaml::{Document, Kind, Node, ParseError, Span, split};

/// One release of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The object that asks for it.
    pub object: Object,
    /// The namespace that it is installed in, where it is said.
    pub namespace: Option<String>,
    /// The name of the release, where it is said.
    pub name: Option<String>,
    /// What is installed.
    pub chart: Chart,
    /// Whether it is installed at all.
    pub presence: Presence,
    /// The values, in the order in which they are laid over each other: the last one wins.
    pub layers: Vec<Layer>,
    /// Where a value can be added that no layer has, the best place first.
    pub sites: Vec<Site>,
    /// Where this program is named as the post-renderer, which switches on what the values leave off.
    pub post_renderer: Option<String>,
    /// What people should know of how this was read.
    pub notes: Vec<String>,
    /// Which of the releases of its file it is.
    pub(super) position: Position,
}

/// Where in its file a release is read from, so that it can be read alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// The number of the document; of a helmfile, of the state file.
    pub(super) document: usize,
    /// The number of the object in the document.
    pub(super) object: usize,
    /// The number of the overlay that deploys it.
    pub(super) overlay: usize,
    /// The number of the application that the object makes; of a helmfile, of the environment.
    pub(super) application: usize,
    /// The number of the release among those of all this.
    pub(super) release: usize,
}

/// The object that a release is written in, in the words of its tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// `Application`, `HelmRelease`, `helm_release`, `release` (of a helmfile), ...
    pub kind: String,
    /// The object's own name.
    pub name: String,
    /// The namespace that the object itself is in, where it has one.
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
    /// What people call it.
    pub label: String,
    /// It is one and the same release in an environment of several; the label is the environment.
    pub is_environment: bool,
}

/// A text of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The text, without quotes.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// The chart of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its name; `None` where it cannot be known.
    pub name: Option<String>,
    /// Why it cannot be known which chart is meant, where nothing at hand tells it.
    pub name_gap: Option<String>,
    /// Whether its name is filled in from elsewhere, so that it may be any.
    pub is_filled_in: bool,
    /// The address of the repository or registry that it comes from, without the chart's own name.
    pub repository: Option<String>,
    /// A version or a range of versions; `None` where none is written, or where it cannot be known, which `version_gap` tells.
    pub version: Option<Located>,
    /// Why the version cannot be known although one is meant.
    pub version_gap: Option<String>,
    /// The folder of the chart, where it is in this repository.
    pub folder: Option<String>,
    /// Whether it is the root of another Git repository, the name of which is taken for the chart's.
    pub is_root: bool,
    /// Whether it may be no chart at all: the folder of another Git repository, of which nothing says what it holds.
    pub is_guess: bool,
}

impl Chart {
    /// A chart that is not told, because it is written with something that is not known.
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

/// Values from one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The place in the words of the tool: `spec.source.helm.values`, `ConfigMap/zookeeper values.yaml`, a file's path.
    pub at: String,
    /// The values.
    pub content: Content,
}

/// What a layer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A tree of values.
    Values(Values),
    /// What `--set` would be given, in order.
    Parameters(Vec<Parameter>),
    /// Values that are not at hand.
    Missing(Missing),
    /// The one value at a path, which is not at hand.
    MissingValue(Located, Missing),
}

/// A node of a YAML text; its mapping are the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The text that holds it.
    pub text: Text,
    /// The document in the text.
    pub document: Span,
    /// The node in the document, as JSON pointer.
    pub pointer: String,
}

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// How Helm reads it.
    pub flag: Flag,
    /// `name=value`, as the flag takes it.
    pub assignment: String,
    /// The name, as it is written.
    pub name: Located,
    /// The value, as it is written.
    pub value: Located,
}

/// The flags of Helm that take one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `--set`: numbers, booleans and null are told from texts.
    Set,
    /// `--set-string`: a text.
    SetString,
    /// `--set-literal`: a text without any syntax.
    SetLiteral,
    /// `--set-json`.
    SetJson,
    /// `--set-file`: a text, the content of a file, which the assignment already holds.
    SetFile,
}

/// Values that a release takes from where we cannot look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The file or object, as it is named.
    pub what: String,
    /// Why it is not known.
    pub why: String,
    /// The files that were looked for.
    pub tried: Vec<String>,
    /// Where it is named.
    pub place: Place,
}

/// A place where values can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The place in the words of the tool.
    pub at: String,
    /// The text that is edited.
    pub text: Text,
    /// The document in the text; of HCL what the form says.
    pub document: Span,
    /// The node, as JSON pointer. It, and those above it, may have to be made.
    pub pointer: String,
    /// What the node is, or will be.
    pub form: Form,
}

/// How a place takes values.
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
    /// HCL, which [`Site::write_hcl`] edits: the span of the site is that of an object, of a list of texts, or of a
    /// resource that has no such list. There is no pointer.
    Hcl,
}

impl Values {
    /// The documents of a text that is made of values and nothing else.
    fn documents(&self) -> Vec<Span> {
        let is_text = self.pointer.is_empty() && self.document == Span::new(0, self.text.as_str().len());
        if is_text { split(self.text.as_str().as_bytes()) } else { vec![self.document] }
    }

    /// Gives the node of the values to a reader; `None` where there is nothing.
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
    /// Whether both are one release, each in another environment.
    #[must_use]
    pub fn is_same_elsewhere(&self, other: &Self) -> bool {
        let is_one = |release: &Self| release.object.element.as_ref().is_some_and(|element| element.is_environment);
        is_one(self) && is_one(other) && self.object.place == other.object.place
    }

    /// Sites in a text that was made from a page are those of the page.
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
    /// What a version of Helm reads of it: Helm 3 the first document of a text, Helm 4 all of them, one over the other.
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

    /// Helm 3 and Helm 4 do not read the same in it.
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

    /// The paths of values that this layer sets to something that cannot be known, or sets under a condition that cannot
    /// be known: templates and generators make them. The empty path stands for all of its values.
    #[must_use]
    pub fn unknown(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        match &self.content {
            Content::Values(values) => {
                // Broken values are told by whoever reads them.
                let _ = values.read(|node| collect_unknown(node, &values.text, &mut Vec::new(), &mut paths));
            }
            Content::Parameters(parameters) => {
                let unknown = parameters.iter().filter(|parameter| !parameter.value.place.is_known);
                paths.extend(unknown.map(|parameter| parameter.name.text.split('.').map(str::to_owned).collect()));
            }
            Content::Missing(_) => paths.push(Vec::new()),
            Content::MissingValue(path, _) => paths.push(path.text.split('.').map(str::to_owned).collect()),
        }
        paths
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
            // It may be any key.
            paths.push(path.iter().rev().skip(1).rev().cloned().collect());
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
    /// Tells the releases that were read from one place.
    pub(super) fn tell(self, releases: Vec<Release>) -> impl Iterator<Item = Release> {
        let place = move |(release, found): (usize, Release)| Release { position: Self { release, ..self }, ..found };
        releases.into_iter().enumerate().map(place)
    }
}

impl Object {
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
