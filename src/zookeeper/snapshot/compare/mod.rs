//! What has changed from one snapshot to another.

mod clickhouse;
mod growth;
mod level;
mod totals;

pub use clickhouse::{Kind, Tables, tables};
pub use growth::{Change, ChangedInPlace, Extent, Extents, Grown, Sides, difference};
pub use level::{Level, Pair, Trees};
pub use totals::{Sum, Totals};
