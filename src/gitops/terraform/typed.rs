//! Blocks of the Kubernetes provider's typed resources, as the objects that it makes of them.
//!
//! Read in hashicorp/terraform-provider-kubernetes, folder kubernetes: `schema_container.go` (062cf7e1),
//! `schema_pod_spec.go` (00a98bde), `schema_stateful_set_spec.go` (009333aa), `resource_kubernetes_secret.go` (027b4a58).
//! Arguments are fields in snake case. A block of which there may be several is an item of a list. The types of arguments
//! are fixed, so that a number for a text becomes one. A Secret's `data` is not base64 yet.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, BlockLabel, Body};

use super::encode::Encoder;
use super::expression::{Origin, Resolved};
use super::values::content;
use super::{Resource, span};
use crate::gitops::release::Content;
use crate::gitops::text::{Relation, Text};
use crate::yaml::{Span, quoted};

/// A type of resource, and the kind of object that it is.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    resource: &'static str,
    api_version: &'static str,
    name: &'static str,
}

/// The types, without `_v1`.
const KINDS: [Kind; 10] = [
    Kind { resource: "kubernetes_config_map", api_version: "v1", name: "ConfigMap" },
    Kind { resource: "kubernetes_secret", api_version: "v1", name: "Secret" },
    Kind { resource: "kubernetes_pod", api_version: "v1", name: "Pod" },
    Kind { resource: "kubernetes_replication_controller", api_version: "v1", name: "ReplicationController" },
    Kind { resource: "kubernetes_deployment", api_version: "apps/v1", name: "Deployment" },
    Kind { resource: "kubernetes_stateful_set", api_version: "apps/v1", name: "StatefulSet" },
    Kind { resource: "kubernetes_daemonset", api_version: "apps/v1", name: "DaemonSet" },
    Kind { resource: "kubernetes_daemon_set", api_version: "apps/v1", name: "DaemonSet" },
    Kind { resource: "kubernetes_job", api_version: "batch/v1", name: "Job" },
    Kind { resource: "kubernetes_cron_job", api_version: "batch/v1", name: "CronJob" },
];

/// Blocks of which there may be several, and the lists that they make up.
const LISTS: [(&str, &str); 11] = [
    ("container", "containers"),
    ("init_container", "initContainers"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("port", "ports"),
    ("volume", "volumes"),
    ("volume_mount", "volumeMounts"),
    ("volume_claim_template", "volumeClaimTemplates"),
    ("items", "items"),
    ("sources", "sources"),
    ("toleration", "tolerations"),
];

/// Arguments that are texts, or lists or maps of texts.
const TEXTS: [&str; 11] = [
    "name",
    "namespace",
    "image",
    "value",
    "command",
    "args",
    "data",
    "labels",
    "annotations",
    "mount_path",
    "sub_path",
];

/// What decides what a server does, so that it is not known without it.
const DECIDING: [&str; 6] = ["container", "init_container", "env", "env_from", "volume", "volume_mount"];

impl Kind {
    /// By the type of a resource.
    pub(super) fn of(resource: &str) -> Option<Self> {
        let name = resource.strip_suffix("_v1").unwrap_or(resource);
        KINDS.into_iter().find(|kind| kind.resource == name)
    }

    /// Whether its objects only hold what others use.
    pub(super) fn is_storage(self) -> bool {
        matches!(self.name, "ConfigMap" | "Secret")
    }
}

/// A typed resource as an object.
pub(super) struct Typed {
    /// The object.
    pub(super) text: Text,
    /// A part of it that may be anything.
    pub(super) gap: Option<String>,
}

/// Blocks with the same name, and the list that they make up, if there may be several.
struct Named<'b> {
    key: Span,
    name: &'b str,
    list: Option<&'static str>,
    bodies: Vec<&'b Body>,
}

impl Typed {
    /// The object; `None` if it exceeds the budget.
    pub(super) fn read(resource: &Resource<'_>, kind: Kind) -> Option<Self> {
        let mut encoder = Encoder::new(resource);
        let place = span(resource.block.span());
        let head = format!("{{\"apiVersion\":{},\"kind\":{}", quoted(kind.api_version), quoted(kind.name));
        encoder.push(place, Relation::Written, &head)?;
        for name in ["metadata", "spec"] {
            if let Some(block) = resource.block.body.get_blocks(name).next() {
                encoder.push(span(block.ident.span()), Relation::Written, &format!(",{}:", quoted(name)))?;
                encoder.body(&block.body, place)?;
            }
        }
        for attribute in resource.block.body.attributes() {
            let field = match (attribute.key.as_str(), kind.name) {
                ("data", "Secret") => "stringData",
                ("data", _) | ("binary_data", "Secret") => "data",
                ("binary_data", _) => "binaryData",
                _ => continue,
            };
            encoder.push(span(attribute.key.span()), Relation::Written, &format!(",{}:", quoted(field)))?;
            encoder.argument("data", &attribute.value)?;
        }
        encoder.push(place, Relation::Written, "}")?;
        Some(Self {
            text: encoder.finish(),
            gap: resource.block.body.get_blocks("spec").find_map(|block| gap(&block.body)),
        })
    }
}

