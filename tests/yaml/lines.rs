//! Lines and columns.

use autopurge::yaml::Lines;

fn place(stream: &[u8], offset: usize) -> (usize, usize) {
    let position = Lines::new(stream).position(stream, offset);
    (position.line, position.column)
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    let stream = "a\nö漢x\r\nb\rc\n".as_bytes();
    assert_eq!(place(stream, 0), (1, 1));
    assert_eq!(place(stream, 7), (2, 3));
    assert_eq!(place(stream, 10), (3, 1));
    assert_eq!(place(stream, 12), (4, 1));
    assert_eq!(place(stream, 14), (5, 1));
    assert_eq!(place(stream, 99), (5, 1));
    assert_eq!(place(b"", 0), (1, 1));
}

#[test]
fn a_byte_order_mark_has_no_column() {
    assert_eq!(place("\u{FEFF}ab".as_bytes(), 3), (1, 1));
    assert_eq!(place("\u{FEFF}ab".as_bytes(), 4), (1, 2));
    assert_eq!(place("\u{FEFF}ab".as_bytes(), 0), (1, 1));
}

/// Lines are counted block by block; a break may stand across the border of two.
#[test]
fn places_are_the_same_whatever_block_they_stand_in() {
    let breaks = ["\n", "\r\n", "\r", "ö", "漢", "x"];
    for shift in 0..6 {
        let stream: String = "y".repeat(shift) + &(0..9_000).map(|n| breaks[(n * n / 7 + n) % 6]).collect::<String>();
        let lines = Lines::new(stream.as_bytes());
        let (mut line, mut column, mut rest) = (1, 1, stream.char_indices().peekable());
        while let Some((at, character)) = rest.next() {
            let position = lines.position(stream.as_bytes(), at);
            assert_eq!((position.line, position.column), (line, column), "byte {at}");
            let ends = character == '\n' || character == '\r' && rest.peek().is_none_or(|(_, next)| *next != '\n');
            (line, column) = if ends { (line + 1, 1) } else { (line, column + 1) };
        }
    }
}
