//! Writes snapshots and logs, good ones and others that no server writes.

use simd_adler32::adler32;

/// A node as it stands in a snapshot.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) path: Vec<u8>,
    pub(super) data: Option<Vec<u8>>,
    pub(super) owner: i64,
}

impl Node {
    pub(super) fn new(path: &str, data: &str) -> Self {
        Self { path: path.into(), data: Some(data.into()), owner: 0 }
    }
}

/// A snapshot of 3.4: a tree and one seal.
pub(super) fn snapshot(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = b"ZKSN\0\0\0\x02\xff\xff\xff\xff\xff\xff\xff\xff".to_vec();
    bytes.extend([0; 8]);
    for node in nodes {
        push_buffer(&mut bytes, Some(&node.path));
        push_buffer(&mut bytes, node.data.as_deref());
        bytes.extend((-1_i64).to_be_bytes());
        bytes.extend([0; 44]);
        bytes.extend(node.owner.to_be_bytes());
        bytes.extend([0; 8]);
    }
    push_buffer(&mut bytes, Some(b"/"));
    let seal = u64::from(adler32(&bytes.as_slice()));
    bytes.extend(seal.to_be_bytes());
    push_buffer(&mut bytes, Some(b"/"));
    bytes
}

fn push_buffer(to: &mut Vec<u8>, buffer: Option<&[u8]>) {
    let length = buffer.map_or(-1, |buffer| i32::try_from(buffer.len()).unwrap());
    to.extend(length.to_be_bytes());
    to.extend(buffer.unwrap_or_default());
}
