//! Judges servers and charts. Each check is a pure function in a file of its own: evidence in, a finding out.

mod advice;
mod chart_ships_purge_off;
mod finding;
mod permanent;
mod purge_disabled;
mod purge_interval_differs;
mod purge_invalid;
mod purge_unknown;
mod purge_unsafe;
mod relief;
mod restart;
mod retain_below_minimum;
mod selection;
mod set;
mod setting_not_read;
mod subject;

pub use finding::{Check, Finding, Fix, Severity, SuppressedBy, Suppression};
pub use permanent::ChartValues;
pub use selection::{Selection, UnknownCheck};
pub(crate) use setting_not_read::promises_purging;
pub use subject::{Examination, Subject, Wanted, examine};
