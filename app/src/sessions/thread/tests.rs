//! The fold and its window, by table. Never draws anything.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    ids::{ApprovalId, MessageId},
    sessions::{
        event::{EventPage, Origin},
        model::{Status, Usage},
    },
};

fn events(bodies: Vec<EventBody>) -> Vec<Event> {
    let number = |(n, body)| Event { seq: n as u64 + 1, at: Millis(1_000 * (n as i64 + 1)), body };
    bodies.into_iter().enumerate().map(number).collect()
}

fn folded(bodies: Vec<EventBody>) -> Vec<Item> {
    fold(Window::new(EventPage { events: events(bodies), last_seq: 0 }).events())
}

fn you(text: &str) -> EventBody {
    EventBody::UserMessage { id: MessageId(Uuid::nil()), text: text.into(), images: vec![], by: "me".into() }
}

fn says(text: &str, parent: Option<&str>) -> EventBody {
    EventBody::AssistantText {
        text: text.into(),
        html: format!("<p>{text}</p>"),
        uuid: Some("u".into()),
        parent: parent.map(str::to_owned),
        aborted: false,
    }
}

fn thinks(text: &str) -> EventBody {
    EventBody::Thinking { text: text.into(), duration_ms: Some(1_000), parent: None }
}

fn call(id: &str, name: &str, input: Value, parent: Option<&str>) -> EventBody {
    EventBody::ToolCall {
        id: id.into(),
        name: name.into(),
        input,
        uuid: None,
        parent: parent.map(str::to_owned),
    }
}

fn result(id: &str, is_error: bool, detail: ToolDetail) -> EventBody {
    EventBody::ToolResult {
        id: id.into(),
        is_error,
        output: Excerpt { head: "out".into(), ..Excerpt::default() },
        detail,
        images: 0,
        uuid: None,
        parent: None,
    }
}

fn ended(outcome: TurnOutcome, text: Option<&str>) -> EventBody {
    EventBody::TurnEnded {
        outcome,
        text: text.map(str::to_owned),
        duration_ms: 5_000,
        usage: Usage { cost_usd: 0.5, ..Usage::default() },
    }
}

fn tool(item: &Item) -> &Tool {
    match &item.body {
        Body::Tool(tool) => tool,
        other => panic!("not a tool: {other:?}"),
    }
}

#[test]
fn a_turn_reads_from_top_to_bottom() {
    let items = folded(vec![
        you("hi"),
        EventBody::TurnStarted { origin: Origin::Person, model: None },
        thinks("a"),
        thinks("b"),
        says("text", None),
        call("t1", "Bash", json!({"command": "ls"}), None),
        result("t1", false, ToolDetail::Plain),
        ended(TurnOutcome::Done, None),
    ]);
    let keys: Vec<u64> = items.iter().map(|item| item.key).collect();
    assert_eq!(keys, [1, 3, 5, 6, 8]);
    assert!(matches!(&items[1].body, Body::Thinking(parts) if parts.len() == 2));
    assert_eq!(tool(&items[3]).state(), ToolState::Done);
    assert!(matches!(&items[4].body, Body::TurnEnd(end) if end.fork_at == Some(5)));
}

#[test]
fn a_tool_moves_from_waiting_to_its_end() {
    let id = ApprovalId(Uuid::nil());
    let asked = EventBody::ApprovalAsked {
        id,
        approval: ApprovalKind::Tool,
        title: "Run?".into(),
        tool_use_id: "t".into(),
    };
    let settled =
        EventBody::ApprovalSettled { id, outcome: ApprovalStatus::Allowed, by: "me".into(), note: None };
    let story = [call("t", "Bash", json!({}), None), asked, settled, result("t", true, ToolDetail::Plain)];
    for (upto, state) in
        [(1, ToolState::Running), (2, ToolState::Waiting), (3, ToolState::Running), (4, ToolState::Failed)]
    {
        let items = folded(story[..upto].to_vec());
        assert_eq!(items.len(), 1);
        assert_eq!(tool(&items[0]).state(), state, "after {upto}");
    }
    let items = folded(vec![call("t", "Bash", json!({}), None), ended(TurnOutcome::Interrupted, None)]);
    assert_eq!(tool(&items[0]).state(), ToolState::Cut);
}

