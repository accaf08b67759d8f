//! Files that init containers write into initially empty volumes.

use super::volume::path_in_container;
use super::{Container, Made, Mounted, Objects, PodContainer, Workload, mount_at};
use crate::shell::{Command, Dialect, Files, OtherFile, Piece, Source, Text, commands, commands_in};
use crate::unix_path::base_name;
use crate::yaml::Node;

/// The file at a path in an initially empty volume, as the init container that writes to it leaves it: a copy of a
/// known text is that text. `Unreadable` if several init containers may have written it, or if what one does cannot be
/// determined.
pub(super) fn filled<'d>(
    workload: Workload<'d>,
    objects: &Objects<'d>,
    mount: Node<'d>,
    relative: &str,
) -> Option<Mounted<'d>> {
    let name = mount.get("name").and_then(Node::as_str)?;
    let volume = workload.volume(name)?;
    volume.get("emptyDir").or_else(|| volume.get("ephemeral"))?;
    let containers: Vec<Container<'d>> = workload.init_containers().collect();
    let mut steps = containers.into_iter().flat_map(|container| {
        let mounts = container.volume_mounts().into_iter();
        let same = mounts.filter(|other| other.get("name").and_then(Node::as_str) == Some(name));
        // Another mount may hide it there.
        let is_seen = |(other, path): &(Node<'d>, String)| mount_at(container, path) == Some(*other);
        let paths = same.filter_map(|other| Some((other, path_in_container(other, relative)?))).filter(is_seen);
        let paths: Vec<String> = paths.map(|(_, path)| path).collect();
        paths.into_iter().filter_map(move |path| PodContainer { workload, container }.file_after(objects, &path))
    });
    let first = steps.next()?;
    // An init container that adds to another one's file has its own paths and variables.
    Some(steps.next().map_or(first, |_| unreadable(relative)))
}

fn unreadable<'d>(path: &str) -> Mounted<'d> {
    Mounted::Unreadable(format!("an init container may write {}, and that file alone decides", base_name(path)))
}

impl<'d> PodContainer<'d> {
    /// What an init container leaves at one of its paths; `None` if it does not touch it.
    fn file_after(self, objects: &Objects<'d>, path: &str) -> Option<Mounted<'d>> {
        let container = self.container;
        let Some((node, commands)) = read(container) else { return Some(unreadable(path)) };
        let files = Files::after(&commands, &|script| self.mounted_file(objects, script)?.text());
        let stranger = || files.stranger(path).map(|_| unreadable(path));
        let Some((mut pieces, _)) = files.get(path) else { return stranger() };
        let is_before = |piece: &Piece| matches!(piece.source, Source::Before);
        if pieces.iter().any(is_before) {
            if let Some(unreadable) = stranger() {
                return Some(unreadable);
            }
            if pieces.iter().all(is_before) {
                return None;
            }
            // The volume was empty before, so there is nothing to keep.
            pieces.retain(|piece| !is_before(piece));
        }
        match pieces.as_slice() {
            [
                Piece {
                    source: Source::File(OtherFile { path: other, is_edited: false, is_optional }),
                    is_certain: true,
                },
            ] if other != path => {
                let copied = self.mounted_file(objects, other);
                let is_gone = *is_optional && copied.is_none() && mount_at(container, other).is_some();
                (!is_gone).then(|| copied.unwrap_or_else(|| unreadable(path)))
            }
            _ => Some(Mounted::Made(Made { container, node, pieces, variables: files.variables().clone() })),
        }
    }
}

/// The node with a container's shell text, and its commands: those of that text, or else of the words of the command
/// joined together.
fn read(container: Container<'_>) -> Option<(Node<'_>, Vec<Command>)> {
    let parts = container.command_parts();
    let is_text = |part: &&Node<'_>| part.text().is_some_and(|text| text.contains([' ', '\n']));
    if let Some(part) = parts.iter().find(is_text) {
        let before: Vec<&str> =
            parts.iter().take_while(|one| one.span() != part.span()).filter_map(|one| one.text()).collect();
        let dialect = Dialect::behind(before.into_iter());
        return Some((*part, commands_in(&Text::of_source(part.text()?), dialect)));
    }
    let words: Vec<&str> = parts.iter().filter_map(|part| part.text()).collect();
    Some((*parts.first()?, commands(&Text::of_source(&words.join(" ")))))
}
