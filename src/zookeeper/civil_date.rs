//! Calendar dates, for reports and for dates as Java prints them.

/// A day in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CivilDate {
    /// The year; year 0 comes before year 1.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
}

impl CivilDate {
    /// The date `days` days after 1970-01-01, in the Gregorian calendar. The algorithm begins its years in March, so that
    /// the leap day is the last one (Howard Hinnant, `civil_from_days`).
    #[must_use]
    pub fn of_day(days: i64) -> Self {
        let days = days.saturating_add(719_468);
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        Self::from_march(era * 400 + year_of_era, day_of_year)
    }

    /// The same in the Julian calendar, which Java uses for days before 1582-10-15.
    #[must_use]
    pub fn of_julian_day(days: i64) -> Self {
        let days = days.saturating_add(719_470);
        let (era, day_of_era) = (days.div_euclid(1461), days.rem_euclid(1461));
        let year_of_era = (day_of_era - day_of_era / 1460) / 365;
        Self::from_march(era * 4 + year_of_era, day_of_era - 365 * year_of_era)
    }

    /// The date of a day in a year that begins in March.
    fn from_march(year: i64, day_of_year: i64) -> Self {
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Self { year: year + later, month, day }
    }
}