#[test]
fn a_sub_agent_nests_under_its_call_and_counts_its_steps() {
    let story = vec![
        call("a", "Agent", json!({"description": "look"}), None),
        call("b", "Grep", json!({}), Some("a")),
        result("b", false, ToolDetail::Matches { count: 3 }),
        says("found", Some("a")),
        result("a", false, ToolDetail::Agent { tools: 1, tokens: 9, duration_ms: 9, background: false }),
    ];
    let items = folded(story.clone());
    assert_eq!(items.len(), 1);
    assert_eq!((tool(&items[0]).steps, items[0].children.len()), (1, 2));

    // Without the call, a stand-in carries them, and the page before it brings the call itself.
    let all = events(story);
    let mut window = Window::new(EventPage { events: all[1..].to_vec(), last_seq: 5 });
    let items = fold(window.events());
    assert_eq!((items.len(), items[0].key, tool(&items[0]).call.is_none()), (1, 2, true));
    assert!(window.prepend(EventPage { events: all[..1].to_vec(), last_seq: 5 }));
    assert_eq!(fold(window.events())[0].children.len(), 2);
}

#[test]
fn the_task_list_says_what_changed() {
    let todo = |id: &str, status: &str| ToolDetail::Todo { id: id.into(), status: Some(status.into()) };
    let items = folded(vec![
        call("c1", "TaskCreate", json!({"subject": "Write"}), None),
        call("c2", "TaskCreate", json!({"subject": "Test"}), None),
        result("c1", false, todo("1", "pending")),
        result("c2", false, todo("2", "pending")),
        says("go", None),
        call("c3", "TaskUpdate", json!({"taskId": "1", "status": "completed"}), None),
        result("c3", false, todo("1", "completed")),
        call("c4", "TaskUpdate", json!({"taskId": "9", "status": "completed"}), None),
        result("c4", true, ToolDetail::Plain),
    ]);
    assert_eq!(items.len(), 3);
    let (Body::Todo(first), Body::Todo(second)) = (&items[0].body, &items[2].body) else {
        panic!("{items:?}")
    };
    assert_eq!((first.latest, second.latest), (false, true));
    assert_eq!(
        first.after.iter().map(|step| first.change(step)).collect::<Vec<_>>(),
        [Some(Change::Added); 2]
    );
    let changes: Vec<_> =
        second.after.iter().map(|step| (step.subject.as_str(), second.change(step))).collect();
    assert_eq!(changes, [("Write", Some(Change::Moved)), ("Test", None)]);
    assert_eq!(second.progress(), (1, 2));
}

#[test]
fn older_and_listed_task_lists_are_read_too() {
    let written =
        json!({"todos": [{"content": "A", "status": "in_progress"}, {"content": "B", "status": "pending"}]});
    let items = folded(vec![call("w", "TodoWrite", written, None), result("w", false, ToolDetail::Plain)]);
    assert!(matches!(&items[0].body, Body::Todo(todo) if todo.after[0].state == StepState::Active));

    let mut listing = result("l", false, ToolDetail::Plain);
    if let EventBody::ToolResult { output, .. } = &mut listing {
        output.head = "#1 [completed] Write code\n#2 [pending] Run tests".into();
    }
    let items = folded(vec![call("l", "TaskList", json!({}), None), listing]);
    assert!(matches!(&items[0].body, Body::Todo(todo) if todo.progress() == (1, 2)));
}

