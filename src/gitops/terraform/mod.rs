//! Terraform: `helm_release`, as far as its arguments are written down in the same folder.

mod budget;
mod declared;
mod encode;
mod expression;
mod module;
mod values;
mod write;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use super::Reading;
use super::chart_reference::ChartReference;
use super::path;
use super::post_render;
use super::release::{Chart, Located, Object, Position, Presence, Release};
use super::surroundings::Scope;
use crate::yaml::{ParseError, Span};
use module::Module;

pub(super) use declared::Declared;
pub(super) use module::is_terraform;

/// The releases of a file.
pub(super) fn read(scope: &Scope<'_>, reading: &mut Reading) {
    let body = match hcl_edit::parser::parse_body(scope.text.as_str()) {
        Ok(body) => body,
        Err(error) => {
            let message = format!("broken HCL: {}", error.message());
            reading.broken.push(ParseError { message, offset: error.location().offset() });
            return;
        }
    };
    let module = Module::new(body, scope);
    let resources = module.own.get_blocks("resource");
    let releases = resources.filter(|block| block.labels.first().is_some_and(|label| label.as_str() == "helm_release"));
    let wanted = releases.enumerate().filter(|(number, _)| scope.wants(*number, |wanted| wanted.object));
    let release = |(object, block)| {
        let release = HelmRelease { block, module: &module, scope }.release()?;
        Some(Release { position: Position { object, ..Position::default() }, ..release })
    };
    reading.releases.extend(wanted.filter_map(release));
}

/// A resource of the type `helm_release`.
struct HelmRelease<'m> {
    block: &'m Block,
    module: &'m Module,
    scope: &'m Scope<'m>,
}

impl<'m> HelmRelease<'m> {
    fn release(&self) -> Option<Release> {
        let label = self.block.labels.get(1)?;
        let mut notes = Vec::new();
        if self.block.body.has_attribute("for_each") {
            notes.push("once for each element of for_each".to_owned());
        }
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
            layers: values::layers(self),
            sites: values::sites(self),
            notes,
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

    /// The text of an argument and where it stands, or how it is written if that cannot be worked out.
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
            Some(Err(written)) if self.module.is_broken() => {
                let name_gap = Some(format!("the chart is {written}{}", self.module.doubt()));
                return Chart { name_gap, version, version_gap, ..Chart::default() };
            }
            Some(Err(_)) | None => return Chart { version, version_gap, ..Chart::default() },
        };
        let repository = self.text("repository");
        let folder = path::parent(self.scope.path());
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

    /// The provider takes an object, and in its older versions a block.
    fn post_renderer(&self) -> Option<String> {
        let field = |key: &str| match self.attribute("postrender") {
            Some(written) => {
                let object = self.module.resolve(written, expression::Origin::Own)?.expression.as_object()?;
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

    fn source(&self, expression: &Expression) -> &'m str {
        span(expression.span()).of(self.scope.text.as_str())
    }
}

fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}
