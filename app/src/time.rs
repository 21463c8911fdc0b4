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
        for (ms, words) in [
            (0, "now"),
            (59_999, "now"),
            (MINUTE, "1m"),
            (HOUR, "1h"),
            (3 * DAY, "3d"),
            (21 * DAY, "3w"),
        ] {
            assert_eq!(Millis(now.0 - ms).ago(now), words);
        }
        assert_eq!(
            now.plus(5_000).ago(now),
            "now",
            "a clock that is ahead is not an error"
        );
    }

    #[test]
    fn span_reads_like_a_stopwatch() {
        for (ms, words) in [
            (-1, "0.0 s"),
            (420, "0.4 s"),
            (6_200, "6 s"),
            (130_000, "2 m 10 s"),
            (3_900_000, "1 h 5 m"),
        ] {
            assert_eq!(span(ms), words);
        }
    }
}