#[test]
fn only_meaningful_changes_of_status_are_shown() {
    let change = |from, to, reason: Option<&str>| EventBody::StatusChanged {
        from,
        to,
        reason: reason.map(str::to_owned),
    };
    let items = folded(vec![
        change(Status::Queued, Status::Running, None),
        ended(TurnOutcome::Failed, Some("API overloaded")),
        change(Status::Running, Status::Failed, Some("API overloaded")),
        change(Status::Failed, Status::Queued, None),
        change(Status::Idle, Status::Stopped, Some("Stopped by me.")),
        EventBody::TurnStarted { origin: Origin::Agent, model: None },
        EventBody::Unknown { name: "new_thing".into(), raw: Excerpt::default() },
    ]);
    let notes: Vec<&str> = items
        .iter()
        .filter_map(|item| match &item.body {
            Body::Note(note) => Some(note.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(notes, ["Failed", "Resumed", "Stopped by me."]);
    assert!(matches!(items[4].body, Body::SelfStarted(Millis(6_000))));
    assert!(matches!(items[5].body, Body::Unknown(_)));
}

#[test]
fn background_work_is_told_at_its_call() {
    let task = |state, call: &str| EventBody::Task {
        id: "k".into(),
        title: "sleep".into(),
        state,
        tool_use_id: Some(call.into()),
    };
    let mut story = vec![
        call("t", "Bash", json!({}), None),
        task(TaskState::Running, "t"),
        result("t", false, ToolDetail::Plain),
        ended(TurnOutcome::Done, None),
    ];
    assert_eq!(tool(&folded(story.clone())[0]).state(), ToolState::Running);
    story.push(task(TaskState::Completed, "t"));
    assert_eq!(tool(&folded(story.clone())[0]).state(), ToolState::Done);
    story.push(task(TaskState::Completed, "elsewhere"));
    assert!(matches!(&folded(story).last().unwrap().body, Body::Note(note) if note.text.contains("sleep")));
}

#[test]
fn a_window_takes_each_event_once_and_tells_of_gaps() {
    let all = events((0..10).map(|n| you(&n.to_string())).collect());
    let mut window = Window::new(EventPage { events: all[2..4].to_vec(), last_seq: 4 });
    assert_eq!((window.first(), window.last(), window.at_end(), window.has_older()), (3, 4, true, true));
    assert_eq!(window.append(all[1..4].to_vec()), Appended::Known);
    assert_eq!(window.append(all[3..6].to_vec()), Appended::Grew);
    assert_eq!(window.append(all[8..].to_vec()), Appended::Gap(6));
    assert_eq!(window.last(), 6, "a gap changes nothing");
    assert!(!window.prepend(EventPage { events: all[..1].to_vec(), last_seq: 6 }), "not next to it");
    assert!(window.prepend(EventPage { events: all[..4].to_vec(), last_seq: 6 }));
    assert_eq!(fold(window.events()).iter().map(|item| item.key).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_window_that_lets_its_end_go_counts_what_comes_and_gets_it_back() {
    let all = events((0..1_000).map(|n| you(&n.to_string())).collect());
    let mut window = Window::new(EventPage { events: all[100..500].to_vec(), last_seq: 500 });
    assert!(window.trim(&fold(window.events()), Spare::Newest));
    assert_eq!((window.first(), window.last(), window.at_end()), (101, 340, false));
    assert_eq!(window.append(all[500..502].to_vec()), Appended::Away);
    assert_eq!(window.latest(), 502);
    assert_eq!(window.extend_by(EventPage { events: all[340..500].to_vec(), last_seq: 502 }), Appended::Grew);
    assert!(!window.at_end());
    assert_eq!(window.extend_by(EventPage { events: all[500..502].to_vec(), last_seq: 502 }), Appended::Grew);
    assert!(window.at_end());
    assert!(window.trim(&fold(window.events()), Spare::Oldest));
    assert_eq!((window.last(), fold(window.events()).len()), (502, 240));
    assert!(!window.trim(&fold(window.events()), Spare::Oldest));
}

#[test]
fn what_comes_while_somebody_reads_further_up_is_what_goes() {
    let all = events((0..400).map(|n| you(&n.to_string())).collect());
    let mut window = Window::new(EventPage { events: all[..290].to_vec(), last_seq: 290 });
    assert_eq!(window.append(all[290..350].to_vec()), Appended::Grew);
    assert!(window.trim(&fold(window.events()), Spare::Arrivals));
    assert_eq!((window.first(), window.last(), window.at_end()), (1, 300, false));
}

#[test]
fn touched_files_are_named_once() {
    let window = Window::new(EventPage {
        events: events(vec![
            call("1", "Read", json!({"file_path": "/p/a"}), None),
            call("2", "Edit", json!({"file_path": "/p/a"}), None),
            call("3", "Read", json!({"file_path": "/p/b"}), None),
            call("4", "Bash", json!({"command": "x"}), None),
            call("5", "Read", json!({"file_path": "/p/a"}), None),
            call("6", "Write", json!({"file_path": "/p/c"}), None),
        ]),
        last_seq: 6,
    });
    let all = touched(window.events());
    let all: Vec<_> = all.iter().map(|file| (file.path.as_str(), file.how)).collect();
    assert_eq!(all, [("/p/a", Touch::Edited), ("/p/b", Touch::Read), ("/p/c", Touch::Written)]);
}
