//! Terraform: `helm_release`, and manifests that it applies itself, as far as their arguments are written in the same
//! folder.

mod budget;
mod called;
mod choice;
mod declared;
mod encode;
mod expression;
mod manifest;
mod module;
mod typed;
mod values;
mod write;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::Reading;
use super::chart_reference::ChartReference;
use super::path;
use super::post_render;
use super::release::{Chart, Element, Located, Object, Position, Presence, Release};
use super::substitute::STAND_IN;
use super::surroundings::Scope;
use crate::yaml::{ParseError, Span};
use called::Called;
use expression::{Origin, Resolved};
use module::Module;

pub(super) use declared::Declared;
pub(super) use manifest::manifests;
pub use module::is_terraform;

/// The releases of a file.
pub(super) fn read(scope: &Scope<'_>, reading: &mut Reading) {
    let body = match parsed(scope) {
        Ok(body) => body,
        Err(error) => return reading.broken.push(error),
    };
    let resources = body.get_blocks("resource");
    let releases = resources.filter(|block| block.labels.first().is_some_and(|label| label.as_str() == "helm_release"));
    let releases: Vec<(usize, &Block)> = releases.enumerate().collect();
    if releases.is_empty() {
        return;
    }
    let modules = modules(&body, scope);
    for (object, block) in releases.into_iter().filter(|(number, _)| scope.wants(*number, |wanted| wanted.object)) {
        let wanted = modules.iter().enumerate().filter(|(number, _)| scope.wants(*number, |wanted| wanted.application));
        reading.releases.extend(wanted.filter_map(|(application, module)| {
            let mut release = Resource { block, body: &body, module, scope, stand_in: STAND_IN }.release()?;
            release.position = Position { object, application, ..Position::default() };
            let called = module.called.as_ref().filter(|_| modules.len() > 1);
            let element =
                |called: &Called| Element { index: application, label: called.label.clone(), is_environment: true };
            release.object.element = called.map(element);
            Some(release)
        }));
    }
}

fn parsed(scope: &Scope<'_>) -> Result<Body, ParseError> {
    hcl_edit::parser::parse_body(scope.text.as_str()).map_err(|error| {
        let message = format!("broken HCL: {}", error.message());
        ParseError { message, offset: error.location().offset() }
    })
}

/// The file's folder as a module: once for each call in the repository, or as it is if nothing calls it.
fn modules(body: &Body, scope: &Scope<'_>) -> Vec<Module> {
    let calls = Called::all(path::parent(scope.path()), scope);
    let none = calls.is_empty().then_some(None);
    calls.into_iter().map(Some).chain(none).map(|called| Module::new(body, called, scope)).collect()
}

/// Whether a text in a Terraform file refers to something else.
pub(super) fn is_reference(file: &str, text: &str) -> bool {
    let is_hcl = is_terraform(file) || file.ends_with(".tfvars");
    is_hcl && text.parse::<Expression>().is_ok_and(|expression| !is_literal(&expression))
}

fn is_literal(expression: &Expression) -> bool {
    matches!(expression, Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::String(_))
}

/// A resource that Helm or the cluster gets.
struct Resource<'m> {
    block: &'m Block,
    /// The file.
    body: &'m Body,
    module: &'m Module,
    scope: &'m Scope<'m>,
    /// What its texts have in the place of what is not known.
    stand_in: &'static str,
}

impl<'m> Resource<'m> {
    /// Whether it is read as a manifest. Then what is written under a condition counts, too: it may be applied.
    fn is_manifest(&self) -> bool {
        self.stand_in != STAND_IN
    }

    /// As a `helm_release`.
    fn release(&self) -> Option<Release> {
        let label = self.block.labels.get(1)?;
        Some(Release {
            object: Object {
                kind: "helm_release".to_owned(),
                name: label.as_str().to_owned(),
                namespace: None,
                element: None,
                place: self.scope.text.place(span(label.span())),
            },
            namespace: self.text("namespace"),
            name: self.text("name"),
            chart: self.chart(),
            presence: self.presence(),
            overlay: None,
            layers: values::layers(self),
            sites: values::sites(self),
            post_renderer: self.post_renderer(),
            position: Position::default(),
        })
    }

