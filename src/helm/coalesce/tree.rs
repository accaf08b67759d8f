//! Charts by reference, as in Go: under Helm 3, a chart that is used under two aliases is partly one and the same
//! chart, and what is done to it under one alias shows under the other.

use crate::helm::{Chart, Dependency, HelmVersion, Place, Value};

/// The index of a chart in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(usize);

/// The index of a chart's Chart.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MetaId(usize);

/// The index of a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NeedId(usize);

#[derive(Clone, Debug)]
struct Node<'c> {
    chart: &'c Chart,
    meta: MetaId,
    values: Value,
    children: Vec<NodeId>,
    /// The chart that adopted it last, below which Helm renders its templates.
    parent: Option<NodeId>,
    /// What was removed from the children, and why.
    off: Vec<(NodeId, Decision)>,
    /// Dependencies without a chart.
    absent: Vec<(NeedId, Option<Decision>)>,
    /// The dependency that it was chosen for.
    need: Option<&'c Dependency>,
}

#[derive(Clone, Debug)]
struct Meta {
    name: String,
    needs: Option<Vec<NeedId>>,
}

/// A dependency while it is being evaluated.
#[derive(Clone, Debug)]
pub(super) struct Need<'c> {
    pub(super) dependency: &'c Dependency,
    /// The name, replaced by the alias once that has been evaluated.
    pub(super) name: String,
    /// What decided whether it is enabled; `None` means that it is.
    pub(super) decision: Option<Decision>,
    /// Set once its values have been imported: Helm 3 does that only once per dependency.
    pub(super) is_imported: bool,
}

/// What decided whether a dependency is enabled.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) is_on: bool,
    pub(super) by: By,
    pub(super) place: Option<Place>,
}

/// A condition by its path, or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    Condition(String),
    Tag(String),
}

/// All charts.
#[derive(Debug, Default)]
pub(super) struct Tree<'c> {
    nodes: Vec<Node<'c>>,
    metas: Vec<Meta>,
    needs: Vec<Need<'c>>,
}

impl<'c> Tree<'c> {
    /// Adds a chart with everything below it.
    pub(super) fn add(&mut self, chart: &'c Chart) -> NodeId {
        let children: Vec<_> = chart.subcharts.iter().map(|subchart| self.add(subchart)).collect();
        let needs = chart.metadata.dependencies.as_ref();
        let needs = needs.map(|needs| needs.iter().map(|dependency| self.add_need(dependency)).collect());
        self.metas.push(Meta { name: chart.metadata.name.clone(), needs });
        let meta = MetaId(self.metas.len().saturating_sub(1));
        let values = chart.values.clone();
        let node =
            Node { chart, meta, values, children, parent: None, off: Vec::new(), absent: Vec::new(), need: None };
        let node = self.push(node);
        self.adopt(node);
        node
    }

    fn adopt(&mut self, parent: NodeId) {
        for child in self.children(parent) {
            if let Some(child) = self.nodes.get_mut(child.0) {
                child.parent = Some(parent);
            }
        }
    }

    fn add_need(&mut self, dependency: &'c Dependency) -> NeedId {
        self.needs.push(Need { dependency, name: dependency.name.clone(), decision: None, is_imported: false });
        NeedId(self.needs.len().saturating_sub(1))
    }

    fn push(&mut self, node: Node<'c>) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len().saturating_sub(1))
    }

    /// The chart that a dependency stands for: a copy under its alias. Helm 3 copies the chart itself only, Helm 4 its
    /// dependencies and the charts right below it as well.
    pub(super) fn chosen(&mut self, chart: NodeId, need: NeedId, helm: HelmVersion) -> Option<NodeId> {
        let mut node = self.nodes.get(chart.0)?.clone();
        let mut meta = self.metas.get(node.meta.0)?.clone();
        let dependency = self.needs.get(need.0)?.dependency;
        if helm == HelmVersion::V4 {
            meta.needs = meta.needs.map(|needs| needs.into_iter().filter_map(|need| self.copy_need(need)).collect());
            node.children = node.children.into_iter().filter_map(|child| self.copy_node(child)).collect();
        }
        if let Some(alias) = &dependency.alias {
            meta.name.clone_from(alias);
        }
        self.metas.push(meta);
        node.meta = MetaId(self.metas.len().saturating_sub(1));
        node.need = Some(dependency);
        let chosen = self.push(node);
        if helm == HelmVersion::V4 {
            self.adopt(chosen);
        }
        Some(chosen)
    }

