//! `ApplicationSet`: one application for each set of parameters from its generators.

use std::cell::{OnceCell, RefCell};

use super::parameters::Parameters;
use super::template::{Syntax, fill};
use super::{numbered, of_spec};
use crate::gitops::field::{Field, Page};
use crate::gitops::release::{Element, Layer, Position, Release};
use crate::gitops::substitute::Part;
use crate::gitops::surroundings::Scope;
use crate::gitops::values_file::missing;
use crate::yaml::Span;

/// Reads the object and the specification of an application.
type Reader<'r, R> = &'r dyn Fn(&Field<'_>, &Field<'_>) -> R;

/// The limit, in bytes, for the texts of all applications of a set.
const LARGEST: usize = 4 << 20;

/// The releases of all applications that can be determined from the file.
pub(in crate::gitops) fn application_set(object: &Field<'_>, position: Position, scope: &Scope<'_>) -> Vec<Release> {
    let Some((spec, template)) = Template::of(object) else { return Vec::new() };
    let sets = Parameters::all(&spec, scope);
    let wanted = sets.iter().enumerate().filter(|(number, _)| scope.wants(*number, |wanted| wanted.application));
    let unread = OnceCell::new();
    let releases = wanted.flat_map(|(application, parameters)| {
        let is_read = application < template.most();
        let unread = || unread.get_or_init(|| template.unread(scope)).clone();
        let releases =
            if is_read { template.filled(parameters, &|object, spec| of_spec(object, spec, scope)) } else { unread() };
        let releases = releases.unwrap_or_default();
        let position = Position { application, ..position };
        position.tell(releases).map(|release| told(release, object, parameters))
    });
    let patches = changes(&spec);
    numbered(releases.map(|release| patched(release, &patches)).collect())
}

/// Passes the specifications of all applications that can be determined from the file to a reader, with the names shown to
/// users.
pub(in crate::gitops) fn specifications(object: &Field<'_>, scope: &Scope<'_>, read: &mut dyn FnMut(&Field<'_>, &str)) {
    let Some((spec, template)) = Template::of(object) else { return };
    let read = RefCell::new(read);
    for parameters in Parameters::all(&spec, scope).iter().take(template.most()) {
        template.filled(parameters, &|_, spec| (read.borrow_mut())(spec, &parameters.label));
    }
}

/// What applications are made from.
struct Template<'a, 'd> {
    object: &'a Field<'d>,
    field: Field<'d>,
    generators: Option<Field<'d>>,
    syntax: Syntax,
}

impl<'a, 'd> Template<'a, 'd> {
    /// The specification of a set, and what its applications are made from.
    fn of(object: &'a Field<'d>) -> Option<(Field<'d>, Self)> {
        let spec = object.get("spec")?;
        let syntax = if spec.is_true("goTemplate") { Syntax::Go } else { Syntax::Plain };
        let template = Self { object, field: spec.get("template")?, generators: spec.get("generators"), syntax };
        Some((spec, template))
    }

    /// How many applications are read.
    fn most(&self) -> usize {
        let unused = self.generators.as_ref().map_or(0, |generators| generators.node().span().len());
        let each = self.object.page().span.len().saturating_sub(unused);
        LARGEST.checked_div(each).unwrap_or(LARGEST)
    }

    /// The releases as in the template, with everything unknown that parameters could change.
    fn unread(&self, scope: &Scope<'_>) -> Option<Vec<Release>> {
        let spec = self.field.get("spec")?;
        let unread = missing(&spec.named(), Vec::new(), "the set has more applications than autopurge reads");
        let releases = of_spec(self.object, &spec, scope).into_iter();
        Some(releases.map(|release| patched(release, std::slice::from_ref(&unread))).collect())
    }

    /// What a reader makes of the object and the specification of one application.
    fn filled<R>(&self, parameters: &Parameters, read: Reader<'_, R>) -> Option<R> {
        // The generators make up most of a long set, and are no part of a single application.
        let unused = self.generators.as_ref().map(|generators| generators.node().span());
        self.without(unused, parameters, read).or_else(|| self.without(None, parameters, read))
    }

    /// `None` if what remains is not a template, because it refers to an anchor that was left out.
    fn without<R>(&self, unused: Option<Span>, parameters: &Parameters, read: Reader<'_, R>) -> Option<R> {
        let part = Part { node: self.field.node(), unused };
        let text = fill((self.object.page(), part), parameters, self.syntax);
        let page = Page::parse(&text, Span::new(0, text.as_str().len())).ok().flatten()?;
        let object = page.object_at(self.object.pointer())?;
        let spec = object.at(&["spec", "template", "spec"])?;
        Some(read(&object, &spec))
    }
}

/// Records which application the release belongs to. Edits go to the file, not to the text with the parameters filled
/// in.
fn told(mut release: Release, object: &Field<'_>, parameters: &Parameters) -> Release {
    release.edit_in(object.page());
    release.object.element = Some(Element { index: 0, label: parameters.label.clone(), is_environment: false });
    if parameters.label.is_empty() {
        release.object.element = None;
    }
    release
}

/// Later changes of the template that are not followed.
fn changes(spec: &Field<'_>) -> Vec<Layer> {
    let generators = spec.get("generators").map(|list| list.items()).unwrap_or_default();
    let own =
        generators.iter().flat_map(Field::entries).filter_map(|(_, generator)| generator.at(&["template", "spec"]));
    let changes = spec.get("templatePatch").into_iter().chain(own);
    let layers = changes.map(|change| {
        let written = change.named();
        missing(&written, Vec::new(), &format!("{} may change the values", written.text))
    });
    layers.collect()
}

fn patched(mut release: Release, patches: &[Layer]) -> Release {
    release.layers.extend(patches.iter().cloned());
    release
}
