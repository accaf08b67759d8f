//! Whether a volume may put a file into a container, as CEL on a record `s`. The same as `kubernetes::mounted_file` says
//! of objects that are out of sight.

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
    let leads_there = format!(
        "(m.mountPath == {path} ||\n    {path}.startsWith(m.mountPath.endsWith('/') ? m.mountPath : m.mountPath + '/'))"
    );
    let other_file = format!("(has(m.subPath) ? i.path != m.subPath : !{path}.endsWith('/' + i.path))");
    let without = |kind: &str| {
        format!("has(v.{kind}) && size(v.{kind}.?items.orValue([])) > 0 && v.{kind}.items.all(i, {other_file})")
    };
    format!(
        "s.container.?volumeMounts.orValue([]).exists(m, {leads_there} &&\n  \
         !variables.pod.?volumes.orValue([]).exists(v, v.name == m.name && ((has(v.emptyDir) || has(v.ephemeral)) && size(variables.pod.?initContainers.orValue([])) == 0 ||\n    \
         {} ||\n    {})))",
        without("configMap"),
        without("secret")
    )
}
