//! What people are told about a server: its name, the evidence, and the fixed parts of a message.

use std::collections::BTreeSet;

use json_patch::PatchOperation;

use super::{Check, Finding, Fix, Severity, Subject, Wanted};
use crate::detect::{Access, Origin, Setting, Site, Which};
use crate::yaml::{Node, Span};

impl Subject<'_, '_> {
    /// Kind, namespace, name and container, as messages name a server.
    #[must_use]
    pub fn title(&self) -> String {
        let resource = self.server.site.resource();
        let namespace = resource.namespace().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let part = match self.server.site {
            Site::Pod { container, .. } => format!(" (container {})", container.name()),
            Site::Custom { group: Some(group), .. } => format!(" (group {group})"),
            Site::Custom { group: None, .. } => String::new(),
        };
        format!("{} {namespace}{}{part}", resource.kind(), resource.name())
    }

    /// How a setting was decided.
    pub(super) fn evidence(&self, setting: &Setting<'_>) -> String {
        match (&setting.origin, setting.text.as_deref()) {
            (Origin::Env { name, .. }, Some("")) => format!("{name} is empty"),
            (Origin::Env { name, .. }, Some(text)) => format!("{name} is {:?}", shortened(text)),
            (Origin::Field { pointer }, Some(text)) => format!("{pointer} is {:?}", shortened(text)),
            (Origin::Properties { access: Access::Secret, holder, .. }, _) => {
                format!("{holder} decides, and is not shown")
            }
            (Origin::Older { version }, _) => {
                format!("its operator ({version}) is too old to write any setting for it")
            }
            (Origin::Properties { .. } | Origin::Script { .. }, None) => {
                format!("{} decides, and does not set it", setting.origin.describe())
            }
            (origin, Some(text)) => format!("{} says {:?}", origin.describe(), shortened(text)),
            (Origin::Default, _) => {
                format!("nothing sets it, and off is the default ({})", self.server.flavor.title)
            }
            (origin, _) => format!("{} decides", origin.describe()),
        }
    }

    /// A finding at the place of a setting, or at the container's name where nothing is written; the check fills in the
    /// rest.
    pub(super) fn finding(&self, setting: &Setting<'_>, message: String) -> Finding {
        let Place { document, span, context, shown } = self.place(setting);
        Finding {
            check: Check::PurgeUnknown,
            severity: Severity::Warning,
            document,
            span,
            context,
            shown,
            label: String::new(),
            message,
            help: Vec::new(),
            server: Some(self.number),
            fix: Vec::new(),
            incurable_because: None,
            suppression: None,
        }
    }

    /// What a finding about a setting points at. Of texts with more in them than the setting (scripts, files) only the
    /// setting's own line may be shown; where that is not known, the server's name is pointed at.
    fn place(&self, setting: &Setting<'_>) -> Place {
        if let (Some(span), Some(node)) = (setting.span, setting.node) {
            return Place { document: self.document_of(node), span, context: span, shown: vec![span] };
        }
        match (&setting.origin, setting.node) {
            (Origin::Env { entry, .. }, node) => {
                Place { shown: shown(*entry, node), context: entry.span(), ..self.place_of(node.unwrap_or(*entry)) }
            }
            (Origin::EnvFrom { entry: Some(entry), .. }, _) => {
                Place { shown: shown(*entry, None), ..self.place_of(*entry) }
            }
            (Origin::Field { .. }, Some(node)) => self.place_of(node),
            _ => {
                let site = self.server.site.node();
                self.place_of(site.at("/metadata/name").or_else(|| site.get("name")).unwrap_or(site))
            }
        }
    }

    /// A small value with its key.
    fn place_of(&self, node: Node<'_>) -> Place {
        let shown = key_of(node).into_iter().chain([node.span()]).collect();
        Place { document: self.document_of(node), span: node.span(), context: node.span(), shown }
    }

    /// The fixed parts of a message about an error, a paragraph each: what follows, who else is concerned, where to set it
    /// for good, what restarts.
    pub(super) fn advice(&self, consequence: &str, which: Which, wanted: Wanted, fix: &[Fix]) -> Vec<String> {
        let mut parts = vec![consequence.to_owned()];
        parts.extend(self.other_readers(fix));
        parts.extend([self.permanent_fix(which, wanted), self.restart()]);
        parts
    }

    /// Who else reads what a fix changes, because it stands below an anchor.
    fn other_readers(&self, fix: &[Fix]) -> Option<String> {
        let root = self.server.site.node().document().root();
        let own = self.server.site.container_name().unwrap_or_default();
        let changed = fix.iter().filter(|fix| fix.document == self.index).flat_map(|fix| &fix.changes);
        let pointers = changed.filter(|change| !matches!(change.operation, PatchOperation::Test(_)));
        let readers: BTreeSet<String> =
            pointers.filter_map(|change| reader(root, change.operation.path().as_str(), own)).collect();
        let readers: Vec<String> = readers.into_iter().collect();
        (!readers.is_empty()).then(|| format!("It stands below an anchor: a patch changes {} too.", readers.join(", ")))
    }
}

/// The variable and container at a JSON pointer into an `env` list, where that is another container than the own one.
fn reader(root: Node<'_>, pointer: &str, own: &str) -> Option<String> {
    let named = |path: &str| root.at(path).and_then(|node| node.get("name")).and_then(Node::as_str);
    let (container, rest) = pointer.split_once("/env").map(|(before, rest)| (before, rest.trim_start_matches('/')))?;
    let name = named(container)?;
    let variable = rest.strip_suffix("/value").and_then(|index| named(&format!("{container}/env/{index}")));
    (name != own)
        .then(|| variable.map_or_else(|| format!("the container {name}"), |variable| format!("{variable} in {name}")))
}

/// The most of a setting's text that a message reads out.
const LONGEST_TEXT: usize = 40;

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    if short.len() < text.len() { short + "..." } else { short }
}

/// Where a finding points, and what an excerpt may show there.
struct Place {
    document: usize,
    span: Span,
    context: Span,
    shown: Vec<Span>,
}

/// The key that a value stands under.
fn key_of(value: Node<'_>) -> Option<Span> {
    let pointer = value.pointers()?.into_iter().next()?;
    let parent = value.document().root().at(pointer.rsplit_once('/')?.0)?;
    let entry = parent.entries().into_iter().find(|(_, other)| *other == value)?;
    Some(entry.0.span())
}

/// What may be shown of a variable's entry: its keys, its name, and the value where that is the setting itself.
fn shown(entry: Node<'_>, value: Option<Node<'_>>) -> Vec<Span> {
    let keys = entry.entries().into_iter().map(|(key, _)| key.span());
    keys.chain(entry.get("name").map(Node::span)).chain(value.map(Node::span)).collect()
}
