//! Reports for people and for machines: one model of what was found, and one file per format, each a pure function from
//! the model to a text. Only this module knows colours, widths and formats.

mod checkstyle;
mod concise;
mod elsewhere;
mod excerpt;
mod fingerprint;
mod format;
pub mod full;
mod github;
mod gitlab;
pub mod json;
mod junit;
mod model;
mod place;
mod replacements;
mod sarif;
mod stream;
mod summary;
mod uri;
mod xml;

pub use concise::line as line_of;
pub use elsewhere::{Elsewhere, Written};
pub use excerpt::Excerpt;
pub use fingerprint::fingerprint;
pub use format::{Format, Options};
pub use model::{
    Chart, Finding, Fix, IgnoredSetting, Input, InputKind, Interval, Outcome, Part, Release, Replacement, Report,
    Retain, Server, Setting, Summary, Tool,
};
pub use place::{Mark, Place, Region, Source};
pub use stream::{State, Stream};
