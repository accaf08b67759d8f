//! Chart.yaml, requirements.yaml and their locks.

use std::collections::BTreeMap;

use super::fields::{Fields, Wrong};
use crate::helm::mistake::Mistake;
use crate::helm::{Place, Value, parse_version};
use crate::yaml::{Kind, Node};

/// What a chart says about itself.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `v1`, which is also the default, or `v2`.
    pub api_version: String,
    /// Its name.
    pub name: String,
    /// Its version, as written.
    pub version: String,
    /// Whether it can be installed.
    pub kind: ChartKind,
    /// The URL of its home page.
    pub home: Option<String>,
    /// The URL of its icon.
    pub icon: Option<String>,
    /// The URLs of its source code.
    pub sources: Vec<String>,
    /// Anything else.
    pub annotations: BTreeMap<String, String>,
    /// Its dependencies; `None` if no such list is written, which Helm treats differently from an empty one.
    pub dependencies: Option<Vec<Dependency>>,
    /// Where all this was written.
    pub place: Option<Place>,
    /// Where its version was written.
    version_place: Option<Place>,
}

/// What kind of chart it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartKind {
    /// It can be installed.
    #[default]
    Application,
    /// It provides templates to other charts, and renders nothing itself.
    Library,
}

/// A dependency of a chart on another one.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// The name in its own Chart.yaml.
    pub name: String,
    /// A version or a range.
    pub version: String,
    /// Where to get it.
    pub repository: String,
    /// Paths of values that switch it on or off, separated by commas.
    pub condition: String,
    /// Tags that switch it on or off.
    pub tags: Vec<String>,
    /// Values of it that its parent imports.
    pub imports: Vec<Import>,
    /// The name under which its parent uses it.
    pub alias: Option<String>,
    /// Where all this was written.
    pub place: Option<Place>,
}

/// An entry of `import-values`.
#[derive(Clone, Debug, PartialEq)]
pub enum Import {
    /// What the sub-chart exports under this name.
    Exports(String),
    /// A table of the sub-chart, and the path under which its parent gets it.
    Pair {
        /// In the sub-chart.
        child: Value,
        /// In the parent.
        parent: Value,
    },
}

/// Chart.lock: the versions that were resolved.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// One for each dependency.
    pub dependencies: Vec<Locked>,
}

/// A version that was resolved.
#[derive(Clone, Debug, Default)]
pub struct Locked {
    /// The chart.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// Where this was written.
    pub place: Option<Place>,
}

impl Dependency {
    /// The key of its values in its parent: the alias, or else its name.
    #[must_use]
    pub fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    /// Fields that are not written keep their values: requirements.yaml is read over Chart.yaml, entry by entry.
    fn read(&mut self, node: Node<'_>, source: usize) -> Result<(), Wrong> {
        let fields = Fields::new(node)?;
        set(&mut self.name, fields.text("name")?);
        set(&mut self.version, fields.text("version")?);
        set(&mut self.repository, fields.text("repository")?);
        set(&mut self.condition, fields.text("condition")?);
        set(&mut self.tags, fields.texts("tags")?);
        self.alias = fields.text("alias")?.filter(|alias| !alias.is_empty()).or(self.alias.take());
        if let Some(imports) = fields.list("import-values")? {
            self.imports =
                imports.into_iter().filter_map(|node| import(node, source).transpose()).collect::<Result<_, _>>()?;
        }
        self.place = Some(Place { source, span: node.span() });
        Ok(())
    }
}

fn set<T>(field: &mut T, written: Option<T>) {
    if let Some(written) = written {
        *field = written;
    }
}

/// Entries that are neither a name nor a pair are skipped, as in Helm.
fn import(node: Node<'_>, source: usize) -> Result<Option<Import>, Wrong> {
    if let Some(name) = node.as_str() {
        return Ok(Some(Import::Exports(name.to_owned())));
    }
    if node.kind() != Kind::Mapping {
        return Ok(None);
    }
    let part = |name| match node.get(name) {
        Some(part) => Value::from_node(part, source).map_err(|error| Mistake::new(error.message, part.span())),
        None => Ok(Value::default()),
    };
    Ok(Some(Import::Pair { child: part("child")?, parent: part("parent")? }))
}

