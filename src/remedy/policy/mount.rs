//! Whether a volume may put a file into a container, as CEL on a record `s`. Matches what `PodContainer::mounted_file`
//! says if the referenced objects are not available.

use super::cel::literal;

/// Whether the file at a path may be mounted.
pub(super) fn may_hold(path: &str) -> String {
    at(&literal(path))
}

/// Whether something is mounted at a path itself, or at its folder.
pub(super) fn is_at(path: &str) -> String {
    let folder = path.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
    let places: Vec<String> = [path, folder].iter().flat_map(|at| [literal(at), literal(&format!("{at}/"))]).collect();
    format!("s.container.?volumeMounts.orValue([]).exists(m, m.mountPath in [{}])", places.join(", "))
}

/// The same for a path that is a CEL expression.
pub(super) fn at(path: &str) -> String {
    // A mount of the path itself is a folder of that name unless it says which file it is, and no server reads a folder. One
    // that is not in its shortest form may lead anywhere.
    let is_short = "m.mountPath.startsWith('/') && !m.mountPath.contains('//') && !m.mountPath.contains('/.')";
    let leads_there = format!(
        "(m.mountPath == {path} || {path}.startsWith(m.mountPath.endsWith('/') ? m.mountPath : m.mountPath + '/') || \
         !({is_short}))"
    );
    format!(
        "s.container.?volumeMounts.orValue([]).exists(m, {leads_there} &&\n  \
         !(m.mountPath != {path} && size(variables.pod.?initContainers.orValue([])) == 0 &&\n    \
         variables.pod.?volumes.orValue([]).exists(v, v.name == m.name && (has(v.emptyDir) || has(v.ephemeral)))))"
    )
}
