//! Days, for suppressions that end.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day that it is now, in UTC.
    #[must_use]
    pub fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Self::after_epoch(seconds / 86_400)
    }

    /// The day so many days after 1970-01-01.
    fn after_epoch(days: u64) -> Self {
        let (mut date, mut left) = (Self { year: 1970, month: 1, day: 1 }, days);
        while left >= date.days_of_year() && date.year < 9999 {
            left = left.saturating_sub(date.days_of_year());
            date.year = date.year.saturating_add(1);
        }
        while left >= u64::from(date.days_of_month()) && date.month < 12 {
            left = left.saturating_sub(u64::from(date.days_of_month()));
            date.month = date.month.saturating_add(1);
        }
        Self { day: u8::try_from(left).unwrap_or(30).saturating_add(1), ..date }
    }

    const fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    const fn days_of_year(self) -> u64 {
        if self.is_leap_year() { 366 } else { 365 }
    }

    const fn days_of_month(self) -> u8 {
        match self.month {
            2 if self.is_leap_year() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day: days are written YYYY-MM-DD")]
pub struct NoDate(String);

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        parse(text).ok_or_else(|| NoDate(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()));
        part?.parse::<u16>().ok()
    };
    let (year, month, day) = (number(4)?, u8::try_from(number(2)?).ok()?, u8::try_from(number(2)?).ok()?);
    let date = Date { year, month, day };
    let is_real = (1..=12).contains(&month) && (1..=date.days_of_month()).contains(&day);
    (is_real && parts.next().is_none()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_are_counted_from_the_epoch() {
        let table = [
            (0, "1970-01-01"),
            (31, "1970-02-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_783, "2026-11-26"),
        ];
        for (days, expected) in table {
            assert_eq!(Date::after_epoch(days).to_string(), expected);
        }
        assert!(Date::today() > "2026-01-01".parse().unwrap());
    }

    #[test]
    fn only_days_that_exist_are_read() {
        for text in ["2027-01-31", "2028-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in
            ["2027-02-29", "2027-13-01", "2027-00-01", "2027-1-31", "31.1.2027", "2027-01-31x", "", "+027-01-31"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
