//! The releases of a helmfile in several environments: one if all of them agree, otherwise one for each.

use std::collections::BTreeMap;

use super::named;
use super::release::all;
use super::state::{self, State};
use crate::gitops::recognise::is_helmfile;
use crate::gitops::release::{Element, Position, Release};
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;

/// The releases of a file that was read once per environment.
pub(super) fn releases(states: &[(usize, State)], document: usize, scope: &Scope<'_>) -> Vec<Release> {
    let mut found: Vec<Vec<Release>> = Vec::new();
    let mut by_place = BTreeMap::new();
    for (application, state) in states {
        let mut counts = BTreeMap::new();
        for release in all(state, Position { document, application: *application, ..Position::default() }, scope) {
            let place = (release.object.place.file.clone(), release.object.place.span.start);
            // A template loop writes several in one place.
            let count = counts.entry(place.clone()).or_insert(0_usize);
            *count = count.saturating_add(1);
            let number = *by_place.entry((place, *count)).or_insert(found.len());
            if number == found.len() {
                found.push(Vec::new());
            }
            if let Some(same) = found.get_mut(number) {
                same.push(release);
            }
        }
    }
    found.into_iter().flat_map(|same| told_apart(same, states)).collect()
}

/// One release as it is in some of the environments.
fn told_apart(same: Vec<Release>, states: &[(usize, State)]) -> Vec<Release> {
    let is_everywhere = states.len() > 1 && same.len() == states.len();
    let first = same.first().filter(|first| is_everywhere && same.iter().all(|other| is_same(first, other)));
    if let Some(first) = first {
        return vec![first.clone()];
    }
    same.into_iter().map(|release| labelled(release, states)).collect()
}

fn is_same(one: &Release, other: &Release) -> bool {
    let comparable = |release: &Release| Release { position: Position::default(), ..release.clone() };
    comparable(one) == comparable(other)
}

fn labelled(mut release: Release, states: &[(usize, State)]) -> Release {
    let index = release.position.application;
    let state = states.iter().find(|(number, state)| *number == index && state.environment.has_others);
    let name = state.and_then(|(_, state)| state.environment.certain_name());
    let label = |name: &str| Element { index, label: name.to_owned(), is_environment: true };
    release.object.element = name.map(label);
    release
}

/// The other helmfiles that a file names in any environment, each with the environments of the files above it. Those
/// that are recognised by their own names are left out.
pub(super) fn helmfiles(states: &[(usize, State)], scope: &Scope<'_>) -> Vec<(Text, Vec<String>)> {
    let names = states.iter().filter_map(|(_, state)| state.environment.certain_name());
    let names: Vec<String> = names.map(str::to_owned).collect();
    let mut paths: Vec<String> = Vec::new();
    for path in states.iter().flat_map(|(_, state)| state::helmfiles(&state.pages())) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let mut found: Vec<(Text, Vec<String>)> = Vec::new();
    for path in paths.iter().flat_map(|path| named::files(path, scope.files())) {
        if found.iter().any(|(other, _)| **other.file() == *path) {
            continue;
        }
        let text = scope.files().read(&path).filter(|text| !is_helmfile(&path, text));
        found.extend(text.map(|text| (Text::of_file(&path, &text), names.clone())));
    }
    found
}
