//! The files of real servers and the recorded runs of the real tools, in `fixtures/zookeeper`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The folder that the recorded runs were made in.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/zookeeper")
}

pub(crate) fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// A way to damage a file.
#[derive(Deserialize)]
pub(crate) struct Broken {
    pub(crate) name: String,
    /// How the damaged file is called.
    pub(crate) file: String,
    steps: Vec<Vec<serde_json::Value>>,
    /// How `SnapshotFormatter` ended.
    #[serde(rename = "SnapshotFormatter")]
    pub(crate) formatter: Ended,
    /// How `SnapshotComparer` ended.
    #[serde(rename = "SnapshotComparer")]
    pub(crate) comparer: Ended,
}

#[derive(Deserialize)]
pub(crate) struct Ended {
    pub(crate) exit: i32,
    pub(crate) stdout_bytes: usize,
}

pub(crate) fn broken() -> Vec<Broken> {
    serde_json::from_slice(&read("broken/cases.json")).unwrap()
}

impl Broken {
    /// The damaged bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.steps.iter().fold(read("small/version-2/snapshot.596"), |bytes, step| apply(bytes, step))
    }
}

fn apply(mut bytes: Vec<u8>, step: &[serde_json::Value]) -> Vec<u8> {
    let number = |at: usize| usize::try_from(step[at].as_u64().unwrap()).unwrap();
    let hex = |at: usize| unhex(step[at].as_str().unwrap());
    let length = bytes.len();
    match step[0].as_str().unwrap() {
        "truncate" => bytes.truncate(number(1)),
        "append" => bytes.extend(hex(1)),
        "set" => put(&mut bytes, number(1), &hex(2)),
        "set-end" => put(&mut bytes, length - number(1), &hex(2)),
        "insert" => drop(bytes.splice(number(1)..number(1), hex(2))),
        "gzip" => return gzip(&bytes),
        step => panic!("no step {step}"),
    }
    bytes
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    bytes[at..at + new.len()].copy_from_slice(new);
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Packs as Java does; unpacks to the same bytes.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut unpacked).unwrap();
    unpacked
}

/// A recorded run of one of the tools.
#[derive(Deserialize)]
pub(crate) struct Run {
    pub(crate) name: String,
    pub(crate) zookeeper: String,
    pub(crate) tool: String,
    pub(crate) args: Vec<String>,
    pub(crate) exit: i32,
    #[serde(default)]
    pub(crate) stdin: String,
    #[serde(default)]
    pub(crate) stderr: Vec<String>,
    stdout_file: Option<String>,
}

pub(crate) fn runs() -> Vec<Run> {
    serde_json::from_slice(&read("out/cases.json")).unwrap()
}

impl Run {
    /// What the tool printed, times masked.
    pub(crate) fn stdout(&self) -> String {
        let Some(file) = &self.stdout_file else {
            return String::new();
        };
        let bytes = read(file);
        String::from_utf8(if file.rsplit('.').next() == Some("gz") { gunzip(&bytes) } else { bytes }).unwrap()
    }
}
