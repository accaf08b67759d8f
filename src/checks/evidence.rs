//! How a setting was decided, worded in one place.

use std::fmt;

use super::shortened;

/// The place that decides a setting, and what is written there.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// The place, as worded in messages; `None` if nothing is written.
    pub place: Option<String>,
    /// What is written there.
    pub value: Written,
}

/// What is written in the place that decides.
#[derive(Debug)]
pub(crate) enum Written {
    /// A text, at the place where findings point.
    Text(String),
    /// A default of the chart; no file or flag of the user's sets the value.
    Default {
        /// The text.
        text: String,
        /// Name and version of the chart.
        chart: String,
    },
    /// A text that the chart's template writes, regardless of the values.
    Fixed(String),
    /// Something that is never shown.
    Hidden,
    /// The place exists, but does not contain the setting.
    Missing,
    /// Nothing, and this flavor's default is off.
    Nothing {
        /// The title of the flavor.
        flavor: String,
    },
    /// Nothing, because the operator does not support it.
    TooOld {
        /// The operator's version.
        version: String,
    },
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.as_deref().unwrap_or("the purge interval");
        match &self.value {
            Written::Text(text) => write!(f, "{place} is {}", shown(text)),
            Written::Default { text, chart } => {
                write!(f, "{place} is not set, and chart {chart} defaults to {}", shown(text))
            }
            Written::Fixed(text) => write!(f, "the chart sets {place} to {}, and no value changes that", shown(text)),
            Written::Hidden => write!(f, "{place} decides, and its value is not shown"),
            Written::Missing => write!(f, "{place} is not set"),
            Written::Nothing { flavor } => write!(f, "{place} is not set, and the default is off ({flavor})"),
            Written::TooOld { version } => write!(f, "its operator ({version}) is too old to configure purging"),
        }
    }
}

/// A text as messages show it: numbers unchanged, everything else quoted so that blanks and quotes are visible.
fn shown(text: &str) -> String {
    match text.parse::<i32>() {
        Ok(number) if number.to_string() == text => text.to_owned(),
        _ if text.is_empty() => "empty".to_owned(),
        _ => format!("{:?}", shortened(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_are_shown_as_they_are_and_other_texts_in_quotes() {
        let table = [("0", "0"), ("-1", "-1"), ("", "empty"), ("+1", "\"+1\""), ("01", "\"01\""), ("1h ", "\"1h \"")];
        for (text, expected) in table {
            assert_eq!(shown(text), expected);
        }
    }
}
