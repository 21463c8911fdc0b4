//! What the agent scheduled for itself: which prompts are alive, and when the CLI runs them. It tells that of none by name,
//! so a run is taken for that of the prompt whose time it was. Never runs one itself.

use app::time::Millis;
use croner::Cron;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    driver::Driver,
    value::{flag, list, maybe, text},
};

/// How long a prompt that recurs is kept. As the CLI does it (2.1.329, `recurringMaxAgeMs`).
pub(crate) const RECURRING_MAX_AGE: i64 = 7 * 24 * 60 * 60 * 1000;

/// A prompt that recurs runs later than its time by up to half of its interval, and by no more than this (`recurringCapMs`).
const LATE_MAX: i64 = 30 * 60 * 1000;
/// One of every so many minutes runs this much early, where that spares a cache of five minutes (`cacheLeadMs`).
const EARLY: i64 = 15 * 1000;
const CACHED: i64 = 5 * 60 * 1000;
/// How far the time of a run may lie before that of the prompt it is taken for.
const SLACK: i64 = 60 * 1000;

/// A prompt that the agent scheduled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Scheduled {
    /// When: minute, hour, day of the month, month, day of the week, by the clock of this machine.
    pub cron: String,
    /// What is said to the agent then.
    pub prompt: String,
    /// Whether it stays after it ran.
    pub recurring: bool,
    /// Whether it is in the file of the directory, so that any agent there runs it.
    pub durable: bool,
    /// When it was made.
    pub made: Option<Millis>,
    /// When it last ran.
    pub last: Option<Millis>,
    /// When it runs next, where the CLI said so.
    pub next: Option<Millis>,
}

impl Scheduled {
    /// When it runs next, as far as can be told.
    pub(crate) fn next(&self, id: &str) -> Option<Millis> {
        self.next.or_else(|| next_run(&self.cron, id, self.recurring, self.last.or(self.made)?))
    }

    /// Whether its time is over: the CLI keeps one that recurs for seven days, and drops one that ran once.
    pub(crate) fn is_over(&self, id: &str, now: Millis) -> bool {
        if self.recurring {
            self.made.is_some_and(|made| now.0 - made.0 >= RECURRING_MAX_AGE)
        } else {
            self.next(id).is_none_or(|next| next.0 + SLACK < now.0)
        }
    }
}

/// When the CLI runs a prompt that last ran, or was made, at `since`: at the expression's next time and, if it recurs, later
/// by a share of its interval that is drawn from its id (2.1.329). Nothing for what is no expression or never comes.
fn next_run(cron: &str, id: &str, recurring: bool, since: Millis) -> Option<Millis> {
    let zone = TimeZone::system();
    let cron: Cron = five(cron)?.parse().ok()?;
    let after = |at: Millis| {
        let at = Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
        let found: Zoned = cron.find_next_occurrence(&at, false).ok()?;
        Some(Millis(found.timestamp().as_millisecond()))
    };
    let first = after(since)?;
    if !recurring {
        return Some(first);
    }
    let Some(second) = after(first) else { return Some(first) };
    let interval = second.0 - first.0;
    let minutes = cron.as_str().strip_prefix("*/").and_then(|rest| rest.strip_suffix(" * * * *"));
    let of_minutes = minutes.is_some_and(|count| count.bytes().all(|digit| digit.is_ascii_digit()));
    if of_minutes && EARLY < interval && interval >= CACHED && interval - EARLY < CACHED {
        return Some(since.plus(interval - EARLY));
    }
    // Half of the interval times the share; the id's first 32 bits are the share.
    let share = id.get(..8).and_then(|id| u32::from_str_radix(id, 16).ok()).unwrap_or_default();
    let late = (i128::from(share) * i128::from(interval)) >> 33;
    Some(first.plus(i64::try_from(late).unwrap_or(LATE_MAX).min(LATE_MAX)))
}

/// An expression in words, such as `At 09:00 AM, Monday through Friday`; nothing for what is none.
pub(crate) fn in_words(cron: &str) -> Option<String> {
    let cron: Cron = five(cron)?.parse().ok()?;
    Some(cron.describe())
}

