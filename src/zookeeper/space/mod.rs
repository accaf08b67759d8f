//! How much space is used, how fast that grows, and when the volume is full. Pure arithmetic over listings.

mod growth;
mod usage;

pub use growth::{Forecast, Growth, Pile, growth, pile};
pub use usage::{Amount, Usage};
