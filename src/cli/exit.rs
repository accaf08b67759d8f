//! Exit codes of the process.

/// Exit codes. They do not depend on the format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// All is well, or has been fixed.
    Success = 0,
    /// There are findings that fail the run; for `cleanup`, a file that should be deleted still exists; for `remedy`,
    /// something is left without a remedy; for `rules`, the rules have mistakes; for `snapshot`, an input is damaged,
    /// or Java's tools would throw an exception.
    Findings = 1,
    /// Invalid arguments or input, or output that cannot be written. Usually nothing has been changed.
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
