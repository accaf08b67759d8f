//! The fixes: RFC 6902 operations that write a setting where the server reads it.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, ReplaceOperation, TestOperation};
use serde_json::{Value, json};

use super::{Fix, Subject, Wanted};
use crate::detect::{Origin, Setting};
use crate::yaml::{Change, Kind, Node};
use crate::zookeeper::Reading;

/// What is said behind a value that was written anew.
const ADDED: &str = "autopurge added this";

/// A setting to write: what is there now, and the variable to add where nothing is.
struct Target<'s, 'd> {
    setting: &'s Setting<'d>,
    variable: Option<&'s str>,
    value: i32,
}

/// Sets the interval, and the retain count where one is asked for; or says why that cannot be done.
pub(super) fn interval(subject: &Subject<'_, '_>, wanted: Wanted) -> (Vec<Fix>, Option<String>) {
    let variable = subject.server.patch_store().map(|store| store.interval.as_str());
    let target = Target { setting: &subject.server.interval, variable, value: wanted.interval };
    fix(subject, [Some(target), retain_target(subject, wanted)])
}

/// Replaces whatever keeps the server from starting. The retain count is only ever written when it is asked for.
pub(super) fn unreadable(subject: &Subject<'_, '_>, wanted: Wanted) -> (Vec<Fix>, Option<String>) {
    let server = &subject.server;
    if server.retain.reading == Reading::Unreadable && wanted.retain.is_none() {
        let reason = "the retain count is at fault, and that is only written when asked for: say --retain 3".to_owned();
        return (Vec::new(), Some(reason));
    }
    let needs_interval = match server.interval.reading {
        Reading::Number(hours) => hours <= 0,
        Reading::Unreadable => true,
        Reading::Unknown => false,
    };
    if needs_interval { interval(subject, wanted) } else { fix(subject, [retain_target(subject, wanted), None]) }
}

/// Sets the retain count to the one asked for.
pub(super) fn retain(subject: &Subject<'_, '_>, wanted: Wanted) -> Vec<Fix> {
    let target = retain_target(subject, wanted);
    if target.is_none() { Vec::new() } else { fix(subject, [target, None]).0 }
}

fn retain_target<'s, 'd>(subject: &'s Subject<'d, '_>, wanted: Wanted) -> Option<Target<'s, 'd>> {
    let setting = &subject.server.retain;
    let is_other = |count: &i32| setting.reading != Reading::Unknown && setting.reading.number() != Some(*count);
    let value = wanted.retain.filter(is_other)?;
    let variable = subject.server.patch_store().and_then(|store| store.retain.as_deref());
    Some(Target { setting, variable, value })
}

/// All targets in one fix, or the reason why the first of them cannot be written.
fn fix(subject: &Subject<'_, '_>, targets: [Option<Target<'_, '_>>; 2]) -> (Vec<Fix>, Option<String>) {
    match write(subject, targets.into_iter().flatten()) {
        Ok(places) => (vec![Fix { document: subject.index, changes: composed(places) }], None),
        Err(reason) => (Vec::new(), Some(reason)),
    }
}

/// What is written replaces its value; what is not is added, all of it at once.
fn write<'s>(subject: &Subject<'_, '_>, targets: impl Iterator<Item = Target<'s, 's>>) -> Result<Vec<Place>, String> {
    let (mut places, mut additions) = (Vec::new(), Vec::new());
    for target in targets {
        let value = target.value.to_string();
        match &target.setting.origin {
            Origin::Env { entry, .. } => places.extend(replace(subject, *entry, target.setting, &value)?),
            Origin::Default => {
                let variable = target.variable.ok_or_else(|| no_variable(subject))?;
                additions.push(json!({ "name": variable, "value": value }));
            }
            origin @ (Origin::EnvFile { .. } | Origin::File { .. } | Origin::Command) => {
                return Err(format!("{} decides, and what it says is not in these manifests", origin.describe()));
            }
        }
    }
    places.extend(add(subject, additions)?);
    Ok(places)
}

fn no_variable(subject: &Subject<'_, '_>) -> String {
    match subject.server.container.image().and_then(|image| image.tag) {
        Some(tag) => format!("the image {tag} reads no variable for it; a newer image or a mounted zoo.cfg does"),
        None => "the image reads no variable for it".to_owned(),
    }
}

/// One operation with the comment to leave behind.
struct Place {
    operation: PatchOperation,
    comment: String,
    tests: Vec<PatchOperation>,
}

