//! A goal, what was measured, and the lines that say both.

/// What a figure should be, with its unit.
pub(crate) enum Goal {
    AtLeast(f64, &'static str),
    AtMost(f64, &'static str),
}

impl Goal {
    fn is_met(&self, measured: f64) -> bool {
        match self {
            Self::AtLeast(goal, _) => measured >= *goal,
            Self::AtMost(goal, _) => measured <= *goal,
        }
    }
}

/// Two medians in seconds, of programs that ran in turn.
pub(crate) struct Medians {
    pub(crate) first: f64,
    pub(crate) second: f64,
}

/// One row of the result.
pub(crate) struct Row {
    what: &'static str,
    goal: Goal,
    measured: Result<f64, String>,
    evidence: String,
}

impl Row {
    /// How many times the second median the first one is.
    pub(crate) fn ratio(what: &'static str, goal: Goal, medians: &Medians) -> Self {
        let evidence = format!("  ({:.2} ms : {:.2} ms)", medians.first * 1e3, medians.second * 1e3);
        Self { what, goal, measured: Ok(medians.first / medians.second), evidence }
    }

    /// A figure that is no ratio.
    pub(crate) fn figure(what: &'static str, goal: Goal, measured: f64) -> Self {
        Self { what, goal, measured: Ok(measured), evidence: String::new() }
    }

    /// A row that something on this machine prevents.
    pub(crate) fn not_measured(what: &'static str, goal: Goal, reason: String) -> Self {
        Self { what, goal, measured: Err(reason), evidence: String::new() }
    }

    /// Verdict, what is compared, goal and figure.
    pub(crate) fn print(&self) {
        let (sign, goal, unit) = match self.goal {
            Goal::AtLeast(goal, unit) => (">=", goal, unit),
            Goal::AtMost(goal, unit) => ("<=", goal, unit),
        };
        let (verdict, measured) = match &self.measured {
            Ok(measured) if self.goal.is_met(*measured) => ("ok    ", format!("{measured:.2}{unit}")),
            Ok(measured) => ("MISSED", format!("{measured:.2}{unit}")),
            Err(reason) => ("      ", format!("nothing: {reason}")),
        };
        println!("{verdict}  {}\n        goal {sign} {goal}{unit}, measured {measured}{}", self.what, self.evidence);
    }
}
