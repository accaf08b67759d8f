//! Two large snapshots like those of PostHog's ClickHouse: tables with blocks, parts on two replicas and a log, and what
//! has come to them later. Written as 3.8 writes them; `ZooKeeper`'s own tools read them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use simd_adler32::Adler32;

use autopurge::zookeeper::snapshot::java;

const METADATA: &[u8] = b"metadata format version: 1\ndate column: \nsampling expression: cityHash64(distinct_id)\n\
index granularity: 8192\nmode: 7\nsign column: _timestamp\nprimary key: team_id, toDate(timestamp), event\n\
data format version: 1\npartition key: toYYYYMM(timestamp)\ngranularity bytes: 10485760\n";

/// How large the trees are.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) tables: u64,
    pub(crate) blocks: u64,
    pub(crate) parts: u64,
    pub(crate) log: u64,
}

impl Shape {
    /// About a million nodes.
    pub(crate) const LARGE: Self = Self { tables: 48, blocks: 7000, parts: 6600, log: 400 };

    /// About a hundred thousand.
    pub(crate) const SMALL: Self = Self { tables: 16, blocks: 1000, parts: 2450, log: 300 };

    /// The same a while later.
    pub(crate) fn grown(self) -> Self {
        Self { blocks: self.blocks + 300, parts: self.parts + 100, log: self.log + 50, ..self }
    }
}

/// A node under its name.
#[derive(Default)]
struct Node {
    data: Vec<u8>,
    children: BTreeMap<String, Node>,
}

impl Node {
    fn add(&mut self, name: impl Into<String>, data: &[u8]) -> &mut Self {
        self.children.entry(name.into()).or_insert(Self { data: data.to_vec(), children: BTreeMap::new() })
    }
}

/// Numbers that look random and are the same every time (splitmix64).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn tree(shape: Shape) -> Node {
    let mut root = Node::default();
    let zookeeper = root.add("zookeeper", b"");
    zookeeper.add("config", b"");
    zookeeper.add("quota", b"");
    let tables = root.add("clickhouse", b"").add("tables", b"").add("0", b"");
    for number in 0..shape.tables {
        table(tables.add(format!("posthog.sharded_events_{number}"), b""), number, shape);
    }
    root
}

fn table(table: &mut Node, number: u64, shape: Shape) {
    let random = |at: u64| mixed(number << 32 | at);
    table.add("metadata", METADATA);
    table.add("columns", METADATA);
    let blocks = table.add("blocks", b"");
    for at in 0..shape.blocks {
        let name = format!("202203_{}_{}", random(at), random(at + (1 << 24)));
        blocks.add(name, format!("202203_{at:05}_{at:05}_0").as_bytes());
    }
    let log = table.add("log", b"");
    for at in 0..shape.log {
        log.add(format!("log-{at:010}"), &log_entry(at, random(at)));
    }
    let replicas = table.add("replicas", b"");
    for replica in 0..2 {
        let replica = replicas.add(format!("chi-posthog-posthog-0-{replica}"), b"");
        replica.add("queue", b"").add("queue-0000000001", &log_entry(1, random(1)));
        let parts = replica.add("parts", b"");
        for at in 0..shape.parts {
            let data =
                [METADATA.get(..97).expect("long enough"), random(at + (1 << 25)).to_be_bytes().as_slice()].concat();
            parts.add(format!("202203_{at}_{}_{}", at + random(at) % 40, random(at) % 5), &data);
        }
    }
}

fn log_entry(at: u64, random: u64) -> Vec<u8> {
    let entry = format!(
        "format version: 4\ncreate_time: 2022-03-02 11:22:33\nsource replica: chi-posthog-posthog-0-0\n\
         block_id: 202203_{random}_{random}\nget\n202203_{at}_{at}_0\npart_type: Compact\n"
    );
    entry.into_bytes()
}

/// Writes, and takes the checksum and the tree digest on the way.
struct Writer {
    file: BufWriter<File>,
    adler: Adler32,
    digest: u64,
    zxid: i64,
}

impl Writer {
    fn put(&mut self, bytes: &[u8]) {
        self.adler.write(bytes);
        self.file.write_all(bytes).expect("a writable temporary folder");
    }

    fn buffer(&mut self, bytes: &[u8]) {
        self.put(&i32::try_from(bytes.len()).expect("short").to_be_bytes());
        self.put(bytes);
    }

    fn seal(&mut self) {
        let sum = u64::from(self.adler.finish());
        self.put(&sum.to_be_bytes());
        self.buffer(b"/");
    }

    fn node(&mut self, path: &str, node: &Node) {
        self.buffer(path.as_bytes());
        self.buffer(&node.data);
        self.put(&(-1_i64).to_be_bytes());
        self.zxid += 1;
        let time = 1_647_000_000_000 + self.zxid * 3;
        let changes = [self.zxid.to_be_bytes(), self.zxid.to_be_bytes()].concat();
        let others = [time.to_be_bytes().as_slice(), &time.to_be_bytes(), &[0; 20]].concat();
        for numbers in [&changes, &others, &self.zxid.to_be_bytes().to_vec()] {
            self.put(numbers);
        }
        if !path.starts_with("/zookeeper/") {
            let mut hasher = crc32fast::Hasher::new();
            for bytes in [path.as_bytes(), &node.data, &changes, &self.zxid.to_be_bytes(), &others] {
                hasher.update(bytes);
            }
            self.digest = self.digest.wrapping_add(u64::from(hasher.finalize()));
        }
        self.children(path, node);
    }

    /// In an order like that of a hash set.
    fn children(&mut self, path: &str, node: &Node) {
        let capacity = (node.children.len() * 4 / 3).next_power_of_two().max(8);
        let mut children: Vec<(&String, &Node)> = node.children.iter().collect();
        let place = |name: &str| {
            let hash = java::hash(name.as_bytes());
            usize::try_from(hash ^ (hash >> 16)).expect("32 bits") & (capacity - 1)
        };
        children.sort_by_key(|(name, _)| place(name));
        for (name, child) in children {
            self.node(&format!("{path}/{name}"), child);
        }
    }
}

/// Writes a snapshot into a folder; its name and how many bytes it has.
pub(crate) fn snapshot(folder: &Path, name: &str, shape: Shape) -> u64 {
    let path = folder.join(name);
    let file = BufWriter::with_capacity(1 << 20, File::create(&path).expect("a writable temporary folder"));
    let mut writer = Writer { file, adler: Adler32::new(), digest: 0, zxid: 0 };
    writer.put(b"ZKSN\0\0\0\x02\xff\xff\xff\xff\xff\xff\xff\xff");
    // No session, no access rights.
    writer.put(&[0; 8]);
    writer.node("", &tree(shape));
    writer.buffer(b"/");
    writer.seal();
    let zxid = i64::from_str_radix(name.rsplit('.').next().expect("a zxid"), 16).expect("a zxid");
    writer.put(&zxid.to_be_bytes());
    writer.put(&2_i32.to_be_bytes());
    let digest = writer.digest;
    writer.put(&digest.to_be_bytes());
    writer.seal();
    writer.file.flush().expect("a writable temporary folder");
    std::fs::metadata(path).expect("a file").len()
}
