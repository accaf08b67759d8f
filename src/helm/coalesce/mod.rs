//! Determines from charts and values what would be rendered: which sub-charts are enabled, and what `.Values` is in
//! each of them. Helm's `ProcessDependencies` and `CoalesceValues`, corner cases included.

mod enabled;
mod heap;
mod import;
mod instance;
mod merge;
mod tree;

use super::{Chart, Dependency, Fault, HelmError, HelmVersion, Place, Sources, Value};
use heap::Heap;
use instance::Scope;
use merge::Nulls;
use tree::{NodeId, Tree};

/// A chart of a release as it would be rendered.
#[derive(Clone, Debug)]
pub struct Instance<'c> {
    /// Its name in the release: the alias, or else the chart's name.
    pub name: String,
    /// The chart as it was loaded, with its own defaults.
    pub chart: &'c Chart,
    /// The dependency that asks for it; `None` for the top, and for a chart in `charts/` that nothing asks for.
    pub dependency: Option<&'c Dependency>,
    /// The names from below the top down to here: where its values are in those of the top.
    pub prefix: Vec<String>,
    /// The path below which Helm keeps its templates, as the comment `# Source:` shows it: `posthog/charts/kafka`.
    pub path: String,
    /// Why it is not rendered; `None` if it is.
    pub off: Option<Off>,
    /// `.Values` in its templates.
    pub values: Value,
    /// The charts below it, enabled ones first.
    pub children: Vec<Self>,
    /// Dependencies without a chart of a suitable version in `charts/`.
    pub missing: Vec<Missing<'c>>,
}

/// A dependency whose chart is not available. Helm does not render until `helm dependency build` has fetched it.
#[derive(Clone, Debug)]
pub struct Missing<'c> {
    /// Name, version and repository.
    pub dependency: &'c Dependency,
    /// Where its values are in those of the top.
    pub prefix: Vec<String>,
    /// Why it would be disabled, as far as can be determined without its own defaults.
    pub off: Option<Off>,
    /// The values it would be given, without its own defaults.
    pub values: Value,
}

/// Why a sub-chart is not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Off {
    /// A value at the path of its condition is false.
    Condition {
        /// The path in the values of the top.
        path: String,
        /// Where the value was written.
        place: Option<Place>,
    },
    /// A tag is false.
    Tag {
        /// The tag.
        tag: String,
        /// Where its value was written.
        place: Option<Place>,
    },
    /// The chart above it is not rendered.
    Parent,
    /// It is part of a chart that is used under two aliases, and Helm renders it only for the last of them.
    Replaced {
        /// The prefix of the one that is rendered.
        by: Vec<String>,
    },
}

/// Determines what a chart and the values of its user result in under one line of Helm. `sources` are those that the
/// chart and the values were read from.
///
/// A dependency that is not in `charts/` is no error here, though Helm refuses to render: see [`Instance::missing`].
pub fn coalesce<'c>(
    chart: &'c Chart,
    user: &Value,
    helm: HelmVersion,
    sources: &Sources,
) -> Result<Instance<'c>, HelmError> {
    let mut tree = Tree::default();
    let top = tree.add(chart);
    let mut work = Coalescing { tree, heap: Heap::default(), helm };
    work.release(top, user).map_err(|failure| HelmError::at(sources, failure.place, failure.fault))
}

struct Coalescing<'c> {
    tree: Tree<'c>,
    heap: Heap,
    helm: HelmVersion,
}

/// Why Helm fails, and the value that makes it fail.
struct Failure {
    place: Option<Place>,
    fault: Fault,
}

impl Failure {
    const fn new(place: Option<Place>, fault: Fault) -> Self {
        Self { place, fault }
    }
}

impl<'c> Coalescing<'c> {
    fn release(&mut self, top: NodeId, user: &Value) -> Result<Instance<'c>, Failure> {
        let values = self.heap.table(user);
        self.process_enabled(top, values, "")?;
        self.process_imports(top)?;
        self.coalesce(top, values, Nulls::Delete)?;
        let mut values = self.heap.value(values).map_err(|fault| Failure::new(None, fault))?;
        // If the user gave no values, new ones belong in the chart's own values file.
        values.place = values.place.or(self.tree.chart(top).and_then(|chart| chart.values.place));
        let mut top =
            self.instance(top, Scope { prefix: Vec::new(), values }).ok_or(Failure::new(None, Fault::NoChartFile))?;
        instance::switch_off_replaced(&mut top);
        Ok(top)
    }
}

impl<'c> Instance<'c> {
    /// Whether it is rendered.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.off.is_none()
    }

    /// The version of the chart, as written.
    #[must_use]
    pub fn version(&self) -> &'c str {
        &self.chart.metadata.version
    }

    /// Whether the templates of both get the same, down to the places where it was written.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let (chart, others) = (self.chart, other.chart);
        let is_one_chart = std::ptr::eq(chart, others)
            || (chart.name(), self.version()) == (others.name(), other.version()) && chart.values == others.values;
        let is_rendered_alike = is_one_chart
            && (&self.path, &self.prefix, &self.off) == (&other.path, &other.prefix, &other.off)
            && self.values == other.values;
        let is_missing_alike = |(one, other): (&Missing<'_>, &Missing<'_>)| {
            (&one.prefix, &one.off) == (&other.prefix, &other.off) && one.values == other.values
        };
        is_rendered_alike
            && (self.children.len(), self.missing.len()) == (other.children.len(), other.missing.len())
            && self.missing.iter().zip(&other.missing).all(is_missing_alike)
            && self.children.iter().zip(&other.children).all(|(one, other)| one.is_same(other))
    }

    /// This chart and all below it, parents first.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.children.iter().rev());
            Some(next)
        })
    }
}
