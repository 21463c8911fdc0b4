//! The real CLI against the scripted model: what Roost relies on is checked here first. Skipped unless `ROOST_TEST_CLAUDE` names one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod stage;

use std::{fs, process::Command};

use scripted_model::demo;
use serde_json::{Value, json};
use stage::{Stage, asked, blocks, is_result, read, result};
use uuid::Uuid;

/// The stage and a CLI on it that is ready for prompts; ends the test where there is no CLI.
macro_rules! ready {
    ($($flag:expr),*) => {{
        let Some(stage) = Stage::set() else { return };
        let mut cli = stage.cli(&[$($flag),*]);
        cli.initialize();
        (stage, cli)
    }};
}

#[test]
fn a_plain_turn_streams_and_costs() {
    let (_stage, mut cli) = ready!();
    let lines = cli.turn("think: hm\nsay: Hello **world**");
    assert_eq!(result(&lines), "Hello **world**");
    assert_eq!(blocks(&lines, "thinking").len(), 1);
    let delta = |line: &Value| line["event"]["delta"]["type"] == "text_delta";
    assert!(lines.iter().any(delta));
    let last = lines.last().unwrap();
    assert!(last["total_cost_usd"].as_f64().unwrap() > 0.0);
    assert!(last["usage"]["cache_creation_input_tokens"].as_u64().unwrap() > 1000);
    assert_eq!(cli.end().1, Some(0));
}

#[test]
fn permissions_are_asked_for_and_obeyed() {
    let (stage, mut cli) = ready!();
    let lines = cli.turn("bash: touch yes.txt");
    assert_eq!((asked(&lines, "Bash"), result(&lines)), (1, "Done."));
    assert!(stage.project().join("yes.txt").exists());
    cli.decide = |_| json!({ "behavior": "deny", "message": "rather not" });
    let lines = cli.turn("bash: touch no.txt\notherwise: Then not: {result}");
    assert_eq!(result(&lines), "Then not: rather not");
    assert!(!stage.project().join("no.txt").exists());
}

#[test]
fn questions_are_answered() {
    let (_stage, mut cli) = ready!();
    cli.decide = |request| {
        let mut input = request["input"].clone();
        assert_eq!(input["questions"][1]["multiSelect"], true);
        input["answers"] = json!({ "Which database?": "SQLite", "Which colours?": "Red, Blue" });
        json!({ "behavior": "allow", "updatedInput": input })
    };
    let lines = cli.turn(
        "ask: [Database] Which database? | SQLite - one file | Postgres\nask-many: Which colours? | Red | Blue | Green\nsay: {result}",
    );
    assert_eq!(asked(&lines, "AskUserQuestion"), 1);
    assert!(result(&lines).contains("\"SQLite\"") && result(&lines).contains("Red, Blue"));
}

#[test]
fn a_plan_is_written_shown_and_approved() {
    let (_stage, mut cli) = ready!("--permission-mode=plan");
    let lines = cli.turn("plan: # Plan\\n\\n1. Go\nsay: agreed");
    let shown = lines.iter().find(|line| line["request"]["tool_name"] == "ExitPlanMode").unwrap();
    assert_eq!(shown["request"]["input"]["plan"], "# Plan\n\n1. Go");
    assert_eq!(result(&lines), "agreed");
}

#[test]
fn an_edit_carries_its_patch() {
    let (stage, mut cli) = ready!("--permission-mode=acceptEdits");
    let lines =
        cli.turn("write: a.txt | one\\ntwo\\n\nedit: a.txt | two | three\nread: a.txt\nsay: {result}");
    assert_eq!(read(&stage.project(), "a.txt"), "one\nthree\n");
    let patch = |line: &Value| line["tool_use_result"]["structuredPatch"][0]["lines"].clone();
    let patches: Vec<_> = lines.iter().map(patch).filter(Value::is_array).collect();
    assert_eq!(patches, [json!([" one", "-two", "+three"])]);
    assert!(result(&lines).contains("three"));
}

#[test]
fn a_sub_agent_works_in_front() {
    let (_stage, mut cli) = ready!();
    let lines = cli.turn("agent: Look around | bash: echo from-below\\nsay: found it\nsay: back");
    let nested = |line: &&Value| line["parent_tool_use_id"].is_string();
    assert!(lines.iter().filter(nested).count() >= 2);
    assert_eq!(result(&lines), "back");
}

#[test]
fn a_sub_agent_in_the_background_starts_a_turn_of_its_own() {
    let (_stage, mut cli) = ready!();
    let mut lines = cli.turn("agent-bg: Look around | wait: 300\\nsay: found it\nsay: launched");
    assert_eq!(result(&lines), "launched");
    lines.extend(cli.until(is_result));
    assert_eq!(lines.last().unwrap()["origin"]["kind"], "task-notification");
    assert!(result(&lines).starts_with("The background work is done"));
}

#[test]
fn an_interrupt_ends_the_stream() {
    let (_stage, mut cli) = ready!();
    cli.prompt("slow: 50\nlong: 20");
    cli.until(|line| line["event"]["delta"]["type"] == "text_delta");
    cli.control(&json!({ "subtype": "interrupt" }));
    let lines = cli.until(is_result);
    assert_eq!(lines.last().unwrap()["terminal_reason"], "aborted_streaming");
    assert_eq!(result(&cli.turn("say: still here")), "still here");
}

