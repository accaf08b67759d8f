//! Paths relative to the repository's root, with `/` as separator: `apps/zookeeper/values.yaml`. The root is `""`.

pub(super) use crate::unix_path::base_name as name;

/// Resolves a path written in a file in `folder`; `None` if it leaves the repository.
pub(super) fn join(folder: &str, written: &str) -> Option<String> {
    let mut joined: Vec<&str> = if written.starts_with('/') { Vec::new() } else { parts(folder).collect() };
    for part in parts(written) {
        if part == ".." {
            joined.pop()?;
        } else {
            joined.push(part);
        }
    }
    Some(joined.join("/"))
}

/// The relative path from one folder to another.
pub(super) fn relative(from: &str, to: &str) -> String {
    let shared = parts(from).zip(parts(to)).take_while(|(one, other)| one == other).count();
    let up = parts(from).skip(shared).map(|_| "..");
    let way: Vec<&str> = up.chain(parts(to).skip(shared)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// The file names that kustomize looks for.
pub(super) const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file with that name is a kustomization.
#[must_use]
pub fn is_kustomization(name: &str) -> bool {
    KUSTOMIZATIONS.contains(&name)
}

/// The folder that contains a file.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders above a file, nearest first, root last.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parent(path)), |&folder| (!folder.is_empty()).then(|| parent(folder)))
}

#[cfg(test)]
mod tests {
    use super::{folders_above, join, relative};

    #[test]
    fn paths_stay_in_the_repository() {
        let table = [
            ("a/b", "c.yaml", Some("a/b/c.yaml")),
            ("a/b", "./../c.yaml", Some("a/c.yaml")),
            ("a/b", "../../c.yaml", Some("c.yaml")),
            ("a/b", "../../../c.yaml", None),
            ("a/b", "x/../../../../etc/passwd", None),
            ("a/b", "/c.yaml", Some("c.yaml")),
            ("", "a//b/./c", Some("a/b/c")),
            ("a", "", Some("a")),
        ];
        for (folder, written, expected) in table {
            assert_eq!(join(folder, written).as_deref(), expected, "{folder} {written}");
        }
    }

    #[test]
    fn the_way_between_folders_leads_there() {
        for (from, to, expected) in [("a", "a/b/c", "b/c"), ("a/b", "c", "../../c"), ("", "", "."), ("a/b", "a", "..")]
        {
            assert_eq!(relative(from, to), expected);
            assert_eq!(join(from, expected).as_deref(), Some(to));
        }
    }

    #[test]
    fn folders_end_at_the_root() {
        assert_eq!(folders_above("a/b/c.yaml").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(folders_above("c.yaml").collect::<Vec<_>>(), [""]);
    }
}
