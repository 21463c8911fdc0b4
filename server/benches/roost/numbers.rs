//! Numbers in words, and what the system says of a process.

use std::time::Duration;

/// The value below which this share of them lies.
pub(crate) fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

pub(crate) fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// `median of N: …, slowest …`.
pub(crate) fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let slowest = times.last().copied().unwrap_or_default();
    format!("median of {}: {}, slowest {}", times.len(), ms(percentile(&times, 0.5)), ms(slowest))
}

pub(crate) fn kb(bytes: u64) -> String {
    format!("{:.1} KB", bytes as f64 / 1e3)
}

pub(crate) fn mb(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Resident memory of a process, and its share of it: what is used by several is divided among them.
pub(crate) fn resident(pid: u32) -> (u64, u64) {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024
    };
    (field("Rss:"), field("Pss:"))
}

/// Processor time that a process has used.
pub(crate) fn used(pid: u32) -> Duration {
    /// Ticks of a second, as Linux shows them everywhere.
    const HZ: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
    Duration::from_millis((ticks(11) + ticks(12)) * 1000 / HZ)
}