#[test]
fn an_overloaded_api_ends_the_turn_and_a_cut_stream_does_not() {
    let (_stage, mut cli) = ready!();
    let lines = cli.turn("error: 529 Overloaded");
    assert!(lines.iter().any(|line| line["subtype"] == "api_retry"));
    let last = lines.last().unwrap();
    assert_eq!((&last["is_error"], &last["api_error_status"]), (&json!(true), &json!(529)));
    assert_eq!(result(&cli.turn("error: 529 x1\nsay: better")), "better");
    assert_eq!(
        result(&cli.turn("say: this one breaks in the middle of it\ncut")),
        "this one breaks in the middle of it"
    );
}

#[test]
fn a_resumed_session_names_its_id_before_any_turn() {
    let id = Uuid::new_v4().to_string();
    let (stage, mut cli) = ready!(&format!("--session-id={id}"));
    cli.turn("Remember the owl.");
    assert_eq!(cli.end().1, Some(0));

    let mut cli = stage.cli(&[&format!("--resume={id}")]);
    let lines = cli.initialize();
    let titled = lines.iter().find(|line| line["subtype"] == "session_title_changed");
    assert_eq!(titled.unwrap()["session_id"], id.as_str());
    let lines = cli.turn("And now?");
    assert!(result(&lines).contains("2 prompts"));

    let mut cli = stage.cli(&[&format!("--resume={}", Uuid::new_v4())]);
    let lines = cli.initialize();
    assert!(lines[0]["errors"][0].as_str().unwrap().starts_with("No conversation found"));
    assert_eq!(cli.end().1, Some(1));
}

#[test]
fn a_fork_keeps_what_was_said_up_to_a_message() {
    let (source, fork) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    let (stage, mut cli) = ready!(&format!("--session-id={source}"));
    let lines = cli.turn("One.");
    let kept = lines.iter().rfind(|line| line["type"] == "assistant").unwrap();
    let kept = kept["uuid"].as_str().unwrap().to_owned();
    cli.turn("Two.");
    cli.turn("Three.");
    cli.end();

    let mut cli = stage.cli(&[
        &format!("--resume={source}"),
        "--fork-session",
        &format!("--resume-session-at={kept}"),
        &format!("--session-id={fork}"),
    ]);
    let titled = cli.initialize();
    assert_eq!(titled[0]["session_id"], fork.as_str());
    let lines = cli.turn("Instead of two.");
    assert!(result(&lines).contains("2 prompts"));
    assert_eq!(lines.last().unwrap()["session_id"], fork.as_str());
}

#[test]
fn a_todo_list_is_created_and_ticked_off() {
    let (_stage, mut cli) = ready!();
    let lines = cli.turn("todo: [>] read; [ ] write\ntodo: [x] read; [>] write");
    let called: Vec<_> = blocks(&lines, "tool_use")
        .iter()
        .map(|call| {
            (
                call["name"].as_str().unwrap(),
                call["input"]["taskId"].as_str(),
                call["input"]["status"].as_str(),
            )
        })
        .collect();
    assert_eq!(called[0].0, "TaskCreate");
    assert_eq!(
        called[2..],
        [
            ("TaskUpdate", Some("1"), Some("in_progress")),
            ("TaskUpdate", Some("1"), Some("completed")),
            ("TaskUpdate", Some("2"), Some("in_progress")),
        ]
    );
}

/// Those that run for minutes, fail on purpose or differ by machine are left out.
#[test]
#[allow(clippy::disallowed_methods, reason = "asks whether there is a Python at all")]
fn the_stories_of_the_demo_play_without_a_hitch() {
    let Some(stage) = Stage::set() else { return };
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: the sample project needs python3");
        return;
    }
    for (path, content) in demo::sample_project() {
        let file = stage.project().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    for story in demo::STORIES {
        if matches!(story.then, "run" | "stop" | "fail") {
            continue;
        }
        let mut cli = stage.cli(&[&format!("--permission-mode={}", story.permission_mode)]);
        cli.decide = |request| {
            let mut input = request["input"].clone();
            let mut answers = json!({});
            for question in input["questions"].as_array().into_iter().flatten() {
                answers[question["question"].as_str().unwrap()] = question["options"][0]["label"].clone();
            }
            input["answers"] = answers;
            json!({ "behavior": "allow", "updatedInput": input })
        };
        cli.initialize();
        // The demo's own pace would make this slow; what is said is what counts here.
        let lines = cli.turn(story.prompt);
        for outcome in blocks(&lines, "tool_result") {
            assert_ne!(outcome["is_error"], true, "{}: {outcome}", story.name);
        }
        assert!(result(&lines).len() > 80, "{}: {:?}", story.name, lines.last());
    }
    assert!(read(&stage.project(), "courier/deliver.py").contains("deliver_patiently"));
    assert!(read(&stage.project(), "courier/signing.py").contains("ensure_ascii=False"));
}
