//! Paths as texts, with `/` on every system: those in containers and in repositories.

use std::borrow::Cow;

/// The last component of a path.
pub(crate) fn base_name(path: &str) -> &str {
    memchr::memrchr(b'/', path.as_bytes()).and_then(|slash| path.get(slash + 1..)).unwrap_or(path)
}

/// Whether a path equals another one, or ends in it at a component boundary.
pub(crate) fn ends_in(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The shortest form of a path, as Go's `filepath.Clean` has it, without a slash at its end.
pub(crate) fn clean(path: &str) -> Cow<'_, str> {
    let path = path.trim_end_matches('/');
    if !path.split('/').skip(1).any(|part| matches!(part, "" | "." | "..")) && !path.starts_with('.') {
        return Cow::Borrowed(path);
    }
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => parts.truncate(parts.len().saturating_sub(1)),
            // Above the root is the root.
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    let lead = if is_absolute && !parts.is_empty() { "/" } else { "" };
    Cow::Owned(format!("{lead}{}", parts.join("/")))
}

/// The same, of a path that counts from the root even where it does not say so.
pub(crate) fn clean_from_root(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') { clean(path) } else { Cow::Owned(clean(&format!("/{path}")).into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_from_root};

    #[test]
    fn paths_are_made_short() {
        let table = [
            ("/conf", "/conf", "/conf"),
            ("/conf/", "/conf", "/conf"),
            ("/conf//zoo.cfg", "/conf/zoo.cfg", "/conf/zoo.cfg"),
            ("/x/../conf/./zoo.cfg", "/conf/zoo.cfg", "/conf/zoo.cfg"),
            ("/../conf/.", "/conf", "/conf"),
            ("/", "", ""),
            ("conf", "conf", "/conf"),
            ("./zoo.cfg", "zoo.cfg", "/zoo.cfg"),
            ("../a/..", "..", ""),
            ("a/./b", "a/b", "/a/b"),
            (".hidden", ".hidden", "/.hidden"),
        ];
        for (path, short, from_root) in table {
            assert_eq!((&*clean(path), &*clean_from_root(path)), (short, from_root), "{path}");
        }
    }
}
