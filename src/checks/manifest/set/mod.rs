//! The fixes: RFC 6902 operations that write a setting where the server reads it.

mod field;
mod text;
mod variable;

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, ReplaceOperation, TestOperation};
use serde_json::Value;

use super::{Subject, Wanted};
use crate::checks::Fix;
use crate::detect::{Access, Origin, PatchStore, Setting};
use crate::kubernetes::{Container, Holder, is_placeholder, parameter_of};
use crate::yaml::{Change, Node};
use crate::zookeeper::{PurgeSetting, Reading, Verdict};

/// The comment on a value that was added.
const ADDED: &str = "autopurge added this";

/// A setting to write: its current state and its new value.
#[derive(Clone, Copy)]
struct Target<'s, 'd> {
    which: PurgeSetting,
    setting: &'s Setting<'d>,
    value: i32,
}

/// One operation with its document and the comment to leave there.
struct Place {
    document: usize,
    operation: PatchOperation,
    comment: String,
    tests: Vec<PatchOperation>,
    /// What a report may show of the value, if that is a text that contains more than the setting.
    shown: Option<String>,
}

/// What makes a server purge, or why nothing does; neither for a server that need not change.
#[derive(Default)]
pub(super) struct ServerFix {
    pub(super) fixes: Vec<Fix>,
    pub(super) incurable_because: Option<String>,
}

/// The fix that makes a server purge.
pub(super) fn server(subject: &Subject<'_, '_>, wanted: Wanted) -> ServerFix {
    match subject.server.verdict {
        Verdict::NeverPurges => interval(subject, wanted),
        Verdict::DoesNotStart => unreadable(subject, wanted),
        Verdict::Purges | Verdict::Unknown => ServerFix::default(),
    }
}

/// Sets the interval, and the retain count if one is requested.
fn interval(subject: &Subject<'_, '_>, wanted: Wanted) -> ServerFix {
    let target = Target { which: PurgeSetting::Interval, setting: &subject.server.interval, value: wanted.interval };
    fix(subject, [Some(target), retain_target(subject, wanted)])
}

/// Replaces whatever keeps the server from starting. The retain count is only written on request.
fn unreadable(subject: &Subject<'_, '_>, wanted: Wanted) -> ServerFix {
    let server = &subject.server;
    if server.retain.reading == Reading::Unreadable && wanted.retain.is_none() {
        let reason = "the retain count is at fault, and it is only written on request: add --retain 3".to_owned();
        return ServerFix { fixes: Vec::new(), incurable_because: Some(reason) };
    }
    let needs_interval = match server.interval.reading {
        Reading::Number(hours) => hours <= 0,
        Reading::Unreadable => true,
        Reading::Unknown => false,
    };
    if needs_interval { interval(subject, wanted) } else { fix(subject, [retain_target(subject, wanted), None]) }
}

/// Sets the requested retain count; together with what makes the server purge, because both may be in one text.
pub(super) fn retain(subject: &Subject<'_, '_>, wanted: Wanted) -> Vec<Fix> {
    let Some(target) = retain_target(subject, wanted) else { return Vec::new() };
    match subject.server.verdict {
        Verdict::NeverPurges | Verdict::DoesNotStart => server(subject, wanted).fixes,
        Verdict::Purges | Verdict::Unknown => fix(subject, [Some(target), None]).fixes,
    }
}

fn retain_target<'s, 'd>(subject: &'s Subject<'d, '_>, wanted: Wanted) -> Option<Target<'s, 'd>> {
    let setting = &subject.server.retain;
    let is_other = |count: &i32| setting.reading != Reading::Unknown && setting.reading.number() != Some(*count);
    let value = wanted.retain.filter(is_other)?;
    Some(Target { which: PurgeSetting::Retain, setting, value })
}

