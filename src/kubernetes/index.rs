//! An index of objects by reference, so that a lookup need not visit all of them.

use std::collections::BTreeMap;

use super::{Resource, agree};

/// How one object refers to another: by kind and name.
pub(super) type Reference<'d> = (&'d str, &'d str);

/// Objects by a reference to them, or to something that they share; those with the same reference are in the order of
/// the stream.
#[derive(Clone, Default)]
pub(super) struct Index<'d> {
    /// With their namespaces, which every lookup compares.
    found: BTreeMap<Reference<'d>, Vec<(Option<&'d str>, Resource<'d>)>>,
}

impl<'d> Index<'d> {
    /// Indexes those objects for which `key` returns a reference.
    pub(super) fn new(objects: &[Resource<'d>], key: impl Fn(Resource<'d>) -> Option<Reference<'d>>) -> Self {
        let mut index = Self::default();
        for object in objects {
            if let Some(key) = key(*object) {
                index.found.entry(key).or_default().push((object.namespace(), *object));
            }
        }
        index
    }

    /// The objects that a reference from another object can mean: those in its namespace, as far as both name theirs.
    pub(super) fn near<'a>(
        &'a self,
        key: Reference<'a>,
        from: Resource<'a>,
    ) -> impl Iterator<Item = Resource<'d>> + 'a {
        let own = from.namespace();
        let found = self.found.get(&key).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter(move |(namespace, _)| agree(*namespace, own)).map(|(_, object)| *object)
    }
}
