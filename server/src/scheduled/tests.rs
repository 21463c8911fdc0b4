//! The file and the sessions make one list; one is taken out and all else is left.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use uuid::Uuid;

use app::ids::SessionId;

use super::*;

const NOW: Millis = Millis(1_795_224_700_000);

fn file() -> String {
    json!({
        "later": "what another version keeps",
        "tasks": [
            { "id": "124c70f8", "cron": "*/5 * * * *", "prompt": "say tick", "createdAt": NOW.0 - 126_000, "recurring": true,
              "createdBySessionId": "7e11", "plugin": "x" },
            { "id": "00000001", "cron": "0 9 * * 1-5", "prompt": "morning", "createdAt": 1_795_000_000_000_i64,
              "recurring": true, "permanent": true, "lastFiredAt": NOW.0 },
            { "id": "00000002", "prompt": "without a time" },
            "noise",
        ],
    })
    .to_string()
}

fn session(live: bool, scheduled: &[(&str, Scheduled)]) -> Scheduler {
    Scheduler {
        id: SessionId(Uuid::nil()),
        name: "Tend the orchard".to_owned(),
        conversation: Some("7e11".to_owned()),
        live,
        scheduled: scheduled.iter().map(|(id, one)| ((*id).to_owned(), one.clone())).collect(),
    }
}

fn own(recurring: bool, next: i64) -> Scheduled {
    Scheduled {
        cron: "* * * * *".to_owned(),
        prompt: "own".to_owned(),
        recurring,
        made: Some(Millis(NOW.0 - 60_000)),
        next: Some(Millis(next)),
        ..Scheduled::default()
    }
}

#[test]
fn the_file_and_the_sessions_make_one_list_and_the_file_wins() {
    let twin = Scheduled { prompt: "as the session remembers it".to_owned(), ..own(true, NOW.0) };
    let over = own(false, NOW.0 - 600_000);
    let of_session =
        session(true, &[("124c70f8", twin), ("0000000a", own(false, NOW.0 + 1000)), ("0000000b", over)]);
    let all = tasks(file::entries(&file()).unwrap(), &[of_session], NOW);
    let told: Vec<_> =
        all.iter().map(|task| (task.id.as_str(), task.prompt.as_str(), task.durable)).collect();
    assert_eq!(
        told,
        [("0000000a", "own", false), ("124c70f8", "say tick", true), ("00000001", "morning", true)]
    );
    assert!(all.iter().all(|task| task.awake));
    assert_eq!(all[0].expires_at, None, "what runs once is gone with its run");
    assert_eq!(all[1].expires_at, Some(Millis(NOW.0 - 126_000 + RECURRING_MAX_AGE)));
    assert_eq!(all[1].session.as_ref().unwrap().name, "Tend the orchard");
    assert_eq!((all[2].expires_at, all[2].last_at), (None, Some(NOW)), "what is permanent is kept");
    assert!(all[2].words.as_ref().unwrap().contains("Monday"), "{:?}", all[2].words);
    assert!(all[2].next_at > Some(NOW));
}

#[test]
fn without_an_agent_nothing_is_awake() {
    let all =
        tasks(file::entries(&file()).unwrap(), &[session(false, &[("0000000a", own(true, NOW.0))])], NOW);
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|task| !task.awake));
}

#[test]
fn one_is_taken_out_of_the_file_and_all_else_is_left() {
    let left: Value = serde_json::from_str(&file::without(&file(), "124c70f8").unwrap().unwrap()).unwrap();
    let mut expected: Value = serde_json::from_str(&file()).unwrap();
    expected["tasks"].as_array_mut().unwrap().remove(0);
    assert_eq!(left, expected);
    assert_eq!(file::without(&file(), "ffffffff").unwrap(), None);
    assert_eq!(file::without("{}", "124c70f8").unwrap(), None);
}

#[test]
fn what_is_no_such_file_is_said() {
    for text in ["", "[]", "null", "{\"tasks\": 3}", "{", "\u{0}"] {
        assert!(file::entries(text).is_err(), "{text}");
        assert!(file::without(text, "124c70f8").is_err(), "{text}");
    }
}
