//! Paths as texts, with `/` on every system: those in containers and in repositories.

/// The last component of a path.
pub(crate) fn base_name(path: &str) -> &str {
    memchr::memrchr(b'/', path.as_bytes()).and_then(|slash| path.get(slash + 1..)).unwrap_or(path)
}

/// Whether a path equals another one, or ends in it at a component boundary.
pub(crate) fn ends_in(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}
