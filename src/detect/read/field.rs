//! Settings in fields of a custom resource.

use super::{Origin, ServerContext, Setting, default_reading, file, property};
use crate::kubernetes::is_placeholder;
use crate::rules::{FieldStore, FieldTextStore, Zero};
use crate::yaml::{Kind, Node};
use crate::zookeeper::{PurgeSetting, Reading, effective, properties};

/// The setting in a field.
pub(super) fn field<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &FieldStore,
) -> Option<Setting<'d>> {
    let pointer = server.site.pointer(which.pick(Some(&store.interval), store.retain.as_ref())?)?;
    let node = server.site.node().at(&pointer)?;
    if node.is_null() {
        let reason = format!("{pointer} is null, which operators treat as unset or reject");
        return Some(Setting::unknown(Origin::Field { pointer }, reason));
    }
    let text = node.text()?.to_owned();
    if is_placeholder(&text) {
        let reason = format!("field {pointer} is a placeholder that is filled in later");
        return Some(Setting { node: Some(node), ..Setting::unknown(Origin::Field { pointer }, reason) });
    }
    let reading = match Reading::of(&text) {
        Reading::Number(0) if store.zero == Zero::Default => default_reading(server, which),
        reading => reading,
    };
    Some(Setting { text: Some(text), node: Some(node), ..Setting::decided(reading, Origin::Field { pointer }) })
}

/// The setting among properties in a field: a text, or a list of `key=value` items.
pub(super) fn text<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &FieldTextStore,
) -> Option<Setting<'d>> {
    let pointer = server.site.pointer(&store.field)?;
    let node = server.site.node().at(&pointer)?;
    if node.kind() == Kind::Sequence {
        let origin = Origin::FieldText { pointer, node: None };
        let lines: Vec<&str> = node.items().filter_map(Node::text).collect();
        let found = properties(&lines.join("\n"));
        let item = effective(&found, which.key()).and_then(|_| last_item(node, which.key()))?;
        return Some(Setting { node: Some(item), ..property(which, &found, origin) });
    }
    let text = node.text()?;
    effective(&properties(text), which.key())?;
    Some(file::in_text(which, text, Origin::FieldText { pointer, node: Some(node) }))
}

/// The last item of a list that sets a key.
pub(in crate::detect) fn last_item<'d>(list: Node<'d>, key: &str) -> Option<Node<'d>> {
    list.items().rev().find(|item| item.text().is_some_and(|line| effective(&properties(line), key).is_some()))
}
