//! Dates, for suppressions that expire.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(civil::Date);

impl Date {
    /// The current day in UTC.
    #[must_use]
    pub fn today() -> Self {
        Self::of(Timestamp::now())
    }

    fn of(time: Timestamp) -> Self {
        Self(Offset::UTC.to_datetime(time).date())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is not a valid day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date (expected YYYY-MM-DD)")]
pub struct NoDate(String);

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        parse(text).ok_or_else(|| NoDate(text.to_owned()))
    }
}

/// Exactly four digits, two and two: jiff accepts more notations than users should have to know.
fn parse(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()));
        part?.parse::<i16>().ok()
    };
    let (year, month, day) = (number(4)?, i8::try_from(number(2)?).ok()?, i8::try_from(number(2)?).ok()?);
    let date = civil::Date::new(year, month, day).ok()?;
    parts.next().is_none().then_some(Date(date))
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_begin_at_midnight_in_utc() {
        let table = [
            (0, "1970-01-01"),
            (951_782_400 - 1, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_795_737_599, "2026-11-26"),
        ];
        for (seconds, expected) in table {
            let time = jiff::Timestamp::from_second(seconds).unwrap();
            assert_eq!(Date::of(time).to_string(), expected);
        }
        assert!(Date::today() > "2026-01-01".parse().unwrap());
    }

    #[test]
    fn only_days_that_exist_are_read() {
        for text in ["2027-01-31", "2028-02-29", "9999-12-31", "0000-01-01"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-1-31",
            "31.1.2027",
            "2027-01-31x",
            "",
            "+027-01-31",
            "20270131",
            "2027-01-31T00:00",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
