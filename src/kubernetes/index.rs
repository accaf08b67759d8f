//! Objects by what others call them, so that looking one up takes no walk over all of them.

use std::collections::BTreeMap;

use super::{Resource, agree};

/// How one object calls another one: by kind and name.
pub(super) type Reference<'d> = (&'d str, &'d str);

/// Objects by a reference to them, or to what they have in common; those of one reference in the order of the stream.
#[derive(Clone, Default)]
pub(super) struct Index<'d> {
    /// With their namespaces, which every question compares.
    found: BTreeMap<Reference<'d>, Vec<(Option<&'d str>, Resource<'d>)>>,
}

impl<'d> Index<'d> {
    /// Those of the objects for which `key` gives a reference.
    pub(super) fn new(objects: &[Resource<'d>], key: impl Fn(Resource<'d>) -> Option<Reference<'d>>) -> Self {
        let mut index = Self::default();
        for object in objects {
            if let Some(key) = key(*object) {
                index.found.entry(key).or_default().push((object.namespace(), *object));
            }
        }
        index
    }

    /// The objects of a reference that an object makes: in its namespace, as far as both say which they are in.
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
