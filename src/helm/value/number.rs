//! Numbers as in Go.

use std::fmt;

/// A number. Unlike JSON, Go distinguishes: everything read from YAML or JSON is a float, what `--set` sets is an
/// integer, and templates print the two differently.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// From `--set`.
    Whole(i64),
    /// From YAML and JSON; neither infinite nor undefined.
    Float(f64),
}

/// The first number after [`i64::MAX`].
const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    /// The number as a float, as YAML and JSON have it.
    #[must_use]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "Go rounds to nearest as well")]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// The number as an integer, if it is whole and fits.
    #[must_use]
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "whole and within the range")]
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Float(value) => (value.fract() == 0.0 && value.abs() < TOO_LARGE).then_some(value as i64),
        }
    }

    /// The number as JSON; whole ones without a decimal point.
    #[must_use]
    pub fn to_json(self) -> serde_json::Value {
        match self.as_i64() {
            Some(whole) => whole.into(),
            None => serde_json::Number::from_f64(self.as_f64()).into(),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one == other,
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

/// As `{{ .Values.number }}` prints it, `%v` of Go: a million from a values file is `1e+06`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self {
            Self::Whole(value) => return write!(f, "{value}"),
            Self::Float(value) => *value,
        };
        let scientific = format!("{value:e}");
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let exponent: i32 = exponent.parse().unwrap_or_default();
        if (-4..6).contains(&exponent) {
            return write!(f, "{value}");
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(f, "{mantissa}e{sign}{:02}", exponent.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn floats_print_as_in_templates() {
        let table = [
            (1e6, "1e+06"),
            (1e5, "100000"),
            (123_456_789.0, "1.23456789e+08"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e21, "1e+21"),
            (12_345_678_901_234_567_890.0, "1.2345678901234567e+19"),
            (1.5, "1.5"),
            (-0.0, "-0"),
        ];
        for (value, printed) in table {
            assert_eq!(Number::Float(value).to_string(), printed);
        }
        assert_eq!(Number::Whole(1_000_000).to_string(), "1000000");
    }

    #[test]
    fn whole_numbers_stay_whole_in_json() {
        assert_eq!(Number::Float(24.0).to_json().to_string(), "24");
        assert_eq!(Number::Float(2.5).to_json().to_string(), "2.5");
        assert_eq!(Number::Whole(i64::MIN).to_json().to_string(), i64::MIN.to_string());
    }
}
