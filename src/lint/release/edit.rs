//! Writes values into GitOps files: where they are written already, or in the best place to add them.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde_json::json;

use super::in_file::in_file;
use super::layers::Written;
use super::trials::Outcome;
use super::{Case, Curable, InRepository, found};
use crate::charts::ValuesFix;
use crate::gitops::{Form, Place, Release, Site, Text, is_reference, release_again};
use crate::helm::{Step, ValuesPath};
use crate::lint::values::{Assignment, Change, Cure, Unwritten, ValuesOrigin, as_written};
use crate::lint::{FileEdits, Linter};
use crate::yaml::{Edit, Span, spliced};

/// The change that makes a server purge, tried on the whole file before it is offered.
pub(super) fn write(case: &Case<'_>, fix: &ValuesFix, prefix: &[String]) -> Result<Change, Unwritten> {
    let path = fix.path.below(prefix);
    let mut reasons = Vec::new();
    for candidate in candidates(case, fix, &path) {
        match candidate {
            Ok(change) if purges(case, &change, prefix) => match changed_elsewhere(case, &change, prefix) {
                None => return Ok(change),
                Some(other) => {
                    let why = format!("changing {path} in {} would also change {other}", change.path);
                    reasons.push(Unwritten::NoPlace(why));
                }
            },
            Ok(_) => {
                reasons.push(Unwritten::NotEnough(path.clone()));
            }
            Err(other) => reasons.push(other.into()),
        }
    }
    // The first place would have been the best one.
    let none = || "there is no known place to write this value".to_owned().into();
    Err(reasons.into_iter().next().unwrap_or_else(none))
}

/// The place where the value is written, then those where it can be added, best first.
fn candidates<'c>(
    case: &'c Case<'_>,
    fix: &'c ValuesFix,
    path: &'c ValuesPath,
) -> impl Iterator<Item = Result<Change, String>> + 'c {
    let place = case.values().at(&path.keys()).and_then(|value| value.place);
    let written = place.and_then(|place| case.layers.origin(place));
    let (steps, value) = as_written(fix, (case.values(), path), place.map(|place| place.source));
    // A value that is filled in from elsewhere (a variable, a list element) is changed there.
    let elsewhere = place.and_then(|place| case.layers.place(place)).filter(|place| !place.is_exact && place.is_known);
    let elsewhere = elsewhere.map(|place| in_place(case, &place, (path, &value)));
    let own = written.map(|written| match written {
        Written::Values(values) => {
            let assignment = Assignment { base: &values.pointer, steps: &steps.steps, value: &value };
            in_text(case, &values.text, Some(values.document), assignment)
        }
        Written::Parameter(parameter) => in_place(case, &parameter.value.place, (path, &value)),
    });
    let sites = case.release.sites.iter();
    elsewhere.into_iter().chain(own).chain(sites.map(move |site| at_site(case, site, (fix, path))))
}

/// An assignment in a text from a file, as a change of the file.
fn in_text(case: &Case<'_>, text: &Text, document: Option<Span>, assignment: Assignment<'_>) -> Result<Change, String> {
    let written = assignment.write(text.as_str().as_bytes(), document)?;
    let (file, content) = content(case, text.file())?;
    let edits = if text.is_file() { written.edits } else { in_file(text, &content, &written.edits)? };
    Ok(Change { path: file, before: content.into_bytes().into(), edits, operation: written.operation })
}

