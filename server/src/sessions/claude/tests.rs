//! The driver against recordings of the real CLI: every file is replayed, and what matters in each is asserted.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use app::sessions::event::{EventBody, Origin, TaskState, ToolDetail, TurnOutcome};
use serde_json::Value;

use super::{Block, Driver, Memory, Out, answer, describe, initialize, user_message};

fn recordings() -> Vec<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Everything the driver makes of a recording, as if Roost had sent what was sent then.
fn replay(name: &str) -> Vec<Out> {
    let path = recordings().into_iter().find(|path| path.file_stem().unwrap() == name).unwrap();
    let mut driver = Driver::default();
    replay_with(&mut driver, &path)
}

fn replay_with(driver: &mut Driver, path: &PathBuf) -> Vec<Out> {
    let mut outs = Vec::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let message = &entry["msg"];
        if entry["dir"] == "out" {
            outs.extend(driver.line(message.to_string().as_bytes()));
        } else if message["type"] == "user" {
            // Recordings were made without ids in places; Roost always sends one.
            let id = message["uuid"].as_str().unwrap_or("given").to_owned();
            driver.memory.asked.insert(id);
        }
    }
    outs
}

fn events(outs: &[Out]) -> Vec<&EventBody> {
    outs.iter().filter_map(|out| if let Out::Event(body) = out { Some(body) } else { None }).collect()
}

#[test]
fn every_recording_is_understood() {
    let files = recordings();
    assert!(files.len() >= 36, "{} recordings", files.len());
    for path in files {
        let mut driver = Driver::default();
        let outs = replay_with(&mut driver, &path);
        let results = std::fs::read_to_string(&path).unwrap().matches("\"result_index\"").count();
        let ended = outs.iter().filter(|out| matches!(out, Out::TurnEnded(_))).count();
        assert!(ended >= results.min(1), "{}: {ended} turns ended of {results}", path.display());
        for body in events(&outs) {
            if let EventBody::Unknown { name, raw } = body {
                // Hook callbacks are answered only by an app that registered them; Roost does not.
                assert_eq!(name, "request hook_callback", "{}: {}", path.display(), raw.head);
            }
        }
    }
}

#[test]
fn no_recording_survives_being_cut_or_garbled_as_a_panic() {
    for path in recordings() {
        let mut driver = Driver::default();
        for (i, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
            let mut bytes = line.as_bytes().to_vec();
            bytes.truncate(bytes.len() * (i % 7) / 7);
            if let Some(byte) = bytes.get_mut(i % 31) {
                *byte = 0xff;
            }
            driver.line(&bytes);
        }
    }
}

#[test]
fn two_turns_have_two_beginnings_and_costs_that_are_not_summed_naively() {
    let outs = replay("01-initialize-two-turns");
    let began: Vec<_> = outs.iter().filter(|out| matches!(out, Out::TurnBegan(Origin::Person))).collect();
    assert_eq!(began.len(), 2);
    let costs: Vec<f64> = outs
        .iter()
        .filter_map(|out| if let Out::TurnEnded(report) = out { Some(report.usage.cost_usd) } else { None })
        .collect();
    assert!((costs.iter().sum::<f64>() - 0.059_383_4).abs() < 1e-9, "{costs:?}");
}

