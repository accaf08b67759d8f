//! `images` of kustomizations: other names, tags and digests for the images of containers.

use super::tree::Tree;
use crate::unix_path::ends_in;

/// One image and what takes its place.
#[derive(Clone, Debug)]
pub(super) struct NewImage(Tree);

/// A reference in its parts.
struct Reference<'t> {
    name: &'t str,
    /// With its colon.
    tag: &'t str,
    /// With its `@`.
    digest: &'t str,
}

impl NewImage {
    /// The items of a list; those without a name change nothing.
    pub(super) fn all(list: Tree) -> Vec<Self> {
        let Tree::List(items) = list else { return Vec::new() };
        items.into_iter().filter(|item| item.text_of("name").is_some()).map(Self).collect()
    }

    /// What an argument of `kustomize edit set image` says: `NAME=NEW`, with a tag or a digest behind it, or `NAME` with a
    /// new one; `None` if that is not understood.
    ///
    /// As `kustomize/commands/edit/set/setimage.go` of kustomize has it. What an asterisk stands for depends on the
    /// kustomization.
    pub(super) fn of_argument(argument: &Tree) -> Option<Self> {
        let written = argument.text()?;
        let (name, new) = match written.split_once('=') {
            Some((name, new)) => (name, Reference::of(new)),
            None => (Reference::of(written).name, Reference { name: "", ..Reference::of(written) }),
        };
        let is_open = |text: &str| text.is_empty() || text.contains(['*', '$', '{', '=']);
        if is_open(name) || written.contains('*') {
            return None;
        }
        let parts = [
            ("name", name),
            ("newName", new.name),
            ("newTag", new.tag.trim_start_matches(':')),
            ("digest", new.digest.trim_start_matches('@')),
        ];
        let entry = |(key, text): (&str, &str)| Some((key.to_owned(), argument.saying(text)?));
        Some(Self(Tree::Map(parts.into_iter().filter(|(_, text)| !text.is_empty()).filter_map(entry).collect())))
    }

    /// Whether both are about the same image.
    pub(super) fn is_of_name_of(&self, other: &Self) -> bool {
        self.0.text_of("name") == other.0.text_of("name")
    }

    /// What becomes of a reference; `None` if it is to another image.
    ///
    /// As `api/filters/imagetag/updater.go` of kustomize has it: a new tag or digest takes the place of both.
    pub(super) fn applied_to(&self, reference: &str) -> Option<String> {
        let set = |key: &str| self.0.text_of(key).filter(|text| !text.is_empty());
        let own = Reference::of(reference);
        if Some(own.name) != self.0.text_of("name") {
            return None;
        }
        let name = set("newName").unwrap_or(own.name);
        let end = match (set("newTag"), set("digest")) {
            (None, None) => format!("{}{}", own.tag, own.digest),
            (tag, digest) => {
                let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
                let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
                format!("{tag}{digest}")
            }
        };
        let suffix = set("tagSuffix").filter(|_| end.starts_with(':')).unwrap_or_default();
        Some(format!("{name}{end}{suffix}"))
    }

    /// Whether it may put another version or another image in the place of a `ZooKeeper` server's, by the names: a copy of
    /// the same image in another registry changes nothing.
    pub(super) fn may_change_server(&self) -> bool {
        let set = |key: &str| self.0.text_of(key).filter(|text| !text.is_empty());
        let name = set("name").unwrap_or_default();
        let is_copy = set("newTag").is_none()
            && set("digest").is_none()
            && set("newName").is_none_or(|new| ends_in(new, without_registry(name)));
        let is_server = |name: &str| name.to_ascii_lowercase().contains("zookeeper");
        !is_copy && [Some(name), set("newName")].into_iter().flatten().any(is_server)
    }

    /// Changes the images of all containers in an object.
    pub(super) fn change(&self, object: &mut Tree) {
        match object {
            Tree::Map(entries) => {
                for (key, value) in entries {
                    match value {
                        Tree::List(containers) if is_containers(key) => {
                            for container in containers {
                                self.change_container(container);
                            }
                        }
                        _ => self.change(value),
                    }
                }
            }
            Tree::List(items) => items.iter_mut().for_each(|item| self.change(item)),
            Tree::Scalar(_) => {}
        }
    }

    fn change_container(&self, container: &mut Tree) {
        let Some(changed) = container.text_of("image").and_then(|image| self.applied_to(image)) else { return };
        // It is written where the first of what is new stands.
        let places = ["newTag", "digest", "newName", "name"].into_iter().filter_map(|key| self.0.get(key));
        if let Some(image) = places.into_iter().find_map(|place| place.saying(&changed)) {
            container.put("image", image);
        }
    }
}

/// The images of all containers in an object.
pub(super) fn images(object: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    collect(object, &mut found);
    found
}

fn collect(object: &Tree, found: &mut Vec<String>) {
    match object {
        Tree::Map(entries) => {
            for (key, value) in entries {
                match value {
                    Tree::List(containers) if is_containers(key) => {
                        let images = containers.iter().filter_map(|container| container.text_of("image"));
                        found.extend(images.map(str::to_owned));
                    }
                    _ => collect(value, found),
                }
            }
        }
        Tree::List(items) => items.iter().for_each(|item| collect(item, found)),
        Tree::Scalar(_) => {}
    }
}

/// The name of an image behind its registry, which has a dot or a port in its name.
fn without_registry(name: &str) -> &str {
    name.split_once('/').filter(|(host, _)| host.contains(['.', ':'])).map_or(name, |(_, behind)| behind)
}

fn is_containers(key: &str) -> bool {
    matches!(key, "containers" | "initContainers")
}

impl<'t> Reference<'t> {
    fn of(text: &'t str) -> Self {
        let (named, digest) = text.split_at(text.find('@').unwrap_or(text.len()));
        let colon = named.rfind(':').filter(|colon| !named.get(*colon..).unwrap_or_default().contains('/'));
        let (name, tag) = named.split_at(colon.unwrap_or(named.len()));
        Self { name, tag, digest }
    }
}
