//! Instants and durations as the wire carries them, and how a person reads them. Never asks a clock: `now` is always given.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Millis(pub i64);

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Millis {
    /// This instant moved by `ms` milliseconds.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant as `2026-11-21T04:11:00Z`.
    #[must_use]
    pub fn iso(self) -> String {
        let (days, rest) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        // Days to a civil date, by eras of 400 years that begin on 1 March.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (rest / HOUR, rest % HOUR / MINUTE, rest % MINUTE / SECOND);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// How long ago this was, in the shortest words: `now`, `12m`, `3h`, `5d`, `14w`.
    #[must_use]
    pub fn ago(self, now: Self) -> String {
        match now.0.saturating_sub(self.0) {
            ms if ms < MINUTE => "now".to_owned(),
            ms if ms < HOUR => format!("{}m", ms / MINUTE),
            ms if ms < DAY => format!("{}h", ms / HOUR),
            ms if ms < 14 * DAY => format!("{}d", ms / DAY),
            ms => format!("{}w", ms / (7 * DAY)),
        }
    }
}

/// A length of time in words: `0.4 s`, `6 s`, `2 m 10 s`, `1 h 5 m`.
#[must_use]
pub fn span(ms: i64) -> String {
    match ms.max(0) {
        ms if ms < SECOND => format!("0.{} s", ms / 100),
        ms if ms < MINUTE => format!("{} s", ms / SECOND),
        ms if ms < HOUR => format!("{} m {} s", ms / MINUTE, ms % MINUTE / SECOND),
        ms => format!("{} h {} m", ms / HOUR, ms % HOUR / MINUTE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ago_picks_the_largest_fitting_unit() {
        let now = Millis(100 * DAY);
        for (ms, words) in
            [(0, "now"), (59_999, "now"), (MINUTE, "1m"), (HOUR, "1h"), (3 * DAY, "3d"), (21 * DAY, "3w")]
        {
            assert_eq!(Millis(now.0 - ms).ago(now), words);
        }
        assert_eq!(now.plus(5_000).ago(now), "now", "a clock that is ahead is not an error");
    }

    #[test]
    fn iso_knows_leap_days_and_the_time_before_1970() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_709_210_096_000, "2024-02-29T12:34:56Z"),
            (1_795_234_260_000, "2026-11-21T04:11:00Z"),
            (-1_000, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Millis(ms).iso(), text);
        }
    }

    #[test]
    fn span_reads_like_a_stopwatch() {
        for (ms, words) in
            [(-1, "0.0 s"), (420, "0.4 s"), (6_200, "6 s"), (130_000, "2 m 10 s"), (3_900_000, "1 h 5 m")]
        {
            assert_eq!(span(ms), words);
        }
    }
}
