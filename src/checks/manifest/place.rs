//! Where a finding about a server points, and what an excerpt may show there.

use super::set::ServerFix;
use super::{Subject, Wanted, set};
use crate::charts::InstalledChart;
use crate::checks::Finding;
use crate::checks::case::{About, FixOf, Statement};
use crate::detect::{Ignored, Origin, Setting};
use crate::yaml::{Node, Span};

impl Subject<'_, '_> {
    /// A check's statement as a finding at its place.
    pub(super) fn finding(&self, statement: Statement, server_fix: &ServerFix, wanted: Wanted) -> Finding {
        let Statement { check, severity, about, label, message, help, relief, fix: which } = statement;
        let (fix, incurable_because) = match which {
            FixOf::Nothing => (Vec::new(), None),
            FixOf::Server => (server_fix.fixes.clone(), server_fix.incurable_because.clone()),
            FixOf::Retain => (set::retain(self, wanted), None),
        };
        let Place { document, span, context, shown } = self.place_about(about);
        Finding {
            check,
            severity,
            document,
            span,
            context,
            shown,
            label,
            message,
            help,
            relief,
            server: Some(self.number),
            fix,
            incurable_because,
            suppression: None,
        }
    }

    fn place_about(&self, about: About) -> Place {
        match about {
            About::Setting(which) => self.place(self.setting(which)),
            About::Unread(number) => match self.server.ignored.get(number) {
                Some(ignored) => self.place_of_unread(ignored),
                None => self.place_of_server(),
            },
            About::Chart => self.chart.as_ref().map_or_else(|| self.place_of_server(), place_of_label),
        }
    }

    /// The place of a setting, or the name of the container or custom resource if nothing is written. In texts that
    /// contain more than the setting (scripts, files) only the setting's own line may be shown; if that is not known,
    /// the place is that name.
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
            _ => self.place_of_server(),
        }
    }

    fn place_of_server(&self) -> Place {
        let site = self.server.site.node();
        self.place_of(site.at("/metadata/name").or_else(|| site.get("name")).unwrap_or(site))
    }

    fn place_of_unread(&self, ignored: &Ignored<'_>) -> Place {
        let keys = ignored.node.entries().into_iter().map(|(key, _)| key.span());
        let (document, span) = (self.document_of(ignored.node), ignored.span);
        Place { document, span, context: span, shown: keys.chain([span]).collect() }
    }

    /// A small value with its key.
    fn place_of(&self, node: Node<'_>) -> Place {
        let shown = key_of(node).into_iter().chain([node.span()]).collect();
        Place { document: self.document_of(node), span: node.span(), context: node.span(), shown }
    }
}

/// Where a finding points, and what an excerpt may show there.
struct Place {
    document: usize,
    span: Span,
    context: Span,
    shown: Vec<Span>,
}

/// The label that names a chart.
fn place_of_label(installed: &InstalledChart<'_>) -> Place {
    let InstalledChart { document, key, span, .. } = *installed;
    Place { document, span, context: span, shown: vec![key, span] }
}

/// The key of a value.
fn key_of(value: Node<'_>) -> Option<Span> {
    let pointer = value.pointers()?.into_iter().next()?;
    let parent = value.document().root().at(pointer.rsplit_once('/')?.0)?;
    let entry = parent.entries().into_iter().find(|(_, other)| *other == value)?;
    Some(entry.0.span())
}

/// What may be shown of a variable's entry: its keys, its name, and the value if that is the setting itself.
fn shown(entry: Node<'_>, value: Option<Node<'_>>) -> Vec<Span> {
    let keys = entry.entries().into_iter().map(|(key, _)| key.span());
    keys.chain(entry.get("name").map(Node::span)).chain(value.map(Node::span)).collect()
}
