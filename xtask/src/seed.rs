//! Fills a demo's server with sessions in every state, through the same REST API that anybody has. Never writes a database.

use std::{
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{process::ended, rest::Rest};

/// A session may take this long to reach the state it is meant to show.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

/// A session of the demo, as `scripted-model --list-demo` names it.
#[derive(Deserialize)]
pub(crate) struct Story {
    prompt: String,
    name: Option<String>,
    mode: Option<String>,
    permission_mode: Option<String>,
    #[serde(default)]
    then: Then,
}

/// Where a session of the demo is left.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Then {
    /// In the middle of its turn.
    Run,
    /// Waiting for a person, or at rest after its turn.
    #[default]
    Wait,
    /// At rest, everything it asked having been allowed.
    Answer,
    /// Completed.
    Complete,
    /// Stopped by a person.
    Stop,
    /// Failed by itself.
    Fail,
    /// Completed and put away.
    Archive,
}

/// Registers `project`, trusts it and starts the stories; returns once every one is where it is meant to be.
pub(crate) fn seed(rest: &Rest, project: &Path, stories: &[Story]) -> Result<()> {
    let project = rest.post("/api/v1/projects", &json!({ "path": project }))?;
    let project = id(&project)?;
    rest.post(&format!("/api/v1/projects/{project}/trust"), &json!({}))?;
    // All at once: they start side by side, and the list shows them by when they were touched last.
    let started = stories.iter().map(|story| start(rest, project, story)).collect::<Result<Vec<_>>>()?;
    for (story, session) in stories.iter().zip(started) {
        settle(rest, &session, story.then).with_context(|| format!("the session for {:?}", story.prompt))?;
    }
    Ok(())
}

/// Stops every session that still has an agent, so that no process outlives the demo.
pub(crate) fn stop_all(rest: &Rest) -> Result<()> {
    let begun = Instant::now();
    loop {
        let live: Vec<_> = list(&rest.get("/api/v1/sessions?limit=200")?, "sessions")
            .into_iter()
            .filter(|session| matches!(text(session, "status"), "queued" | "running" | "idle"))
            .collect();
        if live.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE / 4 {
            bail!("{} sessions did not stop", live.len());
        }
        for session in live {
            // One that ends by itself in between refuses, which is as good.
            let _ = rest.post(&format!("/api/v1/sessions/{}/stop", id(&session)?), &json!({}));
        }
        sleep(PAUSE);
    }
}

fn start(rest: &Rest, project: &str, story: &Story) -> Result<String> {
    let mut body = json!({ "project_id": project, "prompt": story.prompt });
    for (key, value) in
        [("name", &story.name), ("mode", &story.mode), ("permission_mode", &story.permission_mode)]
    {
        if let Some(value) = value {
            body[key] = json!(value);
        }
    }
    Ok(id(&rest.post("/api/v1/sessions", &body)?)?.to_owned())
}

fn settle(rest: &Rest, session: &str, then: Then) -> Result<()> {
    let act = |verb: &str| rest.post(&format!("/api/v1/sessions/{session}/{verb}"), &json!({})).map(drop);
    match then {
        Then::Run => Ok(()),
        Then::Wait => until(rest, session, |card| waits(card) || rests(card)),
        Then::Stop => {
            until(rest, session, |card| text(card, "status") == "running" || rests(card))?;
            act("stop")
        }
        Then::Fail => until(rest, session, |card| text(card, "status") == "failed"),
        Then::Answer => answer_all(rest, session),
        Then::Complete => {
            answer_all(rest, session)?;
            act("complete")
        }
        Then::Archive => {
            answer_all(rest, session)?;
            act("complete")?;
            act("archive")
        }
    }
}

/// Allows whatever the session asks until it rests.
fn answer_all(rest: &Rest, session: &str) -> Result<()> {
    loop {
        until(rest, session, |card| waits(card) || rests(card))?;
        if rests(&card(rest, session)?) {
            return Ok(());
        }
        for approval in list(&rest.get("/api/v1/approvals?status=pending")?, "approvals") {
            if text(&approval, "session_id") == session {
                rest.post(&format!("/api/v1/approvals/{}", id(&approval)?), &decision(&approval))?;
            }
        }
    }
}

/// A yes to this approval; to each question the first of its options.
fn decision(approval: &Value) -> Value {
    let mut body = json!({ "decision": "allow", "digest": approval["digest"] });
    let answers: Map<String, Value> = list(approval, "questions")
        .iter()
        .map(|question| (text(question, "question").to_owned(), question["options"][0]["label"].clone()))
        .collect();
    if !answers.is_empty() {
        body["answers"] = Value::Object(answers);
    }
    body
}

fn until(rest: &Rest, session: &str, reached: impl Fn(&Value) -> bool) -> Result<()> {
    let begun = Instant::now();
    loop {
        let card = card(rest, session)?;
        if reached(&card) {
            return Ok(());
        }
        if ended() {
            bail!("interrupted");
        }
        if begun.elapsed() > PATIENCE {
            bail!("it is {} after {} s: {}", text(&card, "status"), PATIENCE.as_secs(), card["reason"]);
        }
        sleep(PAUSE);
    }
}

fn card(rest: &Rest, session: &str) -> Result<Value> {
    let mut page = rest.get(&format!("/api/v1/sessions/{session}"))?;
    Ok(page.get_mut("session").map(Value::take).unwrap_or(page))
}

fn waits(card: &Value) -> bool {
    card["waiting"].as_u64().is_some_and(|waiting| waiting > 0)
}

fn rests(card: &Value) -> bool {
    !waits(card) && !matches!(text(card, "status"), "queued" | "running")
}

fn id(thing: &Value) -> Result<&str> {
    thing["id"].as_str().with_context(|| format!("no id in {thing}"))
}

fn text<'a>(thing: &'a Value, key: &str) -> &'a str {
    thing[key].as_str().unwrap_or_default()
}

/// The array under `key`, or the answer itself where it is one.
fn list(answer: &Value, key: &str) -> Vec<Value> {
    answer.as_array().or_else(|| answer[key].as_array()).cloned().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_story_may_leave_out_all_but_its_prompt() {
        let stories: Vec<Story> =
            serde_json::from_value(json!([{"prompt": "a"}, {"prompt": "b", "name": "B", "then": "archive"}]))
                .unwrap();
        assert_eq!(stories[0].then, Then::Wait);
        assert_eq!(stories[1].then, Then::Archive);
    }

    #[test]
    fn questions_are_answered_by_their_first_option() {
        let tool = json!({"digest": "d", "questions": []});
        assert_eq!(decision(&tool), json!({"decision": "allow", "digest": "d"}));
        let asked = json!({"digest": "d", "questions": [{"question": "Which?", "options": [{"label": "A"}, {"label": "B"}]}]});
        assert_eq!(decision(&asked)["answers"], json!({"Which?": "A"}));
    }

    #[test]
    fn waiting_is_not_resting() {
        assert!(rests(&json!({"status": "idle", "waiting": 0})));
        assert!(!rests(&json!({"status": "idle", "waiting": 1})));
        assert!(!rests(&json!({"status": "running", "waiting": 0})));
    }
}
