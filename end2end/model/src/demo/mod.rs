//! The demo: a small project in Python and stories that are played in it when their exact prompt comes. Never shows a directive on screen.

use serde::Serialize;

/// A session of the demo.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Story {
    /// What a person typed; the model knows the story by it.
    pub prompt: &'static str,
    /// The session's name.
    pub name: &'static str,
    /// `job` or `session`.
    pub mode: &'static str,
    /// The permission mode it starts in.
    pub permission_mode: &'static str,
    /// Where the demo leaves it: `run`, `wait`, `answer`, `complete`, `stop`, `fail` or `archive`.
    pub then: &'static str,
    #[serde(skip)]
    script: &'static str,
}

macro_rules! story {
    ($file:literal, $name:literal, $mode:literal, $permission:literal, $then:literal, $prompt:literal) => {
        Story {
            prompt: $prompt,
            name: $name,
            mode: $mode,
            permission_mode: $permission,
            then: $then,
            script: include_str!(concat!("stories/", $file, ".txt")),
        }
    };
}

/// The sessions of the demo, in the order in which they are started.
#[rustfmt::skip]
pub const STORIES: &[Story] = &[
    story!("cleanup", "Trim the delivery log", "job", "acceptEdits", "archive",
        "The delivery log on my machine has grown huge. Is there an easy way to see what is in it?"),
    story!("benchmark", "Benchmark the queue", "job", "acceptEdits", "stop",
        "Benchmark the queue with a million deliveries and tell me where the time goes."),
    story!("races", "Review for races", "job", "default", "complete",
        "Review the queue and the delivery code for races. Two workers will share one store soon."),
    story!("overloaded", "Changelog for 0.4", "job", "default", "fail",
        "Write the changelog for 0.4 from the commits since the last tag."),
    story!("retry", "Retry with backoff", "session", "acceptEdits", "answer",
        "Retry webhook deliveries with backoff. A receiver that is down for a minute must not lose events."),
    story!("signatures", "Signatures of non-ASCII payloads", "session", "default", "wait",
        "Signatures don't match when a payload holds an umlaut. Find out why and fix it."),
    story!("store", "Pick a store", "session", "default", "wait",
        "We need deliveries to survive a restart. Help me choose how to store them."),
    story!("deadletters", "Dead letters", "session", "plan", "wait",
        "Plan a dead-letter queue: what fails for good should be listed, and sent again by hand."),
    story!("documentation", "Document the package", "session", "acceptEdits", "run",
        "Document every public function of the courier package, with examples that run."),
];

/// What sub-agents of the stories do, by the prompt that they are given.
const AGENTS: &[(&str, &str)] = &[
    (
        "Read courier/queue.py and look for places where two workers could take the same delivery, or lose one. Report file and line.",
        include_str!("stories/agent-queue.txt"),
    ),
    (
        "Read courier/deliver.py and look for state that is shared between threads. Report file and line.",
        include_str!("stories/agent-deliver.txt"),
    ),
];

/// The sample project's files: relative path and content.
#[must_use]
pub fn sample_project() -> Vec<(&'static str, &'static str)> {
    macro_rules! files {
        ($($path:literal),* $(,)?) => { vec![$(($path, include_str!(concat!("sample/", $path)))),*] };
    }
    files![
        ".gitignore",
        "README.md",
        "courier/__init__.py",
        "courier/__main__.py",
        "courier/cli.py",
        "courier/deliver.py",
        "courier/queue.py",
        "courier/signing.py",
        "tests/__init__.py",
        "tests/test_deliver.py",
        "tests/test_queue.py",
        "tests/test_signing.py",
    ]
}

/// The script behind a prompt of the demo.
pub(crate) fn script_for(prompt: &str) -> Option<&'static str> {
    let story = STORIES.iter().find(|story| story.prompt == prompt);
    let agent = || AGENTS.iter().find(|(known, _)| *known == prompt);
    story.map(|story| story.script).or_else(|| agent().map(|(_, script)| *script))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::Script;

    #[test]
    fn every_story_is_a_script_and_its_edits_fit_the_sample() {
        let files = sample_project();
        let scripts =
            STORIES.iter().map(|story| story.script).chain(AGENTS.iter().map(|(_, script)| *script));
        for script in scripts {
            for call in Script::parse(script).unwrap().rounds.iter().flat_map(|round| &round.calls) {
                if call.name == "Edit" {
                    let path = call.input["file_path"].as_str().unwrap();
                    let old = call.input["old_string"].as_str().unwrap();
                    let (_, content) = files.iter().find(|(known, _)| *known == path).unwrap();
                    assert_eq!(content.matches(old).count(), 1, "{path}: {old}");
                }
                if call.name == "Agent" {
                    assert!(script_for(call.input["prompt"].as_str().unwrap()).is_some());
                }
            }
        }
    }
}
