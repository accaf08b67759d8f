//! Image references: `registry/path/name:tag@digest`.

use crate::unix_path::ends_in;
use crate::wildcard::matches;

/// A parsed image reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image<'a> {
    /// Registry and path, without tag and digest.
    pub repository: &'a str,
    /// The tag, if one is written.
    pub tag: Option<&'a str>,
    /// It is the name of an image stream, whose image is not known.
    pub is_stream: bool,
}

/// Whether a name, a tag or a number is one that something else fills in before it is applied: `${TAG}`, `$(TAG)`,
/// `{{ .Values.tag }}`, `<tag>`, `%TAG%`, `@TAG@`, `__TAG__`.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let is_framed = text.len() > 4 && text.starts_with("__") && text.ends_with("__");
    // Asked of every tag and value, and hardly any has one of these.
    let is_mark = |byte: u8| matches!(byte, b'$' | b'{' | b'<' | b'%' | b'@');
    if !text.bytes().any(is_mark) {
        return is_framed;
    }
    let is_between = |(open, close): (char, char)| text.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
    is_framed || text.contains(['$', '{']) || [('<', '>'), ('%', '%'), ('@', '@')].into_iter().any(is_between)
}

impl<'a> Image<'a> {
    /// Parses a reference. A colon before the last slash belongs to the registry's port.
    #[must_use]
    pub fn parse(reference: &'a str) -> Self {
        let reference = reference.trim();
        let named = reference.split_once('@').map_or(reference, |(named, _)| named);
        match named.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => Self { repository, tag: Some(tag), is_stream: false },
            _ => Self { repository: named, tag: None, is_stream: false },
        }
    }

    /// Whether it is unknown which image this is: none is written, or only something that is filled in later.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        let name = self.repository.rsplit('/').next().unwrap_or_default();
        self.is_stream || name.is_empty() || is_placeholder(name)
    }

    /// Whether the repository's path ends in the components of a pattern, in which `*` matches any characters of one
    /// component. Any registry and proxy may precede them; a pattern with a leading slash has to match the whole
    /// repository. The tag counts only if the pattern has one (`zookeeper:3.4.*`).
    #[must_use]
    pub fn ends_in(&self, pattern: &str) -> bool {
        let (pattern, tag) = pattern.split_once(':').map_or((pattern, None), |(path, tag)| (path, Some(tag)));
        if tag.is_some_and(|wanted| !self.tag.is_some_and(|tag| matches(wanted, tag))) {
            return false;
        }
        if let Some(whole) = pattern.strip_prefix('/') {
            return self.repository == whole && !self.is_stream;
        }
        if !pattern.contains('*') {
            return ends_in(self.repository, pattern);
        }
        let mut components = self.repository.rsplit('/');
        pattern.rsplit('/').all(|wanted| components.next().is_some_and(|component| matches(wanted, component)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Image, is_placeholder};

    #[test]
    fn what_is_filled_in_later_is_told_from_what_it_becomes() {
        for text in
            ["${TAG}", "3.8-${TAG}", "$TAG", "$(TAG)", "{{ .Values.tag }}", "<tag>", "%TAG%", "@TAG@", "__TAG__"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["3.8.4", "latest", "3.8.4-debian-11-r0", "_x_", "____", "zoo__keeper", "0", "@daily", "24%"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn references_come_apart() {
        let table = [
            ("zookeeper", "zookeeper", None),
            ("bitnami/zookeeper:3.8", "bitnami/zookeeper", Some("3.8")),
            ("localhost:5000/bitnami/zookeeper", "localhost:5000/bitnami/zookeeper", None),
            ("localhost:5000/zookeeper:3@sha256:00ff", "localhost:5000/zookeeper", Some("3")),
            ("zookeeper@sha256:00ff", "zookeeper", None),
            ("", "", None),
        ];
        for (text, repository, tag) in table {
            assert_eq!(Image::parse(text), Image { repository, tag, is_stream: false }, "{text}");
        }
    }

    #[test]
    fn patterns_fit_whole_components_at_the_end() {
        let table = [
            ("docker.io/bitnami/zookeeper:1", "bitnami/zookeeper", true),
            ("bitnami/zookeeper", "bitnami/zookeeper", true),
            ("harbor.example/proxy/bitnami/zookeeper", "bitnami/zookeeper", true),
            ("mybitnami/zookeeper", "bitnami/zookeeper", false),
            ("bitnami/zookeeper-exporter", "bitnami/zookeeper", false),
            ("zookeeper", "bitnami/zookeeper", false),
            ("datastax/lunastreaming-all", "datastax/lunastreaming*", true),
            ("streamnative/sn-pulsar-x", "streamnative/*pulsar*", true),
            ("streamnative/kafka", "streamnative/*pulsar*", false),
            ("a/zookeeper:x86-1.0.5", "a/zookeeper:*-1.*", true),
            ("a/zookeeper:x86-0.4.6", "a/zookeeper:*-1.*", false),
            ("a/zookeeper", "a/zookeeper:*", false),
        ];
        for (reference, pattern, expected) in table {
            assert_eq!(Image::parse(reference).ends_in(pattern), expected, "{reference} ~ {pattern}");
        }
    }
}
