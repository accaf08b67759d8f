//! Prints what `SnapshotFormatter` prints (the same in 3.5.10 to 3.9 except for escapes in JSON), byte for byte.

use std::collections::HashMap;
use std::io::{self, Write};

use super::HashOrder;
use super::date::{DateText, Zone};
use super::text::decode;
use crate::zookeeper::Zxid;
use crate::zookeeper::snapshot::stat::{CONTAINER, Stat};
use crate::zookeeper::snapshot::tree::{NodeId, Tree};

/// What to print of a node's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataStyle {
    /// Its length.
    Length,
    /// The data itself, in base64.
    Base64,
}

/// How to print nodes.
#[derive(Debug, Clone)]
pub struct Look {
    /// What to print of their data.
    pub data: DataStyle,
    /// The zone of their times.
    pub zone: Zone,
}

/// Java counts the root twice: it has two names.
const SECOND_NAME_OF_ROOT: usize = 1;

/// Prints all nodes with their stats, then the sessions. The tree must have been read with stats, and with data if that
/// is to be printed.
pub fn write_details(out: &mut impl Write, tree: &Tree, look: Look, file: Option<Zxid>) -> io::Result<()> {
    writeln!(out, "ZNode Details (count={}):", tree.paths() + SECOND_NAME_OF_ROOT)?;
    // Java reads -1 from a name without a zxid.
    let (style, date) = (look.data, DateText::new(look.zone));
    let mut details = Details { style, date, text: Vec::new(), last: file.unwrap_or(Zxid(-1)) };
    let mut owned = HashMap::new();
    for_each_path(tree, |id, path| {
        let Some(stat) = tree.stat(id) else { return Ok(()) };
        if !matches!(stat.ephemeral_owner, 0 | CONTAINER) {
            *owned.entry(stat.ephemeral_owner).or_insert(0_u64) += 1;
        }
        details.fill(tree, id, &stat, path);
        out.write_all(&details.text)
    })?;
    write_sessions(out, tree, &owned)?;
    writeln!(out, "----\nLast zxid: 0x{}", details.last)
}

fn write_sessions(out: &mut impl Write, tree: &Tree, owned: &HashMap<i64, u64>) -> io::Result<()> {
    writeln!(out, "----\nSession Details (sid, timeout, ephemeralCount):")?;
    for session in HashOrder::default().sessions(tree.sessions()) {
        let count = owned.get(&session.id).copied().unwrap_or_default();
        writeln!(out, "0x{:014x}, {}, {count}", session.id, session.timeout)?;
    }
    Ok(())
}

/// Visits parents before children, with whole paths; the root's is a slash.
fn for_each_path(tree: &Tree, mut to: impl FnMut(NodeId, &[u8]) -> io::Result<()>) -> io::Result<()> {
    to(tree.root(), b"/")?;
    let below = |id: NodeId, length: usize| tree.children(id).iter().rev().map(move |child| (*child, length));
    let (mut path, mut left) = (Vec::new(), Vec::new());
    left.extend(below(tree.root(), 0));
    while let Some((id, length)) = left.pop() {
        path.truncate(length);
        path.push(b'/');
        path.extend_from_slice(tree.name(id));
        to(id, &path)?;
        left.extend(below(id, path.len()));
    }
    Ok(())
}

/// Builds the text of one node at a time.
struct Details {
    style: DataStyle,
    date: DateText,
    text: Vec<u8>,
    /// The highest zxid so far.
    last: Zxid,
}

impl Details {
    fn fill(&mut self, tree: &Tree, id: NodeId, stat: &Stat, path: &[u8]) {
        self.last = self.last.max(stat.mzxid).max(stat.pzxid);
        self.text.clear();
        self.push(b"----\n");
        self.push(decode(path).as_bytes());
        self.push_zxid(b"\n  cZxid = ", stat.czxid.0);
        self.push_date(b"\n  ctime = ", stat.ctime);
        self.push_zxid(b"\n  mZxid = ", stat.mzxid.0);
        self.push_date(b"\n  mtime = ", stat.mtime);
        self.push_zxid(b"\n  pZxid = ", stat.pzxid.0);
        self.push_number(b"\n  cversion = ", i64::from(stat.cversion));
        self.push_number(b"\n  dataVersion = ", i64::from(stat.version));
        self.push_number(b"\n  aclVersion = ", i64::from(stat.aversion));
        self.push_zxid(b"\n  ephemeralOwner = ", stat.ephemeral_owner);
        match self.style {
            DataStyle::Length => self.push_number(b"\n  dataLength = ", i64::from(tree.size(id))),
            DataStyle::Base64 => {
                self.push(b"\n  data = ");
                push_base64(&mut self.text, tree.data(id));
            }
        }
        self.push(b"\n");
    }

