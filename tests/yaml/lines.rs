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
