//! YAML as Helm reads it, edited byte by byte.
//!
//! Streams are split into documents, documents are parsed into nodes with exact byte spans, RFC 6902 patches become
//! byte edits, and every edit is verified against the `json-patch` crate before anybody sees it. Knows nothing of
//! Kubernetes.
