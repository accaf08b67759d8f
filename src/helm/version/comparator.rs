//! One comparison of a constraint.

use std::cmp::Ordering;

use semver::Version;

use super::grammar::Partial;

/// An operator and the version that it compares with.
#[derive(Clone, Debug)]
pub(super) struct Comparator {
    pub(super) operator: Operator,
    /// With zeros for open parts.
    pub(super) version: Version,
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// None, or `=`.
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Tilde,
    Caret,
}

/// The part from which on a version is left open, with `x` or by omission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    Patch,
    Minor,
    All,
}

impl Operator {
    pub(super) fn new(text: &str) -> Self {
        match text {
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" | "=>" => Self::GreaterEqual,
            "<" => Self::Less,
            "<=" | "=<" => Self::LessEqual,
            "~" | "~>" => Self::Tilde,
            "^" => Self::Caret,
            _ => Self::Equal,
        }
    }
}

impl Comparator {
    /// `None` if a part is neither a number nor just `x`.
    pub(super) fn new(operator: Operator, written: Partial<'_>) -> Option<Self> {
        let is_open = |part: &str| matches!(part, "" | "x" | "X" | "*");
        let zeros = Partial { build: "", ..written };
        let (open, written) = if is_open(written.major) {
            (Open::All, Partial { major: "0", minor: "", patch: "", ..zeros })
        } else if is_open(written.minor) {
            (Open::Minor, Partial { minor: "", patch: "", ..zeros })
        } else if is_open(written.patch) {
            (Open::Patch, Partial { patch: "", ..zeros })
        } else {
            (Open::Nothing, written)
        };
        Some(Self { operator, version: written.version()?, open })
    }

    /// Whether it names a pre-release.
    pub(super) fn names_prerelease(&self) -> bool {
        !self.version.pre.is_empty()
    }

    /// Whether the comparison accepts pre-releases only if it names one itself; an exact `!=` always compares them.
    pub(super) fn minds_prereleases(&self) -> bool {
        self.operator != Operator::NotEqual || self.open != Open::Nothing
    }

    /// Whether a version fulfils it, with pre-releases treated like any other version.
    pub(super) fn holds(&self, version: &Version) -> bool {
        let order = version.cmp_precedence(&self.version);
        match self.operator {
            Operator::Equal if self.open == Open::Nothing => order.is_eq(),
            Operator::Equal | Operator::Tilde => order.is_ge() && self.holds_tilde(version),
            Operator::NotEqual => self.holds_not_equal(version, order),
            Operator::Greater => self.holds_greater(version, order),
            Operator::GreaterEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessEqual => self.holds_less_equal(version, order),
            Operator::Caret => order.is_ge() && self.holds_caret(version),
        }
    }

    fn holds_not_equal(&self, version: &Version, order: Ordering) -> bool {
        let is_other_major = version.major != self.version.major;
        let is_other_minor = is_other_major || version.minor != self.version.minor;
        match self.open {
            Open::Nothing => order.is_ne(),
            Open::Minor => is_other_major,
            Open::Patch => is_other_minor || version.pre != self.version.pre,
            Open::All => is_other_minor || version.patch != self.version.patch || order.is_ne(),
        }
    }

    fn holds_greater(&self, version: &Version, order: Ordering) -> bool {
        match self.open {
            Open::Nothing => order.is_gt(),
            _ if version.major != self.version.major => version.major > self.version.major,
            Open::Minor => false,
            Open::Patch => version.minor > self.version.minor,
            Open::All => order.is_gt(),
        }
    }

    fn holds_less_equal(&self, version: &Version, order: Ordering) -> bool {
        match self.open {
            Open::Nothing => order.is_le(),
            Open::Minor => version.major <= self.version.major,
            Open::Patch | Open::All => (version.major, version.minor) <= (self.version.major, self.version.minor),
        }
    }

    fn holds_tilde(&self, version: &Version) -> bool {
        let is_zero = (self.version.major, self.version.minor, self.version.patch) == (0, 0, 0);
        if is_zero && matches!(self.open, Open::Nothing | Open::All) {
            return true;
        }
        let is_same_minor = self.open == Open::Minor || version.minor == self.version.minor;
        version.major == self.version.major && is_same_minor
    }

    fn holds_caret(&self, version: &Version) -> bool {
        if self.version.major > 0 || self.open == Open::Minor {
            return version.major == self.version.major;
        }
        if version.major > 0 {
            return false;
        }
        if self.version.minor > 0 || self.open == Open::Patch {
            return version.minor == self.version.minor;
        }
        version.minor == 0 && version.patch == self.version.patch
    }
}
