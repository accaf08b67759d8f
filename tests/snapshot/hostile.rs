//! Files that claim more than they hold, and files that hold more than anybody wants: a program that may use 64 MB of
//! addresses says what is wrong with them.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

/// In units of 1024 bytes. Reading a snapshot takes less than a tenth of that.
const LIMIT: &str = "ulimit -v 65536 && exec \"$0\" \"$@\"";

/// More zeros than the program may hold.
const ZEROS: u64 = 96 << 20;

const HEADER: &[u8] = b"ZKSN\0\0\0\x02\xff\xff\xff\xff\xff\xff\xff\xff";
const LOG_HEADER: &[u8] = b"ZKLG\0\0\0\x02\0\0\0\0\0\0\0\0";
const SNAPPY_HEADER: &[u8] = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01";
const MOST: [u8; 4] = i32::MAX.to_be_bytes();
/// Two lists without an entry.
const NO_LISTS: [u8; 8] = [0; 8];

/// Runs the program on a file, within the limit; everything that it says.
fn say(args: &[&str], file: &Path) -> String {
    let mut command = Command::new("sh");
    command.args(["-c", LIMIT, env!("CARGO_BIN_EXE_autopurge")]).args(args).arg(file).env_clear();
    let output = command.output().unwrap();
    // No memory left is a signal and no code.
    assert!(output.status.code().is_some(), "{args:?}: {output:?}");
    [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat()
}

/// A beginning, and zeros that take no room on the disk.
fn plain(folder: &Path, name: &str, beginning: &[&[u8]]) -> PathBuf {
    let path = folder.join(name);
    let mut file = File::create(&path).unwrap();
    file.write_all(&beginning.concat()).unwrap();
    file.set_len(ZEROS).unwrap();
    path
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The same, packed: a few kilobytes that unpack to a thousand times as much.
fn packed(folder: &Path, name: &str, beginning: &[&[u8]]) -> PathBuf {
    let path = folder.join(name);
    let mut file = File::create(&path).unwrap();
    file.write_all(&gzip(&beginning.concat())).unwrap();
    let megabyte = gzip(&vec![0; 1 << 20]);
    for _ in 0..ZEROS >> 20 {
        file.write_all(&megabyte).unwrap();
    }
    path
}

#[test]
fn memory_does_not_grow_with_what_a_file_claims() {
    let folder = tempfile::tempdir().unwrap();
    let path = [HEADER, &NO_LISTS, &MOST];
    let data = [HEADER, &NO_LISTS, &[0; 4], &MOST];
    let acl = [HEADER, &[0; 4], &MOST, &[0; 8], &MOST, &[0; 4], &MOST];
    let most = "2147483647";
    let table = [
        (plain(folder.path(), "snapshot.1", &path), format!("the length of a node's path is {most}, but only")),
        (
            packed(folder.path(), "snapshot.2.gz", &path),
            format!("the length of a node's path is {most}, but no server reads more than 2097150"),
        ),
        (packed(folder.path(), "snapshot.3.gz", &data), "the file ends inside a node's data".to_owned()),
        (packed(folder.path(), "snapshot.4.gz", &acl), "the file ends inside the list of ACLs".to_owned()),
        (
            plain(folder.path(), "snapshot.5.snappy", &[SNAPPY_HEADER, &MOST]),
            "a block longer than any server writes".to_owned(),
        ),
    ];
    for (file, expected) in table {
        for args in [&["snapshot", "verify"][..], &["snapshot", "format"]] {
            let said = say(args, &file);
            assert!(said.contains(&expected), "{args:?} {}: {said}", file.display());
        }
    }
}

#[test]
fn sessions_that_nobody_asks_for_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = packed(folder.path(), "snapshot.1.gz", &[HEADER, &MOST]);
    let said = say(&["snapshot", "verify"], &file);
    assert!(said.contains("the file ends inside the list of sessions"), "{said}");
}

#[test]
fn the_path_of_a_node_may_be_as_long_as_a_server_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let length = 2_097_150_i32.to_be_bytes();
    let file = packed(folder.path(), "snapshot.1.gz", &[HEADER, &NO_LISTS, &length, b"/"]);
    let said = say(&["snapshot", "verify"], &file);
    // It is read, and found to be the path of no node. The message does not show all of it.
    assert!(said.contains("comes before its parent") && said.len() < 10_000, "{said}");
}

#[test]
fn a_record_of_a_log_is_not_held_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let torn = plain(folder.path(), "log.1", &[LOG_HEADER, &[0; 8], &MOST]);
    let said = say(&["snapshot", "verify"], &torn);
    assert!(
        said.contains("BAD") && said.contains("byte 24: the length of a transaction is 2147483647, but no"),
        "{said}"
    );
    let length = u32::try_from(ZEROS - 64).unwrap().to_be_bytes();
    let closed = plain(folder.path(), "log.2", &[LOG_HEADER, &[0; 8], &length]);
    let mut file = File::options().write(true).open(&closed).unwrap();
    file.seek(SeekFrom::Start(28 + ZEROS - 64)).unwrap();
    file.write_all(b"B").unwrap();
    let said = say(&["snapshot", "verify"], &closed);
    assert!(said.contains("the Adler-32 checksum of a transaction is"), "{said}");
}
