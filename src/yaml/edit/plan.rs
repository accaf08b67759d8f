//! Turns one operation of a patch into cuts of the text.

use json_patch::PatchOperation;
use json_patch::jsonptr::Pointer;
use serde_json::Value;

use crate::yaml::tree::{Id, Kind, Tree};
use crate::yaml::{effective, pointer};

use super::page::Page;
use super::{Refusal, Strategy, difference, draft::Cut, insert, remove, replace};

/// What to do next.
#[derive(Debug)]
pub(super) enum Plan {
    /// These cuts, and nothing else.
    Cuts(Vec<Cut>),
    /// These cuts, and then the same operation again.
    Repeat(Vec<Cut>),
    /// These operations instead.
    Steps(Vec<PatchOperation>),
}

/// The place that an operation addresses.
enum Place<'p> {
    Root,
    Key { mapping: Id, name: String },
    Index { sequence: Id, token: &'p str },
}

pub(super) fn plan(page: Page<'_>, operation: &PatchOperation, strategy: Strategy) -> Result<Plan, Refusal> {
    match operation {
        PatchOperation::Add(add) => write(page, &add.path, &add.value, strategy),
        PatchOperation::Replace(replace) => write_over(page, &replace.path, &replace.value, strategy),
        PatchOperation::Remove(remove) => take(page, &remove.path),
        // Moves and copies are split before this, and tests change nothing.
        PatchOperation::Move(_) | PatchOperation::Copy(_) | PatchOperation::Test(_) => Ok(Plan::Cuts(Vec::new())),
    }
}

/// The places that a path may lead to, named by where they are written, so that two paths that reach the same place
/// through anchors get the same name. A key that is not there, or no longer, may belong to any of the merged mappings.
pub(super) fn names(page: Page<'_>, path: &Pointer) -> Vec<String> {
    let Some((parent, token)) = path.split_back() else { return Vec::new() };
    let Some(container) = walk(page, parent).map(|id| page.tree.target(id)) else { return Vec::new() };
    let token = token.decoded();
    let owner = effective::entry(page.tree, container, &token).and_then(|entry| page.record(entry.key).parent);
    let owners = owner.map_or_else(|| effective::sources(page.tree, container), |owner| vec![owner]);
    owners.into_iter().map(|owner| name(page, owner, &token)).collect()
}

/// Keys and indices from the root to where a key is written. Only anchors give this place other paths.
fn name(page: Page<'_>, container: Id, token: &str) -> String {
    let steps = page.tree.ancestors(container).filter_map(|id| step(page.tree, page.record(id).parent?, id));
    let mut steps: Vec<_> = steps.map(|step| pointer::encode(&step)).collect();
    steps.reverse();
    steps.push(pointer::encode(token));
    steps.join("/")
}

fn step(tree: &Tree, parent: Id, child: Id) -> Option<String> {
    let key = tree.pairs(parent).iter().find(|&&(_, value)| value == child).map(|&(key, _)| key);
    let name = key.map(|key| effective::name(tree, key).unwrap_or_default().into_owned());
    name.or_else(|| tree.items(parent).iter().position(|&item| item == child).map(|index| index.to_string()))
}

/// The node at a path, not looking through an alias at its end.
fn walk(page: Page<'_>, path: &Pointer) -> Option<Id> {
    path.tokens().try_fold(Tree::ROOT, |id, token| child(page, id, &token.decoded()))
}

fn child(page: Page<'_>, id: Id, token: &str) -> Option<Id> {
    match page.tree.kind(id) {
        Kind::Mapping => effective::entry(page.tree, id, token).map(|entry| entry.value),
        Kind::Sequence => page.tree.items(id).get(pointer::index(token)?).copied(),
        Kind::Scalar => None,
    }
}

