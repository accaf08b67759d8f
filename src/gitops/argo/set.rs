//! `ApplicationSet`: an application for each set of parameters that its generators give.

use super::parameters::Parameters;
use super::template::{Syntax, fill};
use super::{numbered, of_spec};
use crate::gitops::field::{Field, Page};
use crate::gitops::release::{Element, Layer, Release};
use crate::gitops::surroundings::Scope;
use crate::gitops::values_file::missing;
use crate::yaml::Span;

/// The releases of all applications that can be told from the file.
pub(in crate::gitops) fn application_set(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let Some(template) = spec.get("template") else { return Vec::new() };
    let syntax = if spec.is_true("goTemplate") { Syntax::Go } else { Syntax::Plain };
    let sets = Parameters::all(&spec);
    let releases = sets.iter().flat_map(|parameters| {
        let text = fill(object.page(), &template, parameters, syntax);
        let span = Span::new(0, text.as_str().len());
        let page = Page::parse(&text, span).ok().flatten();
        let releases = page.as_ref().and_then(|page| {
            let object = page.object_at(object.pointer())?;
            let spec = object.at(&["spec", "template", "spec"])?;
            Some(of_spec(&object, &spec, scope))
        });
        releases.unwrap_or_default().into_iter().map(|release| told(release, object, parameters))
    });
    let patches = changes(&spec);
    numbered(releases.map(|release| patched(release, &patches)).collect())
}

/// Says which of the applications it is. What is edited is the file, not the text with the parameters put in.
fn told(mut release: Release, object: &Field<'_>, parameters: &Parameters) -> Release {
    release.edit_in(object.page());
    if let Some(generator) = &parameters.unseen {
        release.notes.push(format!("once for everything that the generator `{generator}` finds"));
    }
    release.object.element = Some(Element { index: 0, label: parameters.label.clone() });
    if parameters.label.is_empty() {
        release.object.element = None;
    }
    release
}

/// What changes the template afterwards, in ways that are not followed.
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