/// The operations of one document: before each index, tests of the names that stand there.
fn composed(places: Vec<Place>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for place in places {
        let tests = place.tests.into_iter().map(|operation| Change { operation, comment: None });
        let new: Vec<Change> = tests.filter(|test| changes.iter().all(|one| one.operation != test.operation)).collect();
        changes.extend(new);
        changes.push(Change { operation: place.operation, comment: Some(place.comment) });
    }
    changes
}

/// Puts a value where another one stands, or where an entry has none.
///
/// A value that is an alias gives way in this entry alone: the variables that share it are none of our business. One
/// that stands below an anchor itself is changed for everybody who reads it, and the message names them.
fn replace(
    subject: &Subject<'_, '_>,
    entry: Node<'_>,
    setting: &Setting<'_>,
    value: &str,
) -> Result<Vec<Place>, String> {
    let value = Value::from(value);
    let operation = |path| PatchOperation::Replace(ReplaceOperation { path, value: value.clone() });
    let addition = |path| PatchOperation::Add(AddOperation { path, value: value.clone() });
    let Some(written) = setting.node.and_then(|_| entry.get("value")) else {
        return places(subject, &pointers(entry)?, "/value", ADDED, addition);
    };
    let comment = format!("autopurge changed this from {:?}", setting.text.unwrap_or_default());
    if written.is_alias() {
        return places(subject, &pointers(entry)?, "/value", &comment, operation);
    }
    places(subject, &pointers(written)?, "", &comment, operation)
}

/// Adds variables, and the list of variables where there is none.
fn add(subject: &Subject<'_, '_>, entries: Vec<Value>) -> Result<Vec<Place>, String> {
    let container = subject.server.container.node();
    let addition = |value: Value| move |path| PatchOperation::Add(AddOperation { path, value: value.clone() });
    match container.get("env").filter(|env| !env.is_null()) {
        _ if entries.is_empty() => Ok(Vec::new()),
        None => places(subject, &pointers(container)?, "/env", ADDED, addition(Value::Array(entries))),
        Some(list) if list.kind() != Kind::Sequence => Err("its env is no list".to_owned()),
        Some(list) => {
            let lists = pointers(list)?;
            let each = entries.into_iter().map(|entry| places(subject, &lists, "/-", ADDED, addition(entry)));
            Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        }
    }
}

/// One operation for every pointer with a tail behind it.
fn places(
    subject: &Subject<'_, '_>,
    pointers: &[String],
    tail: &str,
    comment: &str,
    operation: impl Fn(PointerBuf) -> PatchOperation,
) -> Result<Vec<Place>, String> {
    let place = |pointer: &String| {
        let pointer = format!("{pointer}{tail}");
        Ok(Place {
            operation: operation(parse(&pointer)?),
            comment: comment.to_owned(),
            tests: tests(subject, &pointer)?,
        })
    };
    pointers.iter().map(place).collect()
}

/// Every place where Helm reads a node: more than one where it stands below an anchor.
fn pointers(node: Node<'_>) -> Result<Vec<String>, String> {
    node.pointers().ok_or_else(|| "it stands below an anchor that is used in too many places".to_owned())
}

/// For each list index on the way, a test of the name that stands there: a patch that is kept and applied to another
/// render must not hit a neighbour.
fn tests(subject: &Subject<'_, '_>, pointer: &str) -> Result<Vec<PatchOperation>, String> {
    let mut tests = Vec::new();
    for (at, _) in pointer.match_indices('/').skip(1).chain([(pointer.len(), "")]) {
        let prefix = pointer.get(..at).unwrap_or_default();
        let is_index = prefix.rsplit('/').next().is_some_and(|step| step.bytes().all(|byte| byte.is_ascii_digit()));
        let name = ["/name", "/metadata/name"].into_iter().find_map(|tail| {
            let path = format!("{prefix}{tail}");
            let name = subject.document.root().at(&path).filter(|_| is_index)?.as_str()?;
            Some((path, name))
        });
        if let Some((path, name)) = name {
            tests.push(PatchOperation::Test(TestOperation { path: parse(&path)?, value: name.into() }));
        }
    }
    Ok(tests)
}

fn parse(pointer: &str) -> Result<PointerBuf, String> {
    PointerBuf::parse(pointer)
        .map_err(|error| format!("the path {pointer} cannot be written as a JSON pointer: {error}"))
}
