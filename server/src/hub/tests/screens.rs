//! Screens at the size of a phone and of a desk.

use serde_json::json;

use super::{
    super::model::{Done, Msg},
    *,
};

#[test]
fn the_list_on_a_phone_has_two_lines_for_each() {
    let mut model = hub(PHONE);
    press(&mut model, KeyCode::Down);
    assert_eq!(
        said(&model),
        [
            "Roost            1 needs you · 1 running",
            "● Rebuild                      needs you",
            "  web · main                         20m",
            "● Works                          running",
            "  web · main                         30m",
            "○ Waits for a slot                queued",
            "  web · main                         40m",
            "● At rest                           idle",
            "  web · main                         50m",
            "● Terminal 1                       shell",
            "  web · main                          1h",
            "○ Went wrong                      failed",
            "  web · main                         10m",
            "○ Terminal 2                       ended",
            "  web · main                          1h",
            "○ Older and done               completed",
            "  web · main                          5h",
            "Enter open  n new  ? keys  q quit",
        ]
    );
}

#[test]
fn the_list_on_a_desk_has_one() {
    let model = hub(DESK);
    let lines = said(&model);
    let row =
        |name: &str, state: &str, age: &str| format!("{name:<52}{:<34}{state:<10}{age:>4}", "web · main");
    assert_eq!(lines[1], row("● Rebuild", "needs you", "20m"));
    assert_eq!(lines[5], row("● Terminal 1", "shell", "1h"));
    assert_eq!(lines[9], "Enter open  n new  ? keys  q quit  t shell  a answer  / find  s stop  , settings");
}

#[test]
fn what_is_in_a_worktree_says_so() {
    let mut model = hub(PHONE);
    let tree = with(project(102, "fix/login", true), "worktree_of", json!(id(100)));
    push(&mut model, "project", with(tree, "git", json!(null)));
    push(&mut model, "session", with(session(8, "Apart", "running", 1), "worktree_id", json!(id(102))));
    push(&mut model, "terminal", with(terminal(22, "There", "running"), "project_id", json!(id(102))));
    let lines = said(&model);
    let at = |name: &str| lines.iter().position(|line| line.contains(name)).unwrap() + 1;
    assert_eq!(lines[at("Apart")], "  web · worktree fix/login            1m");
    assert_eq!(lines[at("There")], "  web · worktree fix/login            1h");
    types(&mut model, "/login");
    assert_eq!(said(&model)[2], "● Apart                          running", "it is found by its branch");
    press(&mut model, KeyCode::Enter);
    press(&mut model, KeyCode::Enter);
    assert_eq!(said(&model)[1], "web · worktree fix/login");
}

#[test]
fn a_list_longer_than_the_screen_shows_what_is_chosen() {
    let mut model = hub((40, 8));
    types(&mut model, "G");
    let lines = said(&model);
    assert_eq!((lines.len(), lines[5].as_str()), (8, "○ Older and done               completed"));
    types(&mut model, "k");
    assert_eq!(
        said(&model)[5],
        "○ Older and done               completed",
        "what is around it stays in view"
    );
    types(&mut model, "g");
    assert_eq!(said(&model)[1], "● Rebuild                      needs you");
}

#[test]
fn a_session_in_a_terminal_and_that_terminal_are_one_line() {
    let mut model = hub(DESK);
    let card = with(session(8, "The CLI itself", "running", 1), "surface", json!("tui"));
    push(&mut model, "session", with(card, "terminal_id", json!(id(20))));
    push(&mut model, "terminal", with(terminal(20, "Terminal 1", "running"), "session_id", json!(id(8))));
    let lines = said(&model);
    assert!(lines[2].contains("The CLI itself") && !lines.iter().any(|line| line.contains("Terminal 1")));
}

#[test]
fn an_approval_shows_the_whole_input_and_hides_nothing_that_is_left() {
    let mut model = hub(PHONE);
    push(&mut model, "approval", approval(30, 5, "tool", &"line\n".repeat(30)));
    types(&mut model, "a");
    let lines = said(&model);
    assert_eq!(
        lines[..4],
        ["Run this command?                 1 of 1", "Bash · Rebuild · web", "line", "line"]
    );
    assert_eq!(lines[lines.len() - 2..], ["↓ 17 more lines", "y allow  d deny  w deny with words"]);
    for _ in 0..60 {
        press(&mut model, KeyCode::Down);
    }
    let lines = said(&model);
    assert_eq!(lines[lines.len() - 2], "1 always: make:* (this session)");
}

#[test]
fn text_of_an_agent_cannot_act_on_the_terminal() {
    let mut model = hub(DESK);
    push(
        &mut model,
        "session",
        with(session(5, "a\u{1b}[2Jb\u{202e}c\u{7}", "idle", 0), "version", json!(2)),
    );
    assert!(said(&model).iter().any(|line| line.contains("a[2Jbc")), "{:#?}", said(&model));
}

#[test]
fn a_conversation_is_wrapped_followed_and_read_back() {
    let mut model = hub((40, 10));
    types(&mut model, "j");
    press(&mut model, KeyCode::Enter);
    assert_eq!(said(&model)[..3], ["Works                            running", "web · main", "…"]);
    let text =
        |seq: u64| json!({"seq": seq, "at": 0, "kind": "assistant_text", "text": format!("answer {seq}")});
    let id = serde_json::from_value(json!(id(4))).unwrap();
    update(&mut model, Msg::Done(Done::Events(id, (5..9).map(text).collect(), false)));
    assert_eq!(
        said(&model)[2..6],
        ["answer 6", "answer 7", "answer 8", "Enter write  Esc back  i interrupt"]
    );
    types(&mut model, "kk");
    push(&mut model, "events", json!({"session": id, "events": [text(8), text(9)]}));
    let lines = said(&model);
    assert_eq!(
        lines[2..6],
        ["answer 5", "answer 6", "answer 7", "↓ more below: G goes to the end"],
        "it stays where it is read"
    );
    types(&mut model, "G");
    assert_eq!(said(&model)[4], "answer 9");
    types(&mut model, "m");
    types(&mut model, "and now?");
    assert_eq!(said(&model)[5..], ["> and now?", "Enter send  Esc leave  ^o editor"]);
}

#[test]
fn what_goes_wrong_is_said_in_whole_on_a_phone() {
    let mut model = hub(PHONE);
    let words = "Ada on a phone was faster: it was allowed a moment ago.";
    update(&mut model, Msg::Failed(app::error::AppError::new(app::error::ErrorCode::AlreadyDecided, words)));
    let lines = said(&model);
    assert_eq!(lines[lines.len() - 2..].join(" "), words);
    press(&mut model, KeyCode::Up);
    assert!(!said(&model).join(" ").contains("faster"), "the next key takes it away");
    update(&mut model, Msg::News(News::Lost("The server is away.".to_owned())));
    assert_eq!(said(&model).last().unwrap(), "The server is away.");
}

#[test]
fn the_help_fits_on_a_phone_and_every_size_can_be_drawn() {
    let mut model = hub(PHONE);
    types(&mut model, "?");
    let lines = screen(&model);
    assert!(lines.iter().any(|line| line.contains("F12")) && lines[18].contains("Tab"), "{lines:#?}");
    for size in [(1, 1), (2, 2), (10, 3), (40, 4), (300, 100)] {
        for keys in ["", "?", "a", "n", "t", "s", "/x", "r"] {
            let mut model = hub(size);
            types(&mut model, keys);
            screen(&model);
        }
    }
}