/// A block that is generated, at any depth.
fn gap(body: &Body) -> Option<String> {
    body.blocks().find_map(|block| {
        let name = label(block).filter(|name| block.ident.as_str() == "dynamic" && DECIDING.contains(name));
        name.map(|name| format!("the blocks `{name}` are generated")).or_else(|| gap(&block.body))
    })
}

fn label(block: &Block) -> Option<&str> {
    Some(block.labels.first()?.as_str())
}

/// The blocks of a body by name, in order. A generated block counts once, as it is written.
fn named(body: &Body) -> Vec<Named<'_>> {
    let mut all: Vec<Named<'_>> = Vec::new();
    for block in body.blocks() {
        let (name, body) = match (block.ident.as_str(), label(block)) {
            ("dynamic", Some(name)) => match block.body.get_blocks("content").next() {
                Some(content) => (name, &content.body),
                None => continue,
            },
            (name, _) => (name, &block.body),
        };
        if let Some(named) = all.iter_mut().find(|named| named.name == name) {
            named.bodies.push(body);
            continue;
        }
        let list = LISTS.iter().find(|(block, _)| *block == name).map(|(_, list)| *list);
        all.push(Named { key: span(block.ident.span()), name, list, bodies: vec![body] });
    }
    all
}

impl Encoder<'_> {
    /// A block as an object. `place` is where it is.
    fn body(&mut self, body: &Body, place: Span) -> Option<()> {
        let resource = self.resource;
        resource.module.budget.deeper(|| {
            self.push(place, Relation::Written, "{")?;
            let mut comma = "";
            for attribute in body.attributes().filter(|attribute| !resource.is_unset(&attribute.value)) {
                let name = attribute.key.as_str();
                self.push(span(attribute.key.span()), Relation::Written, &format!("{comma}{}:", quoted(&camel(name))))?;
                self.argument(name, &attribute.value)?;
                comma = ",";
            }
            for blocks in named(body) {
                self.blocks(&blocks, comma)?;
                comma = ",";
            }
            self.push(place, Relation::Written, "}")
        })
    }

    fn blocks(&mut self, blocks: &Named<'_>, comma: &str) -> Option<()> {
        let Named { key, name, list, .. } = *blocks;
        let field = list.map_or_else(|| camel(name), str::to_owned);
        self.push(key, Relation::Written, &format!("{comma}{}:", quoted(&field)))?;
        if list.is_none() {
            return self.body(blocks.bodies.first()?, key);
        }
        self.push(key, Relation::Written, "[")?;
        for (number, body) in blocks.bodies.iter().enumerate() {
            if number > 0 {
                self.push(key, Relation::Written, ",")?;
            }
            self.body(body, key)?;
        }
        self.push(key, Relation::Written, "]")
    }

    fn argument(&mut self, name: &str, value: &Expression) -> Option<()> {
        self.are_texts = TEXTS.contains(&name);
        let written = self.value(Resolved { expression: value, origin: Origin::Own });
        self.are_texts = false;
        written
    }

    /// A text that a function makes of a file.
    pub(super) fn text_made(&mut self, here: Resolved<'_>) -> Option<()> {
        if let Content::Values(values) = content(self.resource, here) {
            let relation = if values.text.is_known() { Relation::Written } else { Relation::Unknown };
            return self.push(here.span(), relation, &quoted(values.text.as_str()));
        }
        self.unknown(here)
    }

    /// `kubernetes_config_map.zk.metadata[0].name`: the name of an object that another resource of the file makes.
    pub(super) fn name_of_resource(&mut self, value: Resolved<'_>) -> Option<()> {
        let traversal = value.expression.as_traversal().filter(|_| self.are_texts && value.origin == Origin::Own)?;
        let metadata = metadata_of(traversal, self.resource.body)?;
        let name = self.resource.module.text(&metadata.get_attribute("name")?.value)?;
        self.push(value.span(), Relation::Written, &quoted(&name))
    }
}

impl Resource<'_> {
    /// An argument that is `null` counts as one that is not there.
    fn is_unset(&self, value: &Expression) -> bool {
        let found = self.module.resolve(value, Origin::Own);
        found.is_some_and(|found| found.expression.is_null())
    }
}

/// The block that holds the name of the resource that an expression refers to.
fn metadata_of<'b>(traversal: &Traversal, file: &'b Body) -> Option<&'b Body> {
    let kind = traversal.expr.as_variable()?.as_str();
    let mut names = traversal.operators.iter().map(|operator| match operator.value() {
        TraversalOperator::GetAttr(name) => name.as_str(),
        TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_) => "[]",
        TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => "",
    });
    let label = names.next()?;
    let is_name = names.eq(["metadata", "[]", "name"]);
    let is_it = |block: &&Block| block.labels.iter().map(BlockLabel::as_str).eq([kind, label]);
    let block = file.get_blocks("resource").find(is_it).filter(|_| is_name)?;
    block.body.get_blocks("metadata").next().map(|metadata| &metadata.body)
}

/// `config_map_key_ref` as `configMapKeyRef`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let mut letters = part.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        all + &first.into_iter().chain(letters).collect::<String>()
    })
}