fn place<'p>(page: Page<'_>, path: &'p Pointer) -> Result<Place<'p>, Refusal> {
    let missing = || Refusal::NoSuchPlace { path: path.as_str().to_owned() };
    let Some(parent) = path.parent() else { return Ok(Place::Root) };
    let container = page.tree.target(walk(page, parent).ok_or_else(missing)?);
    match page.tree.kind(container) {
        Kind::Mapping => {
            let name = path.last().map(|token| token.decoded().into_owned()).unwrap_or_default();
            Ok(Place::Key { mapping: container, name })
        }
        Kind::Sequence => {
            let token = path.as_str().rsplit('/').next().unwrap_or_default();
            Ok(Place::Index { sequence: container, token })
        }
        Kind::Scalar => Err(missing()),
    }
}

fn write(page: Page<'_>, path: &Pointer, value: &Value, strategy: Strategy) -> Result<Plan, Refusal> {
    match place(page, path)? {
        Place::Root => write_over(page, path, value, strategy),
        Place::Key { mapping, name } => {
            let there = effective::entry(page.tree, mapping, &name);
            let is_own = effective::own(page.tree, mapping, &name).next().is_some();
            if there.is_some() && (is_own || strategy == Strategy::Anchored) {
                return write_over(page, path, value, strategy);
            }
            insert::entry(page, mapping, &name, value).map(Plan::Cuts)
        }
        Place::Index { sequence, token } => {
            let end = page.tree.items(sequence).len();
            let index = if token == "-" { Some(end) } else { pointer::index(token).filter(|&index| index <= end) };
            let index = index.ok_or_else(|| Refusal::NoSuchPlace { path: path.as_str().to_owned() })?;
            insert::item(page, sequence, index, value).map(Plan::Cuts)
        }
    }
}

fn write_over(page: Page<'_>, path: &Pointer, value: &Value, strategy: Strategy) -> Result<Plan, Refusal> {
    let missing = || Refusal::NoSuchPlace { path: path.as_str().to_owned() };
    let written = walk(page, path).ok_or_else(missing)?;
    if let (Strategy::Local, Place::Key { mapping, name }) = (strategy, place(page, path)?)
        && effective::own(page.tree, mapping, &name).next().is_none()
    {
        return insert::entry(page, mapping, &name, value).map(Plan::Cuts);
    }
    let id = match strategy {
        Strategy::Anchored => page.tree.target(written),
        Strategy::Local => written,
    };
    // An earlier operation may have broken what a later one mends.
    let old = crate::yaml::json::value(page.document, id).ok();
    if old.as_ref() == Some(value) {
        return Ok(Plan::Cuts(Vec::new()));
    }
    let steps = old.filter(|_| page.tree.target(id) == id).and_then(|old| difference::steps(path, &old, value));
    match steps {
        Some(steps) => Ok(Plan::Steps(steps)),
        None => replace::node(page, id, value).map(Plan::Cuts),
    }
}

fn take(page: Page<'_>, path: &Pointer) -> Result<Plan, Refusal> {
    let missing = || Refusal::NoSuchPlace { path: path.as_str().to_owned() };
    match place(page, path)? {
        Place::Root => replace::node(page, Tree::ROOT, &Value::Null).map(Plan::Cuts),
        Place::Key { mapping, name } => {
            let entry = effective::entry(page.tree, mapping, &name).ok_or_else(missing)?;
            let owner = effective::own(page.tree, mapping, &name).next().map(|_| mapping);
            let owner = owner.or_else(|| page.record(entry.key).parent).ok_or_else(missing)?;
            let own: Vec<_> = effective::own(page.tree, owner, &name).map(|entry| entry.key).collect();
            let index = page.tree.pairs(owner).iter().rposition(|(key, _)| own.contains(key)).ok_or_else(missing)?;
            let cuts = remove::pair(page, owner, index)?;
            Ok(if own.len() > 1 { Plan::Repeat(cuts) } else { Plan::Cuts(cuts) })
        }
        Place::Index { sequence, token } => {
            let index = pointer::index(token).filter(|&index| index < page.tree.items(sequence).len());
            remove::item(page, sequence, index.ok_or_else(missing)?).map(Plan::Cuts)
        }
    }
}
