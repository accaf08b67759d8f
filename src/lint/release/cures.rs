//! What the values of releases have to be, found by adding values to each release.

use std::collections::BTreeSet;

use super::{Case, InRepository, directives_elsewhere, directives_in, read};
use crate::charts::{SetArgument, plain};
use crate::gitops::{Content, Flag, Layer, Located, Parameter, Reading, Release, Text, Values};
use crate::helm::coalesce;
use crate::lint::Linter;
use crate::lint::cures::{Cures, More, Trial};
use crate::lint::models::ModelledServer;
use crate::lint::values::{add, found};
use crate::report::{Part, Source};
use crate::yaml::{Lines, Span};

/// The releases of a file with the values that cure them; the reason if it cannot be read in full.
pub(in crate::lint) fn cures(file: InRepository<'_>, linter: &Linter<'_>) -> Result<Vec<Cures>, String> {
    let Reading { releases, broken } = read(file, linter);
    if let Some(error) = broken.first() {
        let line = Lines::new(file.text.as_bytes()).position(file.text.as_bytes(), error.offset).line;
        return Err(format!("line {line} cannot be read: {}", error.message));
    }
    let of_one = |release: &Release| {
        // A post-renderer is no reason not to fix the values.
        let mut release = release.clone();
        release.post_renderer = None;
        let case = Case::new(file, &release, linter);
        let title = case.subject().title;
        match case.refusal() {
            Some(refusal) => Err(refusal.describe(&title)),
            None => Ok(Cures::of(&case, linter, (title, Some(release.object.kind.clone())))),
        }
    };
    let mut cures = Vec::new();
    for same in releases.chunk_by(Release::is_same_elsewhere) {
        let mut all = same.iter().map(of_one).collect::<Result<Vec<Cures>, String>>()?;
        let first = all.first().filter(|_| same.len() > 1).cloned();
        let is_first = |cures: &Cures| {
            first.as_ref().is_some_and(|first| Cures { title: first.title.clone(), ..cures.clone() } == *first)
        };
        if let Some(whole) = same.first().filter(|_| all.iter().all(is_first)) {
            let mut whole = whole.clone();
            whole.object.element = None;
            all = vec![of_one(&whole)?];
        }
        cures.extend(all);
    }
    Ok(cures)
}

impl Trial for Case<'_> {
    fn effective(&self) -> serde_json::Value {
        let (values, helm) = (&self.layers.values, self.helm);
        let chart = self.chart.as_ref().and_then(|chart| chart.as_ref().ok());
        let coalesced = chart.map(|(chart, sources)| coalesce(chart, values, helm, sources));
        match coalesced {
            Some(Ok(top)) => plain(&top.values),
            Some(Err(_)) | None => plain(values),
        }
    }

    /// Values from a file go below parameters, wherever the tool keeps its values.
    fn servers_with(&self, more: More<'_>) -> Vec<ModelledServer> {
        let mut release = self.release.clone();
        match more {
            More::Nothing => {}
            More::File(text) => {
                let is_values = |layer: &Layer| matches!(layer.content, Content::Values(_) | Content::Missing(_));
                let behind = release.layers.iter().rposition(is_values).map_or(0, |last| last.saturating_add(1));
                release.layers.insert(behind, more_values(text));
            }
            More::Words(words) => release.layers.push(more_parameters(words)),
        }
        Case::new(self.file, &release, self.linter).servers()
    }

    fn servers_to_leave(&self) -> BTreeSet<usize> {
        let (subject, mut part) = (self.subject(), Part::default());
        let source = Source::new(&subject.path, self.file.text.as_bytes());
        let mut directives = directives_in(&source);
        for server in self.servers() {
            let found = found(self, server);
            directives.extend(directives_elsewhere(&found, &subject.path));
            add(&mut part, &found, &subject, (self.linter, &directives));
        }
        part.servers_to_leave()
    }
}

/// A text as an additional layer of values.
fn more_values(text: &str) -> Layer {
    let document = Span::new(0, text.len());
    let values = Values { text: Text::of_file("more", text), document, pointer: String::new() };
    Layer { at: "more".to_owned(), content: Content::Values(values) }
}

/// Assignments as an additional layer of parameters.
fn more_parameters(words: &[SetArgument]) -> Layer {
    let parameter = |SetArgument { assignment: word, is_text }: &SetArgument| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let flag = if *is_text { Flag::SetString } else { Flag::Set };
        let place = Text::of_file("more", word).place(Span::new(0, word.len()));
        let located = |text: &str| Located { text: text.to_owned(), place: place.clone() };
        Parameter { flag, assignment: word.clone(), name: located(name), value: located(value) }
    };
    Layer { at: "more".to_owned(), content: Content::Parameters(words.iter().map(parameter).collect()) }
}
