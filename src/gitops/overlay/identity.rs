//! What objects are selected by, and how kustomizations change that.

use super::images::{NewImage, images};
use super::kustomization::texts_of;
use super::label_selector::Labels;
use super::tree::Tree;
use crate::gitops::field::Field;

/// What identifies an object: as it was first, and as it is by now.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    first: Name,
    now: Name,
    /// `None` if a patch may have changed them.
    pub(super) labels: Option<Labels>,
    pub(super) annotations: Option<Labels>,
    /// The images of its containers; `None` if a patch may have changed them.
    images: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
struct Name {
    name: String,
    namespace: Option<String>,
}

/// What a kustomization does to the names and labels of everything in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Renaming {
    prefix: String,
    suffix: String,
    namespace: Option<String>,
    labels: Labels,
    annotations: Labels,
}

/// Group and version of an `apiVersion`.
pub(super) fn group_and_version(written: &str) -> (&str, &str) {
    written.split_once('/').unwrap_or(("", written))
}

impl Identity {
    pub(super) fn of(object: &Tree) -> Option<Self> {
        let metadata = object.get("metadata")?;
        let (group, version) = group_and_version(object.text_of("apiVersion")?);
        let name = Name {
            name: metadata.text_of("name")?.to_owned(),
            namespace: metadata.text_of("namespace").map(str::to_owned),
        };
        let texts = |key: &str| match metadata.get(key) {
            Some(Tree::Map(entries)) => {
                entries.iter().filter_map(|(key, value)| Some((key.clone(), value.text()?.to_owned()))).collect()
            }
            _ => Labels::new(),
        };
        Some(Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: object.text_of("kind")?.to_owned(),
            first: name.clone(),
            now: name,
            labels: Some(texts("labels")),
            annotations: Some(texts("annotations")),
            images: Some(images(object)),
        })
    }

    pub(super) fn names(&self) -> [&str; 2] {
        [&self.first.name, &self.now.name]
    }

    pub(super) fn namespaces(&self) -> [Option<&str>; 2] {
        [self.first.namespace.as_deref(), self.now.namespace.as_deref()]
    }

    /// Nothing is known of labels and annotations any more.
    pub(super) fn forget_labels(&mut self) {
        (self.labels, self.annotations) = (None, None);
    }

    /// Nothing is known of the images of its containers any more.
    pub(super) fn forget_images(&mut self) {
        self.images = None;
    }

    /// Whether other images may take the place of its own; from then on they are its own.
    pub(super) fn takes_images(&mut self, new: &[NewImage]) -> bool {
        let Some(own) = &mut self.images else { return true };
        let mut is_changed = false;
        for image in own {
            for new in new {
                if let Some(changed) = new.applied_to(image) {
                    (*image, is_changed) = (changed, true);
                }
            }
        }
        is_changed
    }

    pub(super) fn rename(&mut self, renaming: &Renaming) {
        self.now.name = format!("{}{}{}", renaming.prefix, self.now.name, renaming.suffix);
        self.now.namespace = renaming.namespace.clone().or_else(|| self.now.namespace.take());
        for (own, new) in [(&mut self.labels, &renaming.labels), (&mut self.annotations, &renaming.annotations)] {
            if let Some(own) = own {
                own.extend(new.clone());
            }
        }
    }
}

impl Renaming {
    /// The same with a namespace.
    pub(super) fn into_namespace(self, namespace: Option<&str>) -> Self {
        Self { namespace: namespace.map(str::to_owned).or(self.namespace), ..self }
    }

    /// What another one sets takes the place of its own.
    pub(super) fn give_way(&mut self, other: &Self) {
        for (own, new) in [(&mut self.prefix, &other.prefix), (&mut self.suffix, &other.suffix)] {
            if !new.is_empty() {
                own.clone_from(new);
            }
        }
        self.namespace = other.namespace.clone().or_else(|| self.namespace.take());
        self.labels.extend(other.labels.clone());
        self.annotations.extend(other.annotations.clone());
    }

    pub(super) fn read(root: &Field<'_>) -> Self {
        let text = |key: &str| root.text_of(key).unwrap_or_default().to_owned();
        let lists = root.get("labels").map(|labels| labels.items()).unwrap_or_default();
        let pairs = lists.iter().filter_map(|item| item.get("pairs"));
        Self {
            prefix: text("namePrefix"),
            suffix: text("nameSuffix"),
            namespace: root.text_of("namespace").filter(|namespace| !namespace.is_empty()).map(str::to_owned),
            labels: pairs.chain(root.get("commonLabels")).flat_map(|map| texts_of(&map)).collect(),
            annotations: root.get("commonAnnotations").iter().flat_map(texts_of).collect(),
        }
    }
}
