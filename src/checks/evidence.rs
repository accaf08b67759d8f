//! How a setting was decided, and the one wording of it.

use std::fmt;

use super::shortened;

/// The place that decides about a setting, and what stands there.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// The place, as messages call it; nothing where nothing is written.
    pub place: Option<String>,
    /// What stands there.
    pub value: Written,
}

/// What stands in the place that decides.
#[derive(Debug)]
pub(crate) enum Written {
    /// A text, where findings point.
    Text(String),
    /// A text that the chart ships; no file or flag of the user's sets the value.
    Default {
        /// The text.
        text: String,
        /// Name and version of the chart.
        chart: String,
    },
    /// A text that the chart's template writes, whatever the values are.
    Fixed(String),
    /// Something that is never shown.
    Hidden,
    /// Not the setting.
    Missing,
    /// Nothing, and this flavor's default is off.
    Nothing {
        /// What people call the flavor.
        flavor: String,
    },
    /// Nothing, because the operator cannot write it.
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

/// A text as messages show it: numbers as they are, everything else so that blanks and quotes are seen.
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
