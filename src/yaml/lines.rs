//! Converts offsets to lines and columns, for display.

/// A position as an editor shows it; line and column count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Counts from 1.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
}

/// How many lines of a stream end before each of its blocks.
///
/// `\n`, `\r\n` and a lone `\r` end a line, as in editors. YAML 1.1 would add U+0085, U+2028 and U+2029, but a message
/// with such line numbers would point to the wrong line in an editor.
#[derive(Clone, Debug)]
pub struct Lines {
    before: Vec<usize>,
}

/// Block size in bytes. Lines within a block are counted for each position: remembering every line would take longer.
const BLOCK: usize = 4096;

impl Lines {
    /// Scans the stream once.
    #[must_use]
    pub fn new(stream: &[u8]) -> Self {
        let has_returns = memchr::memchr(b'\r', stream).is_some();
        let mut ended = 0_usize;
        let mut before = Vec::with_capacity(stream.len().div_ceil(BLOCK));
        for (number, block) in stream.chunks(BLOCK).enumerate() {
            before.push(ended);
            let start = number.saturating_mul(BLOCK);
            let count = if has_returns {
                ends(stream, start, start.saturating_add(block.len())).count()
            } else {
                memchr::memchr_iter(b'\n', block).count()
            };
            ended = ended.saturating_add(count);
        }
        Self { before }
    }

    /// The position of an offset in the same stream; an offset past the end counts as the end.
    #[must_use]
    pub fn position(&self, stream: &[u8], offset: usize) -> Position {
        let end = offset.min(stream.len());
        let block = (end / BLOCK).min(self.before.len().saturating_sub(1));
        let before = self.before.get(block).copied().unwrap_or_default();
        let ended = before.saturating_add(ends(stream, block.saturating_mul(BLOCK), end).count());
        let bom = if stream.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let start = ends(stream, 0, end).next_back().map_or(bom, |at| at.saturating_add(1));
        let characters = stream.get(start..end).unwrap_or_default().iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Position { line: ended.saturating_add(1), column: characters.saturating_add(1) }
    }
}

/// The last bytes of the lines that end in a range of a stream.
fn ends(stream: &[u8], start: usize, end: usize) -> impl DoubleEndedIterator<Item = usize> {
    memchr::memchr2_iter(b'\n', b'\r', stream.get(start..end).unwrap_or_default())
        .map(move |at| start.saturating_add(at))
        .filter(|&at| stream.get(at) == Some(&b'\n') || stream.get(at.saturating_add(1)) != Some(&b'\n'))
}
