//! What charts make of their values: chart models, judged with effective values or with what is known about versions.
//!
//! | file | job |
//! | --- | --- |
//! | `judge` | one server of a chart, from effective values |
//! | `manifest` | the manifest that the chart would render for it |
//! | `fill`, `text` | texts of templates, as far as they can be filled in without Helm |
//! | `fix` | the change of the values that makes it purge |
//! | `tree` | which servers a chart and its dependencies can have |
//! | `assess`, `asked` | an unavailable chart, by version or range |
//! | `identity`, `lookup` | which chart a name refers to, and its verdicts |
//! | `altered` | whether templates that are at hand say the same as a model |
//! | `outline` | what a template says without being run |
//! | `source` | the chart that makes up a Git repository |
//! | `shipped` | what its versions ship, as rows that can be stored |
//! | `template` | whether a chart without a model may run a server |
//! | `installed` | the chart that a server in a stream was installed with |

mod altered;
mod asked;
mod assess;
mod fill;
mod fix;
mod identity;
mod images;
mod installed;
mod judge;
mod labelled;
mod lookup;
mod manifest;
mod outline;
mod path;
mod shipped;
mod source;
mod template;
mod text;
mod tree;
mod values;

pub use asked::Asked;
pub use assess::{JudgedServer, assess};
pub use fix::{SetArgument, ValuesChange, ValuesFix};
pub use identity::comes_from;
pub use installed::{ChartLabels, InstalledChart};
pub use judge::{DeadSetting, Judged, JudgedSetting, judge};
pub use lookup::{Reference, assess_reference, judge_chart, model_of, model_of_reference};
pub use shipped::{ShippedServer, shipped_server};
pub use source::{has_servers, name_at};
pub use template::{may_add, may_run, may_run_with};
pub use values::plain;
