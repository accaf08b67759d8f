//! How the process ends.

/// Exit codes. They do not depend on the format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// All is well, or has been made so.
    Success = 0,
    /// Findings that the user asked to be stopped by; for `cleanup`, a file that should have gone and is still there; for
    /// `remedy`, something that is left as it is; for `rules`, a mistake in them; for `snapshot`, what Java's tools end with
    /// an exception on, and damage.
    Findings = 1,
    /// Wrong arguments, broken input, output that cannot be written. Nothing has been changed.
    Error = 2,
    /// There was nothing to examine.
    NothingExamined = 3,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(match code {
            ExitCode::Success => 0,
            ExitCode::Findings => 1,
            ExitCode::Error => 2,
            ExitCode::NothingExamined => 3,
        })
    }
}
