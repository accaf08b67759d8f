//! Manifests that Terraform applies without Helm.
//!
//! Read in hashicorp/terraform-provider-kubernetes: the types of resources in kubernetes/provider.go (0094b94a),
//! `kubernetes_manifest` in website/docs/r/manifest.html.markdown (08097d78); in gavinbunney/terraform-provider-kubectl:
//! `kubectl_manifest` in `docs/resources/kubectl_manifest.md` (0bdc9881).

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::encode::Encoder;
use super::expression::{Origin, Resolved};
use super::module::Module;
use super::typed::{Kind, Typed};
use super::values::{content, decoded};
use super::{Resource, modules, parsed};
use crate::gitops::embedded::Manifest;
use crate::gitops::path;
use crate::gitops::release::{Content, Presence};
use crate::gitops::surroundings::{Scope, is_yaml};
use crate::yaml::ParseError;

/// Takes the place of what is not known. It reads as something that is filled in later, wherever it is in YAML.
const PLACEHOLDER: &str = "$unknown";

/// How a resource names its manifest.
#[derive(Clone, Copy)]
enum Form {
    /// As a text of YAML.
    Text,
    /// As an object.
    Object,
    /// In blocks.
    Typed(Kind),
}

impl Form {
    fn of(block: &Block) -> Option<Self> {
        match block.labels.first()?.as_str() {
            "kubectl_manifest" => Some(Self::Text),
            "kubernetes_manifest" => Some(Self::Object),
            resource => Kind::of(resource).map(Self::Typed),
        }
    }

    fn may_run(self) -> bool {
        match self {
            Self::Text | Self::Object => true,
            Self::Typed(kind) => !kind.is_storage(),
        }
    }
}

/// Whether a file may hold manifests, judging by words without which it cannot.
pub(super) fn may_apply(content: &str) -> bool {
    ["kubernetes_", "kubectl_manifest"]
        .iter()
        .any(|word| memchr::memmem::find(content.as_bytes(), word.as_bytes()).is_some())
}

/// The manifests of a file, in its order; empty if none of them can run anything.
pub(in crate::gitops) fn manifests(scope: &Scope<'_>) -> Result<Vec<Manifest>, ParseError> {
    if !may_apply(scope.text.as_str()) {
        return Ok(Vec::new());
    }
    let body = parsed(scope)?;
    let blocks: Vec<(Form, &Block)> =
        body.get_blocks("resource").filter_map(|block| Some((Form::of(block)?, block))).collect();
    if !blocks.iter().any(|(form, _)| form.may_run()) {
        return Ok(Vec::new());
    }
    let modules = modules(&body, scope);
    let mut all: Vec<Manifest> = Vec::new();
    for (form, block) in blocks {
        for manifest in modules.iter().filter_map(|module| manifest((form, block), (&body, module), scope)) {
            // Several calls of a module may apply the same.
            if !all.iter().any(|other| other.is_same(&manifest)) {
                all.push(manifest);
            }
        }
    }
    Ok(all)
}

fn manifest((form, block): (Form, &Block), (body, module): (&Body, &Module), scope: &Scope<'_>) -> Option<Manifest> {
    let resource = Resource { block, body, module, scope, stand_in: PLACEHOLDER };
    let presence = match resource.presence() {
        Presence::Absent(_) => return None,
        Presence::Installed => None,
        Presence::Unknown(why) => Some(format!("it is not known whether it is applied: {why}")),
    };
    let attribute = |key| Some(Resolved { expression: resource.attribute(key)?, origin: Origin::Own });
    let (text, gap) = match form {
        Form::Text => (written(content(&resource, attribute("yaml_body")?), scope)?, None),
        Form::Object => (object(&resource, attribute("manifest")?)?, None),
        Form::Typed(kind) => {
            let Typed { text, gap } = Typed::read(&resource, kind)?;
            (text, gap)
        }
    };
    Some(Manifest { text, doubt: presence.or(gap) })
}

/// The text of a manifest. Files of YAML are judged where they are.
fn written(content: Content, scope: &Scope<'_>) -> Option<crate::gitops::Text> {
    let Content::Values(values) = content else { return None };
    let file = values.text.file();
    let is_judged = **file != *scope.path() && is_yaml(path::name(file));
    (!is_judged).then_some(values.text)
}

fn object(resource: &Resource<'_>, manifest: Resolved<'_>) -> Option<crate::gitops::Text> {
    let here = resource.module.resolve(manifest.expression, manifest.origin)?;
    match (here.expression, decoded(resource, manifest)) {
        (Expression::FuncCall(_), Some(text)) => written(content(resource, text), resource.scope),
        _ => Encoder::object(resource, manifest),
    }
}