/// The CLI takes five fields and nothing else; the crate would take seconds and names for whole expressions too.
fn five(cron: &str) -> Option<&str> {
    (cron.split_whitespace().count() == 5).then(|| cron.trim())
}

impl Driver {
    /// Notes what a call would schedule; its result says whether it did.
    pub(super) fn would_schedule(&mut self, id: &str, tool: &str, input: &Value) {
        let schedules = tool == "CronCreate" || tool == "Bash" && is_scheduling(text(input, "command"));
        if schedules {
            let scheduled = Scheduled {
                cron: text(input, "cron").to_owned(),
                prompt: text(input, "prompt").to_owned(),
                ..Scheduled::default()
            };
            self.memory.scheduling.insert(id.to_owned(), scheduled);
        }
    }

    /// Notes which scheduled prompts are alive after a tool's result; whether something was scheduled.
    pub(super) fn schedule(&mut self, call: &str, tool: &str, done: &Value, at: Option<Millis>) -> bool {
        let asked = self.memory.scheduling.remove(call);
        match tool {
            "CronCreate" => {
                let Some(id) = maybe(done, "id") else { return false };
                let scheduled = Scheduled {
                    recurring: flag(done, "recurring"),
                    durable: flag(done, "durable"),
                    made: at,
                    next: instant(done),
                    ..asked.unwrap_or_default()
                };
                return self.memory.scheduled.insert(id, scheduled).is_none();
            }
            "CronDelete" => {
                if let Some(id) = maybe(done, "id") {
                    self.memory.scheduled.remove(&id);
                }
            }
            // Work that this machine does, and not the agent: nothing to keep, but something that was scheduled.
            "Bash" => return asked.is_some(),
            "CronList" => self.listed(list(done, "jobs"), at),
            _ => {}
        }
        false
    }

    /// The CLI said what there is.
    fn listed(&mut self, jobs: &[Value], at: Option<Millis>) {
        let mut known = std::mem::take(&mut self.memory.scheduled);
        for job in jobs {
            let Some(id) = maybe(job, "id") else { continue };
            let made = known.remove(&id);
            let scheduled = Scheduled {
                cron: text(job, "cron").to_owned(),
                prompt: text(job, "prompt").to_owned(),
                recurring: flag(job, "recurring"),
                durable: job.get("durable").and_then(Value::as_bool).unwrap_or(true),
                made: made.as_ref().and_then(|made| made.made).or(at),
                last: made.and_then(|made| made.last),
                next: instant(job),
            };
            self.memory.scheduled.insert(id, scheduled);
        }
    }

    /// What the time of a line says of scheduled prompts: one ran if the line belongs to a turn that the schedule began, and
    /// those whose time is over are gone.
    pub(super) fn schedule_at(&mut self, at: Millis) {
        if std::mem::take(&mut self.memory.woken) {
            let due = |(id, scheduled): (&String, &Scheduled)| Some((scheduled.next(id)?, id.clone()));
            let first = self.memory.scheduled.iter().filter_map(due).min();
            if let Some((next, id)) = first
                && next.0 - SLACK <= at.0
                && let Some(ran) = self.memory.scheduled.get_mut(&id)
            {
                (ran.last, ran.next) = (Some(at), None);
                if !ran.recurring {
                    self.memory.scheduled.remove(&id);
                }
            }
        }
        self.memory.scheduled.retain(|id, scheduled| !scheduled.is_over(id, at));
    }
}

/// When the CLI says that something runs next.
fn instant(value: &Value) -> Option<Millis> {
    value.get("nextFireAt").and_then(Value::as_f64).map(|at| Millis(at as i64))
}