/// All targets in one fix, or the reason why one of them cannot be written.
fn fix(subject: &Subject<'_, '_>, targets: [Option<Target<'_, '_>>; 2]) -> ServerFix {
    let targets: Vec<Target<'_, '_>> = targets.into_iter().flatten().collect();
    match write(subject, &targets) {
        Ok(places) => ServerFix { fixes: composed(places), incurable_because: None },
        Err(reason) => ServerFix { fixes: Vec::new(), incurable_because: Some(reason) },
    }
}

/// Replaces settings that are written; adds those that are not, all of them at once.
fn write(subject: &Subject<'_, '_>, targets: &[Target<'_, '_>]) -> Result<Vec<Place>, String> {
    let (mut places, mut texts, mut additions) = (Vec::new(), Vec::new(), Vec::new());
    for target in targets {
        match &target.setting.origin {
            Origin::Env { entry, .. } => places.extend(variable::replace(subject, *entry, *target)?),
            Origin::EnvFrom { name, entry: Some(entry), .. } => {
                places.extend(variable::rewrite(subject, *entry, (name, target.value))?);
            }
            Origin::EnvFrom { name, entry: None, .. } => additions.push((name.clone(), target.value)),
            Origin::Field { pointer } => places.extend(field::set(subject, pointer, *target)?),
            Origin::Properties { access, holder, .. } if *access != Access::Open => {
                return Err(closed(holder, *access));
            }
            Origin::EnvText { .. } | Origin::Properties { .. } | Origin::Script { .. } | Origin::FieldText { .. } => {
                texts.push(*target);
            }
            Origin::Default => match subject.server.patch_store() {
                Some(PatchStore::Env(store)) => {
                    let name = target.which.pick(store.interval.as_ref(), store.retain.as_ref());
                    additions.push((name.ok_or_else(|| no_place(subject))?.clone(), target.value));
                }
                Some(PatchStore::Field(store)) => field::extend(&mut places, field::add(subject, store, *target)?),
                Some(PatchStore::FieldText(_) | PatchStore::Script) => texts.push(*target),
                None => return Err(no_place(subject)),
            },
            Origin::Older { version } => {
                return Err(format!("this operator ({version}) cannot configure purging, a newer one can"));
            }
            Origin::Flag { name } => {
                return Err(format!("the command sets {name}, and autopurge does not rewrite commands"));
            }
            Origin::Export { name } => {
                return Err(format!("the command itself exports {name}, which would override a patch"));
            }
            origin @ (Origin::EnvFile { .. } | Origin::File { .. } | Origin::Command) => {
                return Err(format!("{} decides, and its content is not in these manifests", origin.describe()));
            }
        }
    }
    places.extend(text::write(subject, &texts)?);
    places.extend(variable::add(subject, additions)?);
    Ok(places)
}

/// Why a text is not written to.
fn closed(holder: &Holder<'_>, access: Access) -> String {
    match access {
        Access::Secret => format!("{holder} decides, and autopurge never writes to a Secret"),
        Access::Encoded => format!("{holder} decides, and it is encoded in base64"),
        Access::Immutable => format!("{holder} decides, and it is immutable: recreate it under another name"),
        Access::Open => format!("{holder} decides"),
    }
}

fn no_place(subject: &Subject<'_, '_>) -> String {
    let tag = subject.server.site.container().and_then(Container::image).and_then(|image| image.tag);
    match tag {
        Some(tag) if is_placeholder(tag) => {
            "the image tag is filled in later, so it is not known which settings the image reads".to_owned()
        }
        Some(tag) if !subject.server.flavor.settings.is_empty() => {
            format!("image {tag} reads no such setting; use another image or mount a configuration")
        }
        Some(_) | None => "nothing here reads such a setting".to_owned(),
    }
}

