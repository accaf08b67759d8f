//! What suppressions can match in a finding.

use crate::checks::{self, Check, Subject};
use crate::report::{self, Elsewhere, Server};
use crate::yaml::Span;

/// A Kubernetes object, or a stand-in for one: kind, namespace and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Its namespace, if one is written.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

impl Object {
    /// `Kind/name`, or `Kind/namespace/name` if a namespace is written.
    #[must_use]
    pub fn title(&self) -> String {
        let namespace = self.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        format!("{}/{namespace}{}", self.kind, self.name)
    }
}

/// A finding as suppressions see it, whether it has been reported yet or not.
pub(super) struct Question<'a> {
    pub(super) check: Check,
    /// The file that it points into.
    pub(super) path: &'a str,
    /// The part of the file, with the node around it; `None` if it is about the whole file.
    pub(super) span: Option<Span>,
    /// The file of its server.
    pub(super) object_path: &'a str,
    /// The object of its server.
    pub(super) object: Option<Object>,
    /// The object installs a chart: its namespace is that of what is installed, not its own.
    pub(super) is_release: bool,
}

impl<'a> Question<'a> {
    /// For a finding in a stream.
    pub(super) fn of_stream(
        (object_path, elsewhere): (&'a str, &'a dyn Elsewhere),
        finding: &checks::Finding,
        subjects: &[Subject<'_, '_>],
    ) -> Self {
        let subject = finding.server.and_then(|number| subjects.get(number));
        let object = subject.map(|subject| {
            let resource = subject.server.site.resource();
            Object {
                kind: resource.kind().to_owned(),
                namespace: resource.namespace().map(str::to_owned),
                name: resource.name().to_owned(),
            }
        });
        let span = hull(finding.span, finding.context);
        let (path, span) =
            elsewhere.written(span).map_or((object_path, span), |other| (other.source.path(), other.span));
        Self { check: finding.check, path, span: Some(span), object_path, object, is_release: false }
    }

    /// For a finding in a report, with its server.
    pub(super) fn of_report(finding: &'a report::Finding, server: Option<&'a Server>) -> Self {
        let object = server.map(|server| Object {
            kind: server.kind.clone(),
            namespace: server.namespace.clone(),
            name: server.name.clone(),
        });
        let region = finding.place.region.map(report::Region::span);
        let context = finding.place.context.map(report::Region::span);
        let span = region.map(|region| context.map_or(region, |context| hull(region, context)));
        let object_path = server.map_or(finding.place.path.as_str(), |server| &server.path);
        let is_release = server.is_some_and(|server| server.release.is_some());
        Self { check: finding.check, path: &finding.place.path, span, object_path, object, is_release }
    }

    /// Whether the server's object is this one.
    pub(super) fn is_about(&self, object: &Object) -> bool {
        let is_same = |own: &Object| {
            own.kind == object.kind && own.name == object.name && (self.is_release || own.namespace == object.namespace)
        };
        self.object.as_ref().is_some_and(is_same)
    }
}

fn hull(a: Span, b: Span) -> Span {
    Span::new(a.start.min(b.start), a.end.max(b.end))
}
