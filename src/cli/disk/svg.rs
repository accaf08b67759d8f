//! The used space over time, as an SVG picture.

use std::fmt::Write;

use super::{Disk, table};
use crate::cli::quantity::{bytes, minute};
use crate::zookeeper::space::Pile;

const WIDTH: u64 = 840;
const HEIGHT: u64 = 460;

/// Margins: the scale is on the left, the title and the growth above, the times and the legend below.
const LEFT: u64 = 90;
const RIGHT: u64 = 20;
const TOP: u64 = 120;
const BOTTOM: u64 = 50;

/// The number of intervals between horizontal grid lines.
const LINES: u64 = 4;

/// Colours that everybody can distinguish, also in print, on light and dark backgrounds.
const SNAPSHOTS: &str = "#3b7dd8";
const LOGS: &str = "#e8a33d";

/// The chart. The same files give the same bytes, except for the forecast.
pub(super) fn render(disk: &Disk<'_>) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    text(&mut svg, (LEFT, 24), "start", &format!("Snapshots and logs in {}", disk.folders.join(" and ")));
    let lines = disk.outlooks.iter().flat_map(|outlook| table::growth(disk, outlook));
    for (number, line) in (0..).zip(lines) {
        text(&mut svg, (LEFT, 44 + 17 * number), "start", &line);
    }
    let scale = Scale { top: round_up(disk.piles.iter().map(Pile::total).max().unwrap_or(0)) };
    grid(&mut svg, scale);
    bars(&mut svg, &disk.piles, scale);
    legend(&mut svg);
    svg + "</svg>\n"
}

/// Converts bytes to SVG units.
#[derive(Clone, Copy)]
struct Scale {
    /// The size at the top of the chart, in bytes.
    top: u64,
}

impl Scale {
    fn height(self, size: u64) -> u64 {
        let dots = u128::from(size) * u128::from(HEIGHT - TOP - BOTTOM) / u128::from(self.top.max(1));
        u64::try_from(dots).unwrap_or(0)
    }
}

/// Rounds a size up to a multiple of [`LINES`] and of a power of two between an eighth and a quarter of it.
fn round_up(size: u64) -> u64 {
    let step = (size / 8).checked_next_power_of_two().unwrap_or(1 << 63).max(LINES);
    size.div_ceil(step).saturating_mul(step).next_multiple_of(LINES)
}

fn grid(svg: &mut String, scale: Scale) {
    for line in 0..=LINES {
        let size = scale.top / LINES * line;
        let y = HEIGHT - BOTTOM - scale.height(size);
        let _ = writeln!(svg, "<path d=\"M{LEFT} {y}H{}\" stroke=\"#ddd\"/>", WIDTH - RIGHT);
        text(svg, (LEFT - 8, y + 4), "end", &bytes(size));
    }
}

fn bars(svg: &mut String, piles: &[Pile], scale: Scale) {
    let count = u64::try_from(piles.len()).unwrap_or(1).max(1);
    let pitch = (WIDTH - LEFT - RIGHT) / count;
    let width = (pitch * 4 / 5).max(1);
    for (index, pile) in (0..).zip(piles) {
        let x = LEFT + pitch * index + (pitch - width) / 2;
        let (snapshots, logs) = (scale.height(pile.snapshots), scale.height(pile.logs));
        let base = HEIGHT - BOTTOM;
        let _ = writeln!(
            svg,
            "<g><title>{}: snapshots {}, logs {}</title>\
             <rect x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{snapshots}\" fill=\"{SNAPSHOTS}\"/>\
             <rect x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{logs}\" fill=\"{LOGS}\"/></g>",
            minute(pile.at),
            bytes(pile.snapshots),
            bytes(pile.logs),
            base - snapshots,
            base - snapshots - logs,
        );
    }
    let ends = [piles.first().map(|pile| (LEFT, "start", pile)), piles.last().map(|pile| (WIDTH - RIGHT, "end", pile))];
    let ends = ends.into_iter().flatten().take(piles.len());
    for (x, anchor, pile) in ends {
        text(svg, (x, HEIGHT - BOTTOM + 20), anchor, &format!("{} UTC", minute(pile.at)));
    }
}

fn legend(svg: &mut String) {
    for (x, color, name) in [(LEFT, SNAPSHOTS, "snapshots"), (LEFT + 120, LOGS, "logs")] {
        let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{color}\"/>", HEIGHT - 20);
        text(svg, (x + 18, HEIGHT - 9), "start", name);
    }
}

fn text(svg: &mut String, (x, y): (u64, u64), anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
}
