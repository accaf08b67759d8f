//! Reports for people and for machines: one model of what was found, and one file per format, each a pure function
//! from the model to a text. Only here are colours, widths and formats known.

mod excerpt;
mod fingerprint;
pub mod full;
pub mod json;
mod model;
mod place;
mod stream;
mod summary;

pub use excerpt::Excerpt;
pub use fingerprint::fingerprint;
pub use model::{
    Chart, Finding, Fix, IgnoredSetting, Input, InputKind, Interval, Outcome, Part, Release, Replacement, Report,
    Retain, Server, Setting, Summary, SuppressedBy, Suppression, Tool,
};
pub use place::{Mark, Place, Region, Source};
pub use stream::{State, Stream};