/// Replaces a scalar in a file; quoted text stays quoted.
fn in_place(
    case: &Case<'_>,
    place: &Place,
    (path, value): (&ValuesPath, &serde_json::Value),
) -> Result<Change, String> {
    let (file, content) = content(case, &place.file)?;
    let old = place.span.of(&content);
    if is_reference(&place.file, old) {
        return Err(format!("{} inserts it: change what that renders to", old.trim()));
    }
    let quote =
        old.chars().next().filter(|first| matches!(first, '"' | '\'') && old.len() > 1 && old.ends_with(*first));
    let quote = quote.map(String::from).unwrap_or_default();
    let read = case.values().at(&path.keys());
    let read = read.map(|value| value.as_text().map_or_else(|| value.to_json().to_string(), str::to_owned));
    if read.as_deref() != old.strip_prefix(&quote).and_then(|old| old.strip_suffix(&quote)) {
        return Err(format!("{path} is not written there as it is read"));
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let edits = vec![Edit { span: place.span, text: format!("{quote}{text}{quote}") }];
    let operation = json!({"op": "replace", "path": "", "value": value});
    Ok(Change { path: file, before: content.into_bytes().into(), edits, operation })
}

fn at_site(case: &Case<'_>, site: &Site, (fix, path): (&ValuesFix, &ValuesPath)) -> Result<Change, String> {
    let (steps, value) = as_written(fix, (case.values(), path), None);
    let document = Some(site.document);
    match site.form {
        Form::Mapping => {
            let assignment = Assignment { base: &site.pointer, steps: &steps.steps, value: &value };
            in_text(case, &site.text, document, assignment)
        }
        Form::Text => {
            let text = site.text.document(site.document).map_err(|error| error.to_string())?;
            let node = text.as_ref().and_then(|document| document.root().at(&site.pointer));
            let inner = node.and_then(crate::yaml::Node::as_str).unwrap_or_default();
            let written = Assignment { base: "", steps: &steps.steps, value: &value }.write(inner.as_bytes(), None)?;
            let text =
                String::from_utf8(spliced(inner.as_bytes(), &written.edits)).map_err(|error| error.to_string())?;
            let value = json!(text);
            let change =
                in_text(case, &site.text, document, Assignment { base: &site.pointer, steps: &[], value: &value })?;
            Ok(Change { operation: written.operation, ..change })
        }
        Form::Parameters => {
            if value.is_string() {
                return Err("a parameter would make a number of the text that is needed".to_owned());
            }
            let text = value.to_string();
            append(case, site, &json!({"name": path.to_string(), "value": text}))
        }
        Form::List => append(case, site, &Step::wrap(&steps.steps, value)),
        Form::Hcl => in_hcl(case, site, &steps.keys(), &value),
    }
}

/// Adds an entry to an object, or another text of values, in HCL.
fn in_hcl(case: &Case<'_>, site: &Site, keys: &[String], value: &serde_json::Value) -> Result<Change, String> {
    let (file, content) = content(case, site.text.file())?;
    let edit = site.write_hcl(keys, value).ok_or("the values do not come from an object")?;
    let operation = json!({"op": "add", "path": format!("/{}", keys.join("/")), "value": value});
    Ok(Change { path: file, before: content.into_bytes().into(), edits: vec![edit], operation })
}

/// Appends an item to a list.
fn append(case: &Case<'_>, site: &Site, item: &serde_json::Value) -> Result<Change, String> {
    let document = site.text.document(site.document).map_err(|error| error.to_string())?;
    let list = document.as_ref().and_then(|document| document.root().at(&site.pointer));
    let steps = [Step::Index(list.map_or(0, |list| list.items().len()))];
    in_text(case, &site.text, Some(site.document), Assignment { base: &site.pointer, steps: &steps, value: item })
}

fn content(case: &Case<'_>, file: &str) -> Result<(String, String), String> {
    let text = case.file.repository.text(file, case.file).ok_or_else(|| format!("cannot read {file}"))?;
    Ok((file.to_owned(), text))
}

/// Whether the release's server purges after a file has changed, with the file read anew from its text.
fn purges(case: &Case<'_>, change: &Change, prefix: &[String]) -> bool {
    outcome_after(case, change, case.release).is_some_and(|outcome| outcome.purging(prefix).is_some())
}

/// What one of the object's releases does after a change.
fn outcome_after(case: &Case<'_>, change: &Change, release: &Release) -> Option<Rc<Outcome>> {
    let text = text_of(change)?;
    let texts = BTreeMap::from([(change.path.clone(), text.clone())]);
    case.trials.outcome(release, Some((change.path.clone(), text)), || {
        with(case.file, texts, |file| {
            let again = release_again(release, file.path, file.text, file.around)?;
            Some(Outcome::of(&Case::new(file, &again, case.linter)))
        })
    })
}

/// The first of the other releases that the change affects: one whose purging server would get another interval, or one
/// of another chart that would get values not meant for it.
fn changed_elsewhere(case: &Case<'_>, change: &Change, prefix: &[String]) -> Option<String> {
    let interval = |outcome: &Outcome| outcome.purging(prefix).map(|server| server.judged.interval.reading);
    let is_changed = |other: &&Release| {
        let before = || Some(Outcome::of(&Case::new(case.file, other, case.linter)));
        let Some(before) = case.trials.outcome(other, None, before) else { return true };
        let is_same_chart = other.chart.name == case.release.chart.name;
        if is_same_chart && interval(&before).is_none() {
            return false;
        }
        let stays = |after: Rc<Outcome>| {
            if is_same_chart {
                interval(&before) == interval(&after)
            } else {
                before.values.to_json() == after.values.to_json()
            }
        };
        !outcome_after(case, change, other).is_some_and(stays)
    };
    let told = |other: &Release| {
        let element = other.object.element.as_ref()?;
        Some(if element.is_environment {
            format!("the environment {}", element.label)
        } else {
            format!("the values of {}", element.label)
        })
    };
    case.others.iter().find(is_changed).and_then(told)
}

fn text_of(change: &Change) -> Option<String> {
    String::from_utf8(change.after()).ok()
}

/// The repository with some files changed.
fn with<R>(
    file: InRepository<'_>,
    texts: BTreeMap<String, String>,
    look: impl FnOnce(InRepository<'_>) -> Option<R>,
) -> Option<R> {
    let text = texts.get(file.path).cloned().unwrap_or_else(|| file.text.to_owned());
    let changed: Vec<String> = texts.keys().cloned().collect();
    let repository = file.repository.with(texts);
    let around = file.around.changed(&repository, changed);
    look(InRepository { text: &text, repository: &repository, around: &around, ..file })
}

/// All fixes of a file's releases, applied one on top of the other, as file edits.
pub(super) fn fixes(file: InRepository<'_>, curable: &[Curable], linter: &Linter<'_>) -> Vec<FileEdits> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for Curable { release, prefix, others } in curable {
        let change = with(file, texts.clone(), |file| {
            let again = release_again(release, file.path, file.text, file.around)?;
            let case = Case { others: others.clone(), ..Case::new(file, &again, linter) };
            let server = case.servers().into_iter().find(|server| server.prefix == *prefix)?;
            let fix = server.judged.fix.clone()?;
            let found = found(&case, server);
            if let Cure::Write { .. } = found.cure { write(&case, &fix, prefix).ok() } else { None }
        });
        if let Some((path, text)) = change.and_then(|change| Some((change.path.clone(), text_of(&change)?))) {
            texts.insert(path, text);
        }
    }
    let edits = texts.into_iter().filter_map(|(path, after)| {
        let before = file.repository.text(&path, file)?.into_bytes().into();
        let changed = if path == file.path { file.file? } else { Path::new(&path) };
        Some(FileEdits::between(&file.repository.path_from_here(changed), &before, after.as_bytes()))
    });
    edits.collect()
}
