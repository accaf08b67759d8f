//! Images that `OpenShift` fills into a `DeploymentConfig` on deployment.

use super::{Image, Lookup, Objects, PodContainer, Resource, Workload};
use crate::yaml::Node;

/// How many tags that refer to other tags are followed.
const MAX_TAGS: usize = 4;

impl<'d> PodContainer<'d> {
    /// The container with the image that a trigger of its workload fills in if none is written.
    #[must_use]
    pub fn deployed(self, objects: &Objects<'d>) -> Self {
        let Self { workload, container } = self;
        let is_blank = container.image().is_none_or(|image| image.repository.is_empty());
        let from = source(workload.resource, container.name()).filter(|_| is_blank);
        let image = from.and_then(|from| {
            let name = from.get("name").and_then(Node::as_str)?;
            match from.get("kind").and_then(Node::as_str)? {
                "DockerImage" => Some(Image::parse(name)),
                "ImageStreamTag" | "ImageStreamImage" => Some(of_stream(name, workload.resource, objects)),
                _ => None,
            }
        });
        image.map_or(self, |image| Self { container: container.with_image(image), ..self })
    }
}

/// The names of the image streams whose images a workload's triggers fill into its containers.
pub(super) fn image_streams(workload: Workload<'_>) -> Vec<&str> {
    let sources = workload.containers().filter_map(|container| source(workload.resource, container.name()));
    sources
        .filter_map(|from| from.get("name").and_then(Node::as_str))
        .map(|name| Image::parse(name).repository)
        .collect()
}

/// The source of a container's image according to its image trigger.
fn source<'d>(resource: Resource<'d>, container: &str) -> Option<Node<'d>> {
    if resource.kind() != "DeploymentConfig" {
        return None;
    }
    let triggers: Vec<Node<'d>> = resource.node().at("/spec/triggers")?.items().collect();
    let mut changes = triggers.into_iter().filter_map(|trigger| trigger.get("imageChangeParams"));
    let is_for = |change: &Node<'d>| {
        let names = change.get("containerNames").map(|names| names.items().collect::<Vec<_>>()).unwrap_or_default();
        names.into_iter().any(|name| name.as_str() == Some(container))
    };
    changes.find(is_for)?.get("from")
}

/// The image of a tag of an image stream; if the stream is not available, only its name is known.
fn of_stream<'d>(name: &'d str, from: Resource<'d>, objects: &Objects<'d>) -> Image<'d> {
    let tag = Image::parse(name);
    let stream = match objects.find("ImageStream", tag.repository, from) {
        Lookup::One(stream) => Some(stream),
        Lookup::None | Lookup::Several => None,
    };
    let image = stream.and_then(|stream| of_tag(stream.node(), tag.tag?, MAX_TAGS));
    image.unwrap_or(Image { is_stream: true, ..tag })
}

/// The image that a tag of an image stream refers to: the one it was made from, else the one recorded in its status,
/// else the one in the repository that the stream imports.
fn of_tag<'d>(stream: Node<'d>, name: &'d str, left: usize) -> Option<Image<'d>> {
    let named = |pointer: &str, key: &str| {
        let tags: Vec<Node<'d>> = stream.at(pointer)?.items().collect();
        tags.into_iter().find(|tag| tag.get(key).and_then(Node::text) == Some(name))
    };
    let from = named("/spec/tags", "name").and_then(|tag| tag.get("from"));
    let text = |node: Node<'d>, key: &str| node.get(key).and_then(Node::as_str);
    match from.and_then(|from| Some((text(from, "kind")?, text(from, "name")?))) {
        Some(("DockerImage", image)) => return Some(Image::parse(image)),
        Some(("ImageStreamTag", other)) if left > 0 => {
            return of_tag(stream, other.rsplit(':').next().unwrap_or(other), left - 1);
        }
        _ => {}
    }
    let found = named("/status/tags", "tag").and_then(|tag| tag.at("/items/0/dockerImageReference")?.as_str());
    let imported = || {
        let repository = stream.at("/spec/dockerImageRepository")?.as_str()?;
        Some(Image { tag: Some(name), ..Image::parse(repository) })
    };
    found.map(Image::parse).or_else(imported)
}