    fn attribute(&self, key: &str) -> Option<&'m Expression> {
        self.block.body.get_attribute(key).map(|attribute| &attribute.value)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.module.text(self.attribute(key)?)
    }

    /// The text of an argument and where it is written, or its source if it cannot be evaluated.
    fn located(&self, key: &str) -> Option<Result<Located, String>> {
        let written = self.attribute(key)?;
        let text = self.module.text(written);
        let place = self.place(written);
        Some(text.map(|text| Located { text, place }).ok_or_else(|| self.source(written).to_owned()))
    }

    fn chart(&self) -> Chart {
        let (version, version_gap) = match self.located("version") {
            Some(Ok(version)) => (Some(version), None),
            Some(Err(written)) => (None, Some(format!("the version is {written}{}", self.module.doubt()))),
            None => (None, None),
        };
        let written = match self.located("chart") {
            Some(Ok(written)) => written,
            Some(Err(written)) => {
                let name_gap = Some(format!("the chart is {written}{}", self.module.doubt()));
                let is_filled_in = !self.module.is_broken();
                return Chart { name_gap, is_filled_in, version, version_gap, ..Chart::default() };
            }
            None => return Chart { version, version_gap, ..Chart::default() },
        };
        let repository = self.text("repository");
        let folder = self.module.root();
        let known = repository.as_deref().or_else(|| self.attribute("repository").map(|_| ""));
        let chart = ChartReference { written, repository: known, version, folder }.chart(self.scope);
        let version_gap = version_gap.or(chart.version_gap);
        Chart { repository: chart.repository.filter(|repository| !repository.is_empty()), version_gap, ..chart }
    }

    fn presence(&self) -> Presence {
        let Some(count) = self.attribute("count") else { return Presence::Installed };
        match self.module.text(count).as_deref() {
            Some("0") => Presence::Absent("count is 0".to_owned()),
            Some(_) => Presence::Installed,
            None => Presence::Unknown(format!("count is {}{}", self.source(count), self.module.doubt())),
        }
    }

    /// The provider takes an object or, in its older versions, a block.
    fn post_renderer(&self) -> Option<String> {
        let field = |key: &str| match self.attribute("postrender") {
            Some(written) => {
                let object = self.module.resolve(written, Origin::Own)?.expression.as_object()?;
                values::of_object(object, key)
            }
            None => values::of_body(&self.block.body.get_blocks("postrender").next()?.body, key),
        };
        let command = self.module.text(field("binary_path")?)?;
        let args = field("args").and_then(Expression::as_array);
        let args: Vec<String> = args.into_iter().flatten().filter_map(|arg| self.module.text(arg)).collect();
        post_render::is_autopurge(&command, args.iter().map(String::as_str)).then(|| "postrender".to_owned())
    }

    fn place(&self, expression: &Expression) -> super::Place {
        self.scope.text.place(span(expression.span()))
    }

    /// Where the value of an expression is written; the expression itself if that is not a single place.
    fn definition(&self, expression: &Expression, origin: Origin<'_>) -> super::Place {
        let found = self.module.resolve(expression, origin).filter(|found| is_literal(found.expression));
        match found.map(|found| (found.elsewhere(), found)) {
            Some((Some((file, span)), _)) => super::Place { file, span, is_exact: true, is_known: true },
            Some((None, found)) if found.origin == Origin::Own => self.place(found.expression),
            _ => self.scope.text.place(Resolved { expression, origin }.span()),
        }
    }

    fn source(&self, expression: &Expression) -> &'m str {
        span(expression.span()).of(self.scope.text.as_str())
    }
}

fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}