/// Whether a command of a shell leaves work behind that runs later by itself: `crontab`, `at`, `batch`, timers of systemd.
fn is_scheduling(command: &str) -> bool {
    command.split([';', '&', '|', '\n', '(', ')']).any(|part| {
        let mut words = part.split_whitespace().skip_while(|word| {
            matches!(*word, "sudo" | "env" | "exec" | "nohup" | "command" | "then" | "do")
                || word.contains('=')
        });
        let Some(program) = words.next() else { return false };
        let rest: Vec<&str> = words.collect();
        match program.rsplit('/').next().unwrap_or_default() {
            "crontab" => !rest.is_empty() && !rest.iter().any(|word| matches!(*word, "-l" | "-r" | "--help")),
            "at" => {
                !rest.is_empty() && !rest.iter().any(|word| matches!(*word, "-l" | "-d" | "-r" | "-c" | "-V"))
            }
            "batch" => rest.is_empty(),
            "systemd-run" => rest.iter().any(|word| word.starts_with("--on-") || word.starts_with("--timer")),
            "systemctl" => {
                rest.iter().any(|word| matches!(*word, "start" | "enable" | "restart"))
                    && rest.iter().any(|word| word.ends_with(".timer"))
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the clock of this machine stands on a time of day does not matter to a rule of minutes.
    #[test]
    fn the_next_run_is_the_one_the_cli_names() {
        // From a recording: made at 01:29:34.2 and every five minutes, so 15 seconds before five minutes are over.
        let made = Millis(1_795_224_574_194);
        assert_eq!(next_run("*/5 * * * *", "c3c236db", true, made), Some(Millis(1_795_224_859_194)));
        // Every minute, late by half a minute times the share of its id: 0x598041f3 / 2^32 = 0.3496.
        let made = Millis(1_795_224_575_011);
        assert_eq!(next_run("* * * * *", "598041f3", true, made), Some(Millis(1_795_224_610_488)));
        // Once: at its time.
        assert_eq!(next_run("* * * * *", "598041f3", false, made), Some(Millis(1_795_224_600_000)));
    }

    #[test]
    fn what_is_no_expression_has_no_time_and_no_words() {
        for cron in ["", "@daily", "* * * *", "61 * * * *", "* * * * * *", "soon", "* * 31 2 *"] {
            assert_eq!(next_run(cron, "598041f3", true, Millis(0)), None, "{cron}");
        }
        assert_eq!(in_words("@hourly"), None);
        assert!(
            in_words("0 9 * * 1-5").is_some_and(|words| words.contains("Monday")),
            "{:?}",
            in_words("0 9 * * 1-5")
        );
    }

    #[test]
    fn a_run_is_that_of_the_prompt_whose_time_it_was() {
        let mut driver = Driver::default();
        let mut add = |id: &str, recurring, next| {
            let one = Scheduled {
                cron: "* * * * *".into(),
                recurring,
                made: Some(Millis(0)),
                next: Some(Millis(next)),
                ..Scheduled::default()
            };
            driver.memory.scheduled.insert(id.to_owned(), one);
        };
        add("00000001", true, 100_000);
        add("00000002", false, 300_000);
        driver.memory.woken = true;
        driver.schedule_at(Millis(101_000));
        assert_eq!(driver.memory.scheduled["00000001"].last, Some(Millis(101_000)));
        assert_eq!(driver.memory.scheduled["00000001"].next("00000001"), Some(Millis(120_000)));
        // The one that runs once is gone with its run, the other when its seven days are over.
        driver.memory.scheduled.get_mut("00000001").unwrap().next = Some(Millis(900_000));
        driver.memory.woken = true;
        driver.schedule_at(Millis(301_000));
        assert_eq!(driver.memory.scheduled.keys().collect::<Vec<_>>(), ["00000001"]);
        driver.schedule_at(Millis(RECURRING_MAX_AGE));
        assert!(driver.memory.scheduled.is_empty());
    }

    #[test]
    fn commands_that_leave_work_behind_are_known() {
        for command in [
            "crontab -e",
            "(crontab -l; echo '* * * * * true') | crontab -",
            "echo make | at now + 1 hour",
            "echo make | /usr/bin/batch",
            "systemd-run --user --on-calendar=daily make",
            "sudo systemctl enable --now backup.timer",
            "cd x && FOO=1 crontab file",
        ] {
            assert!(is_scheduling(command), "{command}");
        }
        for command in [
            "crontab -l",
            "ls at",
            "cat crontab",
            "atq",
            "systemctl status a.timer",
            "systemd-run make",
            "batch run",
            "look at this",
            "",
        ] {
            assert!(!is_scheduling(command), "{command}");
        }
    }
}