    fn push(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    fn push_date(&mut self, label: &[u8], milliseconds: i64) {
        self.push(label);
        self.text.extend_from_slice(self.date.of(milliseconds));
    }

    fn push_number(&mut self, label: &[u8], number: i64) {
        self.push(label);
        push_decimal(&mut self.text, number);
    }

    /// `%#016x`: at least 14 digits.
    fn push_zxid(&mut self, label: &[u8], number: i64) {
        self.push(label);
        self.push(b"0x");
        let bits = number.cast_unsigned();
        let digits = if bits >> 56 == 0 { 14 } else { 16 - bits.leading_zeros() / 4 };
        for digit in (0..digits).rev() {
            let nibble = (bits >> (4 * digit)) & 0xf;
            let digit = u8::try_from(nibble).unwrap_or(0);
            self.text.push(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
        }
    }
}

/// Several times faster than `write!`, for millions of numbers.
fn push_decimal(to: &mut Vec<u8>, number: i64) {
    if number < 0 {
        to.push(b'-');
    }
    let (begin, mut rest) = (to.len(), number.unsigned_abs());
    loop {
        to.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    to.get_mut(begin..).unwrap_or_default().reverse();
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn push_base64(to: &mut Vec<u8>, bytes: &[u8]) {
    for group in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|at| u32::from(group.get(at).copied().unwrap_or(0)));
        let bits = (a << 16) | (b << 8) | c;
        let digit = |shift: u32| usize::try_from((bits >> shift) & 63).ok().and_then(|at| BASE64.get(at)).copied();
        let digits = [18, 12, 6, 0].map(|shift| digit(shift).unwrap_or(b'='));
        let used = digits.get(..=group.len()).unwrap_or_default();
        to.extend_from_slice(used);
        to.extend_from_slice(b"==".get(..3 - group.len()).unwrap_or_default());
    }
}

/// The inode number of the first node in JSON.
const FIRST_INODE: u64 = 1001;

/// What to write next in JSON.
enum Step {
    Node(NodeId),
    Close,
}

/// Prints names and sizes in one line of JSON, as `ncdu -f` reads it. `now` is in milliseconds since 1970.
pub fn write_json(out: &mut impl Write, tree: &Tree, now: u128) -> io::Result<()> {
    write!(out, r#"[1,0,{{"progname":"SnapshotFormatter.java","progver":"0.01","timestamp":{now}}}"#)?;
    let (mut left, mut text, mut inode) = (vec![Step::Node(tree.root())], Vec::new(), FIRST_INODE);
    while let Some(step) = left.pop() {
        text.clear();
        match step {
            Step::Close => text.push(b']'),
            Step::Node(id) => {
                push_json_node(&mut text, tree, id, inode);
                inode += 1;
                let children = tree.children(id);
                left.extend((!children.is_empty()).then_some(Step::Close));
                left.extend(children.iter().rev().map(|child| Step::Node(*child)));
            }
        }
        out.write_all(&text)?;
    }
    out.write_all(b"]")
}

fn push_json_node(text: &mut Vec<u8>, tree: &Tree, id: NodeId, inode: u64) {
    text.push(b',');
    text.extend_from_slice(if tree.children(id).is_empty() { br#"{"name":""# } else { br#"[{"name":""# });
    let name: &[u8] = if id == tree.root() { b"/" } else { tree.name(id) };
    push_escaped(text, &decode(name));
    text.extend_from_slice(br#"","asize":"#);
    let begin = text.len();
    push_decimal(text, i64::from(tree.size(id)));
    let size = begin..text.len();
    text.extend_from_slice(br#","dsize":"#);
    text.extend_from_within(size);
    text.extend_from_slice(br#","dev":0,"ino":"#);
    push_decimal(text, i64::try_from(inode).unwrap_or(i64::MAX));
    text.push(b'}');
}

/// Escapes only quotes, backslashes and characters below U+0020. Hardly any name has one of these, so a vectorised
/// check comes first.
fn push_escaped(text: &mut Vec<u8>, name: &str) {
    // Counting, unlike a search, has no early exit, which is what makes it fast.
    if name.bytes().filter(|byte| matches!(byte, 0..b' ' | b'"' | b'\\')).count() == 0 {
        text.extend_from_slice(name.as_bytes());
        return;
    }
    for byte in name.bytes() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            0..0x20 => {
                text.extend_from_slice(format!("\\u{byte:04X}").as_bytes());
                continue;
            }
            _ => {
                text.push(byte);
                continue;
            }
        };
        text.extend_from_slice(&[b'\\', short]);
    }
}
