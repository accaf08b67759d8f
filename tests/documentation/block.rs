//! Fenced blocks of a page.

/// A fenced block with what its fence says.
#[derive(Debug)]
pub(super) struct Block {
    /// The line of the fence, from 1.
    pub(super) line: usize,
    /// The first word behind the fence.
    pub(super) language: String,
    /// `run`, `parse` or nothing.
    pub(super) tag: String,
    /// The exit code that is expected.
    pub(super) code: i32,
    pub(super) text: String,
}

/// All fenced blocks, those in lists too.
pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for (number, line) in page.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some(words)) => Some((indent, begun(number + 1, words))),
            (Some((_, block)), Some("")) => {
                found.push(block);
                None
            }
            (Some((indent, mut block)), _) => {
                block.text.push_str(line.get(indent..).unwrap_or(line.trim_start()));
                block.text.push('\n');
                Some((indent, block))
            }
            (None, None) => None,
        };
    }
    assert!(open.is_none(), "a block has no end");
    found
}

fn begun(line: usize, words: &str) -> Block {
    let mut words = words.split_whitespace();
    let language = words.next().unwrap_or_default().to_owned();
    let tag = words.next().unwrap_or_default();
    let (tag, code) = tag.split_once('=').map_or((tag, 0), |(tag, code)| (tag, code.parse().expect("an exit code")));
    Block { line, language, tag: tag.to_owned(), code, text: String::new() }
}

#[test]
fn fences_say_what_is_in_them() {
    let found = blocks("a\n```sh run=1\nx\n```\n1. item\n\n   ```json\n   {}\n   ```\n");
    let told: Vec<_> = found
        .iter()
        .map(|block| (block.line, block.language.as_str(), block.tag.as_str(), block.code, block.text.as_str()))
        .collect();
    assert_eq!(told[0], (2, "sh", "run", 1, "x\n"));
    assert_eq!(told.last().expect("a block"), &(7, "json", "", 0, "{}\n"));
}