#[test]
fn a_total_that_falls_is_a_fresh_count() {
    let mut driver = Driver::default();
    let mut turn = |total: f64| {
        let line = format!(r#"{{"type":"result","subtype":"success","total_cost_usd":{total}}}"#);
        driver
            .line(line.as_bytes())
            .iter()
            .find_map(|out| if let Out::TurnEnded(report) = out { Some(report.usage.cost_usd) } else { None })
    };
    for (total, cost) in [(0.25, 0.25), (0.75, 0.5), (0.25, 0.25), (0.25, 0.0)] {
        assert!((turn(total).unwrap() - cost).abs() < 1e-9);
    }
}

#[test]
fn a_permission_request_can_be_allowed_edited_remembered_and_denied() {
    let outs = replay("02-permissions-allow-deny-update");
    let asked: Vec<_> = outs
        .iter()
        .filter_map(|out| {
            if let Out::Asked { request_id, request } = out { Some((request_id, request)) } else { None }
        })
        .collect();
    assert!(asked.len() > 2);
    let (id, request) = asked[0];
    let ask = describe(request);
    assert_eq!((ask.title.as_str(), ask.subject.as_str()), ("Run this command?", "touch a.txt"));
    assert_eq!(ask.suggestions[0].label, "touch a.txt");
    let decide = |text: &str| {
        let decision = serde_json::from_str(text).unwrap();
        answer(ask.kind, id, request, &decision).map(|line| line["response"]["response"].clone())
    };
    let allowed = decide(r#"{"decision":"allow","digest":"","remember":0}"#).unwrap();
    assert_eq!(allowed["updatedPermissions"][0], request["permission_suggestions"][0]);
    assert_eq!(allowed["updatedInput"], request["input"]);
    let edited = decide(r#"{"decision":"allow","digest":"","updated_input":{"command":"ls"}}"#).unwrap();
    assert_eq!(edited["updatedInput"]["command"], "ls");
    let denied = decide(r#"{"decision":"deny","digest":"","message":"use make"}"#).unwrap();
    assert_eq!((denied["behavior"].as_str(), denied["message"].as_str()), (Some("deny"), Some("use make")));
    assert!(decide(r#"{"decision":"allow","digest":"","remember":99}"#).is_err());
}

#[test]
fn questions_need_every_answer() {
    let outs = replay("03-ask-user-question");
    let request = outs
        .iter()
        .find_map(|out| if let Out::Asked { request, .. } = out { Some(request) } else { None })
        .unwrap();
    let ask = describe(request);
    assert!(!ask.questions.is_empty() && !ask.questions[0].options.is_empty());
    let answers: serde_json::Map<String, Value> = ask
        .questions
        .iter()
        .map(|question| (question.question.clone(), question.options[0].label.clone().into()))
        .collect();
    let decision = serde_json::json!({"decision": "allow", "digest": "", "answers": answers});
    let line = answer(ask.kind, "r", request, &serde_json::from_value(decision).unwrap()).unwrap();
    assert_eq!(line["response"]["response"]["updatedInput"]["answers"], Value::Object(answers));
    let none = serde_json::from_str(r#"{"decision":"allow","digest":""}"#).unwrap();
    assert_eq!(answer(ask.kind, "r", request, &none).unwrap_err().details.as_deref(), Some("answers"));
}

#[test]
fn an_interrupt_is_not_a_failure() {
    for name in ["05-interrupt-and-queue", "05a-interrupt-mid-stream"] {
        let outs = replay(name);
        let outcomes: Vec<_> = outs
            .iter()
            .filter_map(|out| if let Out::TurnEnded(report) = out { Some(report.outcome) } else { None })
            .collect();
        assert!(outcomes.contains(&TurnOutcome::Interrupted), "{name}: {outcomes:?}");
        assert!(!outcomes.contains(&TurnOutcome::Failed), "{name}: {outcomes:?}");
    }
    let withdrawn =
        replay("05-interrupt-and-queue").iter().filter(|out| matches!(out, Out::Withdrawn { .. })).count();
    assert_eq!(withdrawn, 1);
}

#[test]
fn an_api_error_fails_the_turn_in_its_own_words_and_retries_are_told() {
    let outs = replay("12-api-errors");
    let failed: Vec<_> = outs
        .iter()
        .filter_map(|out| if let Out::TurnEnded(report) = out { report.text.clone() } else { None })
        .collect();
    assert_eq!(failed.len(), 3, "{failed:?}");
    let notices = events(&outs);
    assert!(notices.iter().any(
        |body| matches!(body, EventBody::Notice { text, .. } if text.contains("overloaded; try 1 of 2"))
    ));
}

#[test]
fn what_a_background_agent_does_is_told_and_it_starts_a_turn_by_itself() {
    let mut driver = Driver::default();
    let path = recordings().into_iter().find(|path| path.ends_with("10a-subagent-background.jsonl")).unwrap();
    let mut most = 0;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        if entry["dir"] == "out" {
            let outs = driver.line(entry["msg"].to_string().as_bytes());
            for body in events(&outs) {
                if let EventBody::Task { state: TaskState::Completed, title, .. } = body {
                    assert!(!title.is_empty());
                }
            }
            most = most.max(driver.background());
        }
    }
    assert_eq!(most, 1);
    assert_eq!(driver.background(), 0);
    let outs = replay("10b-subagent-foreground");
    let nested = events(&outs)
        .into_iter()
        .filter(|body| matches!(body, EventBody::ToolCall { parent: Some(_), .. }))
        .count();
    assert!(nested > 0);
    let agents = events(&outs).into_iter().filter(|body| {
        matches!(body, EventBody::ToolResult { detail: ToolDetail::Agent { tools, .. }, .. } if *tools > 0)
    });
    assert!(agents.count() > 0);
}

#[test]
fn a_schedule_keeps_a_session_busy() {
    let mut driver = Driver::default();
    let path = recordings()
        .into_iter()
        .find(|path| path.ends_with("17-cron-tools-and-scheduled-turn.jsonl"))
        .unwrap();
    let outs = replay_with(&mut driver, &path);
    assert!(driver.background() > 0, "{:?}", driver.memory.scheduled);
    assert!(outs.contains(&Out::TurnBegan(Origin::Person)));
    let scheduled = outs.iter().filter(|out| **out == Out::Scheduled).count();
    assert_eq!(scheduled, 3, "as often as it was asked for, and not for a look at what there is");
}

#[test]
fn what_is_said_again_after_a_compaction_is_dropped() {
    let outs = replay("08-slash-commands-compact-clear");
    let uuids: Vec<_> = events(&outs)
        .into_iter()
        .filter_map(|body| if let EventBody::AssistantText { uuid, .. } = body { uuid.clone() } else { None })
        .collect();
    let unique: std::collections::HashSet<_> = uuids.iter().collect();
    assert_eq!(unique.len(), uuids.len());
    let conversations = outs.iter().filter(|out| matches!(out, Out::Conversation(_))).count();
    assert_eq!(conversations, 2, "clearing begins a new conversation");
}

#[test]
fn a_todo_list_is_read_from_its_tools() {
    let outs = replay("18-task-list-tools");
    let steps: Vec<_> = events(&outs)
        .into_iter()
        .filter_map(|body| match body {
            EventBody::ToolResult { detail: ToolDetail::Todo { id, status }, .. } => {
                Some((id.as_str(), status.as_deref()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("1", Some("pending")),
            ("2", Some("pending")),
            ("1", Some("in_progress")),
            ("1", Some("completed"))
        ]
    );
}

#[test]
fn a_broken_stream_starts_over() {
    let mut driver = Driver::default();
    let stream =
        |event: &str| format!(r#"{{"type":"stream_event","event":{event},"parent_tool_use_id":null}}"#);
    for event in [
        r#"{"type":"message_start"}"#,
        r#"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"lost"}}"#,
        r#"{"type":"message_start"}"#,
        r#"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"kept"}}"#,
    ] {
        assert!(driver.line(stream(event).as_bytes()).is_empty(), "a delta is not an event");
    }
    assert_eq!(driver.block, Block::Text("kept".to_owned()));
    driver.line(
        br#"{"type":"assistant","uuid":"a","message":{"content":[{"type":"text","text":"kept"}]},"parent_tool_use_id":null}"#,
    );
    assert_eq!(driver.block, Block::Working, "what is finished is not being written any more");
}

#[test]
fn what_is_not_known_is_kept_and_shown_raw() {
    let mut driver = Driver::default();
    for line in [
        r#"{"type":"brand_new","x":1}"#,
        r#"{"type":"system","subtype":"brand_new"}"#,
        "Segmentation fault",
        "{\"half\":",
    ] {
        let outs = driver.line(line.as_bytes());
        assert!(
            matches!(&outs[..], [Out::Event(EventBody::Unknown { raw, .. })] if raw.head.contains("brand_new") || raw.head == line),
            "{outs:?}"
        );
    }
    assert_eq!(driver.line(b"  \n").len(), 0);
}

#[test]
fn memory_survives_a_restart_of_the_server() {
    let path = recordings().into_iter().find(|path| path.ends_with("10a-subagent-background.jsonl")).unwrap();
    let mut whole = Driver::default();
    let all = replay_with(&mut whole, &path);
    let mut driver = Driver::default();
    let mut outs = Vec::new();
    for line in std::fs::read_to_string(&path).unwrap().lines() {
        let kept = serde_json::to_string(&driver.memory).unwrap();
        let memory: Memory = serde_json::from_str(&kept).unwrap();
        driver = Driver::new(memory, []);
        let entry: Value = serde_json::from_str(line).unwrap();
        if entry["dir"] == "out" {
            outs.extend(driver.line(entry["msg"].to_string().as_bytes()));
        } else if entry["msg"]["type"] == "user" {
            driver.memory.asked.insert("given".to_owned());
        }
    }
    assert_eq!(outs, all);
}

#[test]
fn lines_to_the_cli_are_as_it_wants_them() {
    let line = user_message("id", "hi", &[("image/png".to_owned(), vec![1, 2, 3])]);
    assert_eq!(line["message"]["content"][1]["source"]["data"], "AQID");
    assert_eq!(line["uuid"], "id");
    assert_eq!(initialize("initialize", "A title")["request"]["title"], "A title");
}
