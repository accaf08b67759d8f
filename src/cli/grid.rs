//! Tables of plain text.

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows of cells, each column as wide as its widest cell.
#[derive(Debug)]
pub(super) struct Grid<const N: usize> {
    columns: [Align; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Grid<N> {
    /// A table without rows.
    pub(super) fn new(columns: [Align; N]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// The lines, without trailing blanks. Widths are counted in characters.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let widths: [usize; N] = std::array::from_fn(|column| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        });
        self.rows.iter().map(move |row| {
            let cells = row.iter().zip(widths).zip(self.columns).map(|((cell, width), align)| match align {
                Align::Left => format!("{cell:width$}"),
                Align::Right => format!("{cell:>width$}"),
            });
            cells.collect::<Vec<String>>().join("  ").trim_end().to_owned()
        })
    }
}