impl Metadata {
    /// Reads a file over what has been read before.
    pub(super) fn read(&mut self, node: Node<'_>, source: usize) -> Result<(), Wrong> {
        let fields = Fields::new(node)?;
        set(&mut self.api_version, fields.text("apiVersion")?);
        set(&mut self.name, fields.text("name")?);
        set(&mut self.version, fields.text("version")?);
        if let Some(kind) = fields.get("type") {
            self.kind = chart_kind(kind)?;
        }
        self.read_descriptions(fields)?;
        self.read_dependencies(fields, source)?;
        let place = |node: Node<'_>| Place { source, span: node.span() };
        self.version_place = fields.get("version").map(place).or(self.version_place);
        self.place = self.place.or(Some(place(node)));
        Ok(())
    }

    fn read_descriptions(&mut self, fields: Fields<'_>) -> Result<(), Wrong> {
        for (field, name) in [(&mut self.home, "home"), (&mut self.icon, "icon")] {
            *field = fields.text(name)?.or(field.take());
        }
        set(&mut self.sources, fields.texts("sources")?);
        // Helm also refuses a chart if these have the wrong type.
        for name in ["appVersion", "description", "kubeVersion"] {
            fields.text(name)?;
        }
        fields.texts("keywords")?;
        fields.boolean("deprecated")?;
        self.annotations.extend(fields.entries("annotations")?);
        Ok(())
    }

    fn read_dependencies(&mut self, fields: Fields<'_>, source: usize) -> Result<(), Wrong> {
        let Some(nodes) = fields.list("dependencies")? else { return Ok(()) };
        let mut before = self.dependencies.take().unwrap_or_default().into_iter();
        let mut dependencies = Vec::with_capacity(nodes.len());
        for node in nodes {
            if node.is_null() {
                return Err(Mistake::new("a dependency is empty", node.span()));
            }
            let mut dependency = before.next().unwrap_or_default();
            dependency.read(node, source)?;
            dependencies.push(dependency);
        }
        self.dependencies = Some(dependencies);
        Ok(())
    }

    /// Checks what Helm requires. A chart without apiVersion is a `v1` chart.
    pub(super) fn validate(&mut self) -> Result<(), Mistake<Option<Place>>> {
        if self.api_version.is_empty() {
            "v1".clone_into(&mut self.api_version);
        }
        if self.name.is_empty() {
            return Err(Mistake::new("the chart has no name", None));
        }
        if self.name.contains('/') {
            return Err(Mistake::new(format!("\"{}\" cannot be the name of a chart", self.name), None));
        }
        if self.version.is_empty() {
            return Err(Mistake::new("the chart has no version", None));
        }
        if parse_version(&self.version).is_none() {
            return Err(Mistake::new(format!("\"{}\" is not a version", self.version), self.version_place));
        }
        self.validate_dependencies()
    }

    fn validate_dependencies(&self) -> Result<(), Mistake<Option<Place>>> {
        let mut keys = Vec::new();
        for dependency in self.dependencies.iter().flatten() {
            if dependency.alias.as_deref().is_some_and(|alias| !is_alias(alias)) {
                let message = format!("the alias of \"{}\" may hold letters, digits, _ and - only", dependency.name);
                return Err(Mistake::new(message, dependency.place));
            }
            if keys.contains(&dependency.key()) {
                let message = format!("two dependencies have the name or alias \"{}\"", dependency.key());
                return Err(Mistake::new(message, dependency.place));
            }
            keys.push(dependency.key());
        }
        Ok(())
    }
}

fn is_alias(alias: &str) -> bool {
    alias.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn chart_kind(node: Node<'_>) -> Result<ChartKind, Wrong> {
    match node.text() {
        Some("" | "application") => Ok(ChartKind::Application),
        Some("library") => Ok(ChartKind::Library),
        _ => Err(Mistake::new("the type of a chart is application or library", node.span())),
    }
}

impl Lock {
    pub(super) fn read(node: Node<'_>, source: usize) -> Result<Self, Wrong> {
        let nodes = Fields::new(node)?.list("dependencies")?.unwrap_or_default();
        let dependencies = nodes.into_iter().map(|node| {
            let fields = Fields::new(node)?;
            Ok(Locked {
                name: fields.text("name")?.unwrap_or_default(),
                version: fields.text("version")?.unwrap_or_default(),
                repository: fields.text("repository")?.unwrap_or_default(),
                place: Some(Place { source, span: node.span() }),
            })
        });
        Ok(Self { dependencies: dependencies.collect::<Result<_, Wrong>>()? })
    }
}
