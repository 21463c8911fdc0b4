//! Scripts as they are written in prompts. Never touches a conversation.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use serde_json::json;

use super::{Part, Script};

fn calls(script: &Script) -> Vec<Vec<&str>> {
    script.rounds.iter().map(|round| round.calls.iter().map(|call| call.name.as_str()).collect()).collect()
}

#[test]
fn prose_is_no_script() {
    assert_eq!(Script::parse("Please look at this: it fails.\nNote: urgent"), None);
}

#[test]
fn text_belongs_to_the_call_that_follows_and_the_end_is_said() {
    let script =
        Script::parse("Do it.\nthink: hm\nsay: first\\nline\nbash: touch a ## Make a\nread: a").unwrap();
    assert_eq!(calls(&script), [vec!["Bash"], vec!["Read"], vec![]]);
    assert_eq!(script.rounds[0].parts, [Part::Think("hm".into()), Part::Say("first\nline".into())]);
    assert_eq!(script.rounds[0].calls[0].input, json!({"command": "touch a", "description": "Make a"}));
    assert_eq!(script.rounds[2].parts, [Part::Say("Done.".into())]);
}

#[test]
fn questions_in_a_row_are_one_call() {
    let script =
        Script::parse("ask: [Database] Which one? | SQLite - one file | Postgres\nask-many: Which colours? | Red | Blue\nsay: {result}")
            .unwrap();
    let questions = &script.rounds[0].calls[0].input["questions"];
    assert_eq!(questions[0]["header"], "Database");
    assert_eq!(questions[0]["options"][0], json!({"label": "SQLite", "description": "one file"}));
    assert_eq!(questions[1]["multiSelect"], true);
    assert_eq!(questions[1]["header"], "Which");
    assert_eq!(script.rounds.len(), 2);
}

#[test]
fn fields_may_be_blocks_and_an_agents_script_may_hold_blocks() {
    let script = Script::parse(
        "edit: a.py <<\nold: 1\n==\nnew | 2\n\nmore\n>>\nagent: [Explore] Look <<\nwrite: b <<\nx\n>>\nsay: found\n>>",
    )
    .unwrap();
    assert_eq!(
        script.rounds[0].calls[0].input,
        json!({"file_path": "a.py", "old_string": "old: 1", "new_string": "new | 2\n\nmore"})
    );
    let agent = &script.rounds[1].calls[0].input;
    assert_eq!(agent["subagent_type"], "Explore");
    assert_eq!(agent["prompt"], "write: b <<\nx\n>>\nsay: found");
    assert_eq!(agent["run_in_background"], false);
}

#[test]
fn only_what_is_new_is_created_and_only_what_changed_is_updated() {
    let script = Script::parse("todo: [>] a; [ ] b\ntodo: [x] a; [ ] b").unwrap();
    assert_eq!(
        calls(&script),
        [vec!["TaskCreate", "TaskCreate"], vec!["TaskUpdate"], vec!["TaskUpdate"], vec![]]
    );
    assert_eq!(script.rounds[2].calls[0].input, json!({"taskId": "{task}a", "status": "completed"}));
}

#[test]
fn a_group_is_one_response_and_a_failure_has_words() {
    let script = Script::parse(
        "parallel:\nread: a\nread: b\nend\notherwise: Never mind.\nerror: 529 x2 overloaded\ncut",
    )
    .unwrap();
    assert_eq!(calls(&script), [vec!["Read", "Read"], vec![]]);
    assert_eq!(script.rounds[0].otherwise.as_deref(), Some("Never mind."));
    assert_eq!(
        script.rounds[1].parts,
        [Part::Fail { status: 529, message: "overloaded".into(), times: Some(2) }, Part::Cut(1)]
    );
}

#[test]
fn a_plan_is_written_and_then_shown() {
    let script = Script::parse("plan: # Plan\\n1. Go").unwrap();
    assert_eq!(calls(&script), [vec!["Write"], vec!["ExitPlanMode"], vec![]]);
    assert_eq!(script.rounds[0].calls[0].input["content"], "# Plan\n1. Go");
}

#[test]
fn input_that_is_no_json_is_said() {
    let script = Script::parse("tool: Read {oops\nmcp: demo echo {\"text\":\"hi\"}").unwrap();
    assert!(matches!(&script.rounds[0].parts[0], Part::Say(text) if text.contains("not JSON")));
    assert_eq!(script.rounds[0].calls[0].name, "mcp__demo__echo");
}
