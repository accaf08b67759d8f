//! Offsets to lines and columns, for people.

/// A place as an editor shows it; both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
}

/// Where the lines of a stream start.
///
/// `\n`, `\r\n` and a lone `\r` end a line, as in editors. YAML 1.1 would add U+0085, U+2028 and U+2029, but a message
/// with such line numbers sends people to the wrong line.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Looks through the stream once.
    #[must_use]
    pub fn new(stream: &[u8]) -> Self {
        let bom = if stream.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut starts = vec![bom];
        if memchr::memchr(b'\r', stream).is_none() {
            starts.extend(memchr::memchr_iter(b'\n', stream).map(|at| at.saturating_add(1)));
            return Self { starts };
        }
        let ends = memchr::memchr2_iter(b'\n', b'\r', stream)
            .filter(|&at| stream.get(at) == Some(&b'\n') || stream.get(at.saturating_add(1)) != Some(&b'\n'));
        starts.extend(ends.map(|at| at.saturating_add(1)));
        Self { starts }
    }

    /// The place of a byte of the same stream; an offset behind the end counts as the end.
    #[must_use]
    pub fn position(&self, stream: &[u8], offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let end = offset.clamp(start, stream.len().max(start));
        let characters = stream.get(start..end).unwrap_or_default().iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Position { line, column: characters.saturating_add(1) }
    }
}