    fn copy_need(&mut self, need: NeedId) -> Option<NeedId> {
        let copy = self.needs.get(need.0)?.clone();
        self.needs.push(copy);
        Some(NeedId(self.needs.len().saturating_sub(1)))
    }

    fn copy_node(&mut self, node: NodeId) -> Option<NodeId> {
        let copy = self.nodes.get(node.0)?.clone();
        Some(self.push(copy))
    }

    fn meta(&self, chart: NodeId) -> Option<&Meta> {
        self.metas.get(self.nodes.get(chart.0)?.meta.0)
    }

    /// The alias, or else the name.
    pub(super) fn name(&self, chart: NodeId) -> &str {
        self.meta(chart).map_or("", |meta| &meta.name)
    }

    /// The path below which Helm keeps its templates. If two charts have the same path, those of the later one are
    /// rendered.
    pub(super) fn path(&self, chart: NodeId) -> String {
        let parent = |&chart: &NodeId| self.nodes.get(chart.0)?.parent;
        let mut names: Vec<_> = std::iter::successors(Some(chart), parent).map(|chart| self.name(chart)).collect();
        names.reverse();
        names.join("/charts/")
    }

    pub(super) fn chart(&self, chart: NodeId) -> Option<&'c Chart> {
        self.nodes.get(chart.0).map(|node| node.chart)
    }

    pub(super) fn version(&self, chart: NodeId) -> &'c str {
        self.chart(chart).map_or("", |chart| &chart.metadata.version)
    }

    pub(super) fn values(&self, chart: NodeId) -> &Value {
        static NONE: Value = Value::new(crate::helm::Data::Null, None);
        self.nodes.get(chart.0).map_or(&NONE, |node| &node.values)
    }

    pub(super) fn set_values(&mut self, chart: NodeId, values: Value) {
        if let Some(node) = self.nodes.get_mut(chart.0) {
            node.values = values;
        }
    }

    pub(super) fn children(&self, chart: NodeId) -> Vec<NodeId> {
        self.nodes.get(chart.0).map(|node| node.children.clone()).unwrap_or_default()
    }

    pub(super) fn set_children(&mut self, chart: NodeId, children: Vec<NodeId>) {
        if let Some(node) = self.nodes.get_mut(chart.0) {
            node.children = children;
        }
        self.adopt(chart);
    }

    /// The dependencies; `None` if the chart has no such list.
    pub(super) fn needs(&self, chart: NodeId) -> Option<Vec<NeedId>> {
        self.meta(chart)?.needs.clone()
    }

    /// In Helm, the list is gone once the last dependency has been removed.
    pub(super) fn set_needs(&mut self, chart: NodeId, needs: Vec<NeedId>) {
        let meta = self.nodes.get(chart.0).map(|node| node.meta.0);
        if let Some(meta) = meta.and_then(|meta| self.metas.get_mut(meta)) {
            meta.needs = Some(needs).filter(|needs| !needs.is_empty());
        }
    }

    pub(super) fn need(&self, need: NeedId) -> Option<&Need<'c>> {
        self.needs.get(need.0)
    }

    pub(super) fn need_mut(&mut self, need: NeedId) -> Option<&mut Need<'c>> {
        self.needs.get_mut(need.0)
    }

    pub(super) fn switch_off(&mut self, chart: NodeId, child: NodeId, decision: Decision) {
        if let Some(node) = self.nodes.get_mut(chart.0) {
            node.off.push((child, decision));
        }
    }

    pub(super) fn miss(&mut self, chart: NodeId, need: NeedId, decision: Option<Decision>) {
        if let Some(node) = self.nodes.get_mut(chart.0) {
            node.absent.push((need, decision));
        }
    }

    pub(super) fn off(&self, chart: NodeId) -> &[(NodeId, Decision)] {
        self.nodes.get(chart.0).map_or(&[], |node| &node.off)
    }

    pub(super) fn absent(&self, chart: NodeId) -> &[(NeedId, Option<Decision>)] {
        self.nodes.get(chart.0).map_or(&[], |node| &node.absent)
    }

    /// The dependency that a chart was chosen for.
    pub(super) fn chosen_for(&self, chart: NodeId) -> Option<&'c Dependency> {
        self.nodes.get(chart.0)?.need
    }
}