/// The operations by document: before each operation, tests of the names at the list indices on its path.
fn composed(places: Vec<Place>) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for place in places {
        let at = fixes.iter().position(|fix| fix.document == place.document).unwrap_or(fixes.len());
        if at == fixes.len() {
            fixes.push(Fix { document: place.document, changes: Vec::new(), shown: Vec::new() });
        }
        let Some(fix) = fixes.get_mut(at) else { continue };
        for operation in place.tests {
            if fix.changes.iter().all(|one| one.operation != operation) {
                fix.changes.push(Change { operation, comment: None });
                fix.shown.push(None);
            }
        }
        fix.changes.push(Change { operation: place.operation, comment: Some(place.comment) });
        fix.shown.push(place.shown);
    }
    fixes
}

/// The same operation at every path where Helm reads a node: more than one if it is below an anchor.
fn places(
    subject: &Subject<'_, '_>,
    node: Node<'_>,
    tail: &str,
    comment: &str,
    operation: impl Fn(PointerBuf) -> PatchOperation,
) -> Result<Vec<Place>, String> {
    let pointers =
        node.pointers().ok_or_else(|| "it is in a YAML anchor that is used in too many places".to_owned())?;
    let root = node.document().root();
    let place = |pointer: &String| {
        let pointer = format!("{pointer}{tail}");
        let operation = operation(parse(&pointer)?);
        let (pointer, operation) = match (operation, root.at(&pointer)) {
            (PatchOperation::Replace(operation), Some(value)) if value.is_filled_in() => {
                let pointer = parameter(value)?;
                let path = parse(&pointer)?;
                (pointer, PatchOperation::Replace(ReplaceOperation { path, value: as_text(operation.value) }))
            }
            (operation, _) => (pointer, operation),
        };
        Ok(Place {
            document: subject.document_of(node),
            operation,
            comment: comment.to_owned(),
            tests: tests(root, &pointer)?,
            shown: None,
        })
    };
    pointers.iter().map(place).collect()
}

/// Where to write a value that comes from a template's parameter.
fn parameter(value: Node<'_>) -> Result<String, String> {
    let pointers = parameter_of(value).and_then(Node::pointers).unwrap_or_default();
    match pointers.as_slice() {
        [pointer] => Ok(pointer.clone()),
        _ => Err("it combines parameters of the template, or parameters that are used elsewhere too".to_owned()),
    }
}

/// A value in the form that parameters have.
fn as_text(value: Value) -> Value {
    match value {
        Value::String(_) => value,
        other => Value::from(other.to_string()),
    }
}

fn replacing(value: Value) -> impl Fn(PointerBuf) -> PatchOperation {
    move |path| PatchOperation::Replace(ReplaceOperation { path, value: value.clone() })
}

fn adding(value: Value) -> impl Fn(PointerBuf) -> PatchOperation {
    move |path| PatchOperation::Add(AddOperation { path, value: value.clone() })
}

fn changed_from(setting: &Setting<'_>) -> String {
    format!("autopurge changed this from {:?}", setting.text.as_deref().unwrap_or_default())
}

/// For each list index on the path, a test of the name at that index: a patch that is kept and applied to another
/// render must not change a neighbouring item.
fn tests(root: Node<'_>, pointer: &str) -> Result<Vec<PatchOperation>, String> {
    let mut tests = Vec::new();
    for (at, _) in pointer.match_indices('/').skip(1).chain([(pointer.len(), "")]) {
        let prefix = pointer.get(..at).unwrap_or_default();
        let is_index = prefix.rsplit('/').next().is_some_and(|step| step.bytes().all(|byte| byte.is_ascii_digit()));
        let name = ["/name", "/metadata/name"].into_iter().find_map(|tail| {
            let path = format!("{prefix}{tail}");
            let name = root.at(&path).filter(|_| is_index)?.to_json().ok()?;
            name.is_string().then_some((path, name))
        });
        if let Some((path, value)) = name {
            tests.push(PatchOperation::Test(TestOperation { path: parse(&path)?, value }));
        }
    }
    Ok(tests)
}

fn parse(pointer: &str) -> Result<PointerBuf, String> {
    PointerBuf::parse(pointer)
        .map_err(|error| format!("the path {pointer} cannot be written as a JSON pointer: {error}"))
}
