//! Judges servers and charts. Each check is a pure function in its own file: evidence in, a statement out.
//!
//! | file | job |
//! | --- | --- |
//! | one per check | when it applies, how much it weighs, what it says: for every server, wherever it was found |
//! | `case` | what checks see of a server, and what they say |
//! | `evidence`, `advice` | how a setting was decided and what can be done about it, in words |
//! | `manifest` | servers of manifests as cases, statements as findings with patches; chart values: see `lint` |
//! | `finding` | findings of manifests |
//! | `selection` | which checks count |

mod advice;
mod case;
mod chart_ships_purge_off;
mod evidence;
mod finding;
mod manifest;
mod purge_disabled;
mod purge_interval_differs;
mod purge_invalid;
mod purge_unknown;
mod purge_unsafe;
mod retain_below_minimum;
mod selection;
mod setting_not_read;

pub(crate) use advice::{Advice, Permanent, no_value, undecided};
pub(crate) use case::{About, Case, Decided, Doubt, FixOf, Running, Statement, Unread, judge, shortened};
pub(crate) use evidence::{Evidence, Written};
pub use finding::{Check, Finding, Fix, SuppressedBy, Suppression};
pub use manifest::{ChartValues, Examination, Kept, Subject, Wanted, examine, examine_with};
pub use selection::{Selection, UnknownCheck};

pub use crate::rules::Severity;
