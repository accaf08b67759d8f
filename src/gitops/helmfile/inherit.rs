//! The templates that a release inherits from, directly or through other templates.

use std::collections::HashMap;

use crate::gitops::field::{Field, Page};

/// The limit for templates that inherit from templates.
const DEEPEST: usize = 8;
/// The limit for the templates of one release, each counted as often as it is inherited.
const MOST: usize = 100;

/// All templates of a state by name; the last one with a given name counts.
pub(super) struct Templates<'d> {
    by_name: HashMap<String, Field<'d>>,
    /// What every release inherits from.
    defaults: Vec<Field<'d>>,
}

impl<'d> Templates<'d> {
    pub(super) fn of(pages: &'d [Page<'d>]) -> Self {
        let lists = pages.iter().filter_map(|page| page.root().get("templates"));
        let entries = lists.flat_map(|templates| templates.entries());
        let by_name = entries.map(|(name, template)| (name.text, template)).collect();
        let defaults = pages.iter().filter_map(|page| page.root().get("defaultInherit"));
        Self { by_name, defaults: defaults.flat_map(|list| list.items()).collect() }
    }

    /// The parts that make up a release: its templates, then the release itself.
    pub(super) fn parts_of(&self, release: &Field<'d>) -> Parts<'d> {
        let mut parts = Parts { all: Vec::new(), surplus: None };
        for item in &self.defaults {
            self.inherit(item, &mut parts, DEEPEST);
        }
        self.inherited(release, &mut parts, DEEPEST);
        parts.all.push((release.clone(), Vec::new()));
        parts
    }

    /// Adds the templates that a release or a template inherits from; the templates that those inherit from come first.
    fn inherited(&self, field: &Field<'d>, parts: &mut Parts<'d>, depth: usize) {
        let list = field.get("inherit").map(|inherit| {
            let items = inherit.items();
            if items.is_empty() { vec![inherit] } else { items }
        });
        for item in list.unwrap_or_default() {
            self.inherit(&item, parts, depth);
        }
    }

    /// Adds a template, given by name or by an item that names it.
    fn inherit(&self, item: &Field<'d>, parts: &mut Parts<'d>, depth: usize) {
        let Some(depth) = depth.checked_sub(1).filter(|_| parts.surplus.is_none()) else { return };
        let Some(name) = item.text_of("template").or(item.text()) else { return };
        let Some(template) = self.by_name.get(name) else { return };
        self.inherited(template, parts, depth);
        if parts.all.len() >= MOST {
            parts.surplus.get_or_insert_with(|| item.clone());
            return;
        }
        let except = item.get("except").map(|list| list.items()).unwrap_or_default();
        parts.all.push((template.clone(), except.iter().filter_map(Field::text).collect()));
    }
}

/// The parts that make up a release, strongest last.
pub(super) struct Parts<'d> {
    /// Each part, with the fields of it that do not count.
    all: Vec<(Field<'d>, Vec<&'d str>)>,
    /// The first template beyond the limit.
    pub(super) surplus: Option<Field<'d>>,
}

impl<'d> Parts<'d> {
    /// A field whose last occurrence counts.
    pub(super) fn field(&self, key: &str) -> Option<Field<'d>> {
        self.all.iter().rev().filter(|(_, except)| !except.contains(&key)).find_map(|(part, _)| part.get(key))
    }

    /// The items of a list, collected from all parts.
    pub(super) fn items(&self, key: &str) -> Vec<Field<'d>> {
        let parts = self.all.iter().filter(|(_, except)| !except.contains(&key));
        parts.filter_map(|(part, _)| part.get(key)).flat_map(|list| list.items()).collect()
    }
}
