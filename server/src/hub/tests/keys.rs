//! What follows from keys.

use app::{
    approvals::model::Verdict,
    error::{AppError, ErrorCode},
    sessions::model::{Act, PermissionMode},
};
use serde_json::{from_value, json};

use super::{
    super::{
        attach::Left,
        cards::Item,
        clipboard::Copied,
        model::{Call, Done, Edits, Page},
        settings::{Answer, Ask, Draft},
    },
    *,
};

fn of<T: serde::de::DeserializeOwned>(n: u8) -> T {
    from_value(json!(id(n))).unwrap()
}

fn call(commands: Vec<Cmd>) -> Call {
    match <[Cmd; 1]>::try_from(commands) {
        Ok([Cmd::Call(call)]) => call,
        other => panic!("no call: {other:?}"),
    }
}

/// A decision as it goes to the server.
fn decision(commands: Vec<Cmd>) -> Value {
    match call(commands) {
        Call::Decide(_, decision) => serde_json::to_value(decision).unwrap(),
        other => panic!("no decision: {other:?}"),
    }
}

/// Chooses the line of this name.
fn choose(model: &mut Model, name: &str) {
    let items = model.items();
    model.list.at = items.into_iter().find(|item| model.world.name(*item) == name);
    assert!(model.list.at.is_some(), "{name}");
}

#[test]
fn the_chosen_line_stays_chosen_when_the_order_changes() {
    let mut model = hub(DESK);
    choose(&mut model, "Works");
    push(
        &mut model,
        "session",
        with(with(session(4, "Works", "completed", 0), "version", json!(2)), "live", json!(false)),
    );
    let items = model.items();
    assert_eq!(model.world.name(items[model.chosen(&items)]), "Works");
    push(&mut model, "session", session(4, "old news", "running", 0));
    assert_eq!(model.world.name(Item::Session(of(4))), "Works", "a lower version changes nothing");
}

#[test]
fn lines_are_found_by_what_is_typed() {
    let mut model = hub(DESK);
    types(&mut model, "/shell");
    assert_eq!(model.items().len(), 2);
    press(&mut model, KeyCode::Enter);
    assert_eq!(press(&mut model, KeyCode::Enter), [Cmd::Attach(Item::Terminal(of(20)), of(20))]);
    press(&mut model, KeyCode::Esc);
    assert_eq!(model.items().len(), 8);
    assert_eq!(call(types(&mut model, "A")), Call::Archived);
    let names: Vec<_> = model.items().into_iter().map(|item| model.world.name(item).to_owned()).collect();
    assert_eq!(names, ["Put away"]);
    assert_eq!(call(types(&mut model, "x")), Call::Act(of(7), Act::Unarchive));
}

#[test]
fn a_session_opens_as_what_it_is() {
    let mut model = hub(DESK);
    choose(&mut model, "At rest");
    assert_eq!(call(press(&mut model, KeyCode::Enter)), Call::Events(of(2), None));
    assert_eq!(press(&mut model, KeyCode::Esc), [Cmd::Follow(None)]);
    assert_eq!(call(types(&mut model, "c")), Call::IntoTerminal(of(2)));
    let card = with(session(2, "At rest", "idle", 50), "surface", json!("tui"));
    push(&mut model, "session", with(card, "version", json!(2)));
    assert_eq!(call(press(&mut model, KeyCode::Enter)), Call::IntoTerminal(of(2)));
    assert_eq!(call(types(&mut model, "b")), Call::IntoChat(of(2)));
    let attach = update(&mut model, Msg::Done(Done::Attach(Item::Session(of(2)), of(20))));
    assert_eq!(attach, [Cmd::Attach(Item::Session(of(2)), of(20))]);
}

#[test]
fn who_comes_back_from_a_terminal_is_asked_what_becomes_of_it() {
    let shell = Item::Terminal(of(20));
    for (keys, then) in [
        ("k", None),
        ("r", Some(Cmd::Attach(shell, of(20)))),
        ("s", Some(Cmd::Call(Call::Close(of(20), false)))),
    ] {
        let mut model = hub(DESK);
        update(&mut model, Msg::Left(shell, of(20), Left::Asked, None));
        assert!(said(&model).iter().any(|line| line.contains("k  Keep it running")));
        assert_eq!(types(&mut model, keys), then.into_iter().collect::<Vec<_>>(), "{keys}");
        assert!(model.dialog.is_none());
    }
    let mut model = hub(DESK);
    update(
        &mut model,
        Msg::Left(shell, of(20), Left::Ended("The shell ended with code 3.".to_owned()), None),
    );
    assert!(said(&model).iter().any(|line| line.contains("ended with code 3")));
    assert_eq!(call(types(&mut model, "r")), Call::Restart(of(20)));
    assert_eq!(update(&mut model, Msg::Left(shell, of(20), Left::Told, None)), [Cmd::Quit]);
}

#[test]
fn what_a_program_wants_on_the_clipboard_is_asked() {
    let (shell, text) = (Item::Terminal(of(20)), Copied::read("bHMgLWxhCnB3ZA==").unwrap());
    for (left, keys, then) in [
        (Left::Asked, "c", Some(Cmd::Copy(text.clone()))),
        (Left::Asked, "y", Some(Cmd::AllowCopies(of(20), text.clone()))),
        (Left::Asked, "k", None),
        (Left::Ended("It ended.".to_owned()), "c", Some(Cmd::Copy(text.clone()))),
        (Left::Failed("It is gone.".to_owned()), "c", Some(Cmd::Copy(text.clone()))),
        (Left::Failed("It is gone.".to_owned()), "k", None),
    ] {
        let mut model = hub(PHONE);
        update(&mut model, Msg::Left(shell, of(20), left, Some(text.clone())));
        let screen = said(&model).join(" ");
        assert!(
            screen.contains("characters: ls -la") && screen.contains("y  Allow this terminal to copy"),
            "{screen}"
        );
        assert_eq!(types(&mut model, keys), then.into_iter().collect::<Vec<_>>(), "{keys}");
    }
    let mut model = hub(PHONE);
    update(&mut model, Msg::Left(shell, of(20), Left::Asked, None));
    assert!(!said(&model).join(" ").contains("copy"), "nothing is asked without a text");
    update(&mut model, Msg::Left(shell, of(20), Left::Failed("It is gone.".to_owned()), None));
    assert_eq!(model.note.as_deref(), Some("It is gone."));
}

#[test]
fn a_program_is_ended_only_by_a_second_yes() {
    let mut model = hub(DESK);
    choose(&mut model, "Terminal 1");
    types(&mut model, "s");
    assert_eq!(press(&mut model, KeyCode::Enter), [], "no is what Enter says");
    types(&mut model, "s");
    assert_eq!(call(types(&mut model, "y")), Call::Close(of(20), false));
    update(&mut model, Msg::Done(Done::Busy(of(20), "vim is running in it.".to_owned())));
    assert!(said(&model).iter().any(|line| line.contains("vim is running in it. End it all the same?")));
    assert_eq!(press(&mut model, KeyCode::Enter), []);
    update(&mut model, Msg::Done(Done::Busy(of(20), String::new())));
    assert_eq!(call(types(&mut model, "y")), Call::Close(of(20), true));
}

#[test]
fn archiving_stops_first_and_who_declines_leaves_it_stopped() {
    let mut model = hub(DESK);
    choose(&mut model, "Works");
    types(&mut model, "x");
    assert_eq!(press(&mut model, KeyCode::Enter), [], "one that runs is not stopped by Enter");
    types(&mut model, "s");
    assert_eq!(call(types(&mut model, "a")), Call::StopToArchive(of(4), of(100)));
    let stopped = |model: &mut Model| {
        update(model, Msg::Done(Done::Stopped(of(4), "web has changes that are NOT COMMITTED.".to_owned())))
    };
    assert_eq!(stopped(&mut model), []);
    assert!(said(&model).iter().any(|line| line.contains("NOT COMMITTED")));
    assert_eq!(press(&mut model, KeyCode::Enter), [], "declined: nothing starts it again");
    stopped(&mut model);
    assert_eq!(call(types(&mut model, "y")), Call::Act(of(4), Act::Archive));
    choose(&mut model, "Older and done");
    assert_eq!(call(types(&mut model, "x")), Call::StopToArchive(of(1), of(100)));
}

#[test]
fn an_approval_is_answered_for_the_request_that_is_shown() {
    let mut model = hub(DESK);
    types(&mut model, "a");
    let yes = decision(types(&mut model, "y"));
    assert_eq!((&yes["decision"], &yes["digest"]), (&json!(Verdict::Allow), &json!("sha256:1")));
    assert_eq!(decision(types(&mut model, "1"))["remember"], 0);
    assert_eq!(types(&mut model, "2"), [], "there is one suggestion");
    let no = decision(types(&mut model, "d"));
    assert_eq!((&no["decision"], &no["message"]), (&json!(Verdict::Deny), &json!(null)));
    types(&mut model, "wuse just");
    let no = decision(press(&mut model, KeyCode::Enter));
    assert_eq!((&no["decision"], &no["message"]), (&json!(Verdict::Deny), &json!("use just")));

    update(&mut model, Msg::Failed(AppError::new(ErrorCode::AlreadyDecided, "Ada was faster.")));
    let settled = with(approval(30, 5, "tool", "make all"), "status", json!("allowed"));
    push(&mut model, "approval", approval(31, 4, "tool", "rm -rf build"));
    push(&mut model, "approval", settled);
    assert!(matches!(model.page, Page::List), "the next is not put under a finger that is about to press");
    assert_eq!(model.note.as_deref(), Some("Ada was faster."));
    assert_eq!(types(&mut model, "y"), []);
    types(&mut model, "a");
    push(&mut model, "approval", with(approval(31, 4, "tool", ""), "status", json!("denied")));
    assert_eq!(model.note.as_deref(), Some("It is answered."));
    types(&mut model, "a");
    assert_eq!(model.note.as_deref(), Some("Nothing waits for you."));
}

#[test]
fn what_a_session_in_a_terminal_asks_is_answered_there() {
    let mut model = hub(DESK);
    let card = with(session(8, "The CLI itself", "running", 1), "surface", json!("tui"));
    push(&mut model, "session", with(card, "waiting", json!(1)));
    choose(&mut model, "The CLI itself");
    assert_eq!(call(types(&mut model, "a")), Call::IntoTerminal(of(8)), "not what another session asks");
    choose(&mut model, "At rest");
    assert_eq!(types(&mut model, "a"), []);
    assert!(matches!(model.page, Page::Approvals(_)), "what can be answered here comes first");
    push(&mut model, "approval", with(approval(30, 5, "tool", ""), "status", json!("denied")));
    assert_eq!(call(types(&mut model, "a")), Call::IntoTerminal(of(8)), "it is all that waits");
}

#[test]
fn questions_are_answered_one_after_the_other() {
    let mut model = hub(DESK);
    push(&mut model, "approval", approval(30, 5, "questions", ""));
    types(&mut model, "a");
    assert_eq!(types(&mut model, "2"), [], "the next question comes");
    assert!(said(&model).iter().any(|line| line == "Question 2 of 2"));
    types(&mut model, " j ");
    let answers = decision(press(&mut model, KeyCode::Enter))["answers"].clone();
    assert_eq!(answers, json!({"Which?": "B", "Any?": "A, B"}));

    push(&mut model, "approval", with(approval(30, 5, "questions", ""), "status", json!("withdrawn")));
    push(&mut model, "approval", approval(31, 5, "questions", ""));
    types(&mut model, "awneither");
    assert_eq!(press(&mut model, KeyCode::Enter), []);
    let answers = decision(press(&mut model, KeyCode::Enter))["answers"].clone();
    assert_eq!(answers, json!({"Which?": "neither", "Any?": "A"}));
}

#[test]
fn a_plan_goes_on_in_a_mode_that_asks_or_is_planned_further() {
    let mut model = hub(DESK);
    push(&mut model, "approval", approval(30, 5, "plan", "1. do it"));
    types(&mut model, "a");
    assert_eq!(decision(types(&mut model, "y"))["next_mode"], json!(PermissionMode::Default));
    assert_eq!(decision(types(&mut model, "e"))["next_mode"], json!(PermissionMode::AcceptEdits));
    types(&mut model, "wand tests");
    assert_eq!(decision(press(&mut model, KeyCode::Enter))["message"], "and tests");
}

#[test]
fn a_new_session_is_written_in_a_line_or_in_the_editor() {
    let mut model = hub(DESK);
    types(&mut model, "napi");
    assert_eq!(press(&mut model, KeyCode::Enter), []);
    assert!(said(&model).iter().any(|line| line.contains("Nobody has trusted api-server yet")));
    for _ in 0..3 {
        press(&mut model, KeyCode::Backspace);
    }
    assert_eq!(call(press(&mut model, KeyCode::Enter)), Call::Branches(of(100)), "trusted ones are first");
    let none =
        |model: &mut Model| update(model, Msg::Done(Done::Branches(of(100), Err("No git.".to_owned()))));
    assert_eq!(none(&mut model), [], "no editor is set");
    assert_eq!(model.note.as_deref(), Some("No git."));
    assert_eq!(press(&mut model, KeyCode::Enter), []);
    assert_eq!(model.note.as_deref(), Some("Say first what is to be done."));
    types(&mut model, "fix");
    update(&mut model, Msg::Paste(" it\r\nand test".to_owned()));
    (0..3).for_each(|_| drop(press(&mut model, KeyCode::Tab)));
    press(&mut model, KeyCode::Right);
    press(&mut model, KeyCode::Tab);
    types(&mut model, " ");
    let new =
        json!({"project_id": id(100), "prompt": "fix it\nand test", "mode": "session", "surface": "tui"});
    assert_eq!(call(press(&mut model, KeyCode::Enter)), Call::Create(new.clone()));
    assert_eq!(press(&mut model, KeyCode::Enter), [], "it is sent once");
    let created = with(session(9, "fix it", "queued", 0), "surface", json!("tui"));
    let created = Done::Created(from_value(created).unwrap(), new);
    assert_eq!(call(update(&mut model, Msg::Done(created))), Call::IntoTerminal(of(9)));

    model.editor = true;
    types(&mut model, "n");
    press(&mut model, KeyCode::Enter);
    assert_eq!(none(&mut model), [Cmd::Edit(Edits::Prompt, String::new())]);
    update(&mut model, Msg::Edited(Edits::Prompt, Ok("from\nthe editor\n".to_owned())));
    assert!(
        matches!(call(press(&mut model, KeyCode::Enter)), Call::Create(new) if new["prompt"] == "from\nthe editor")
    );
    update(&mut model, Msg::Edited(Edits::Prompt, Err("vi could not be started.".to_owned())));
    assert_eq!(model.note.as_deref(), Some("vi could not be started."));
}

#[test]
fn the_configuration_is_edited_until_it_can_be_used_or_is_put_aside() {
    let mut model = hub(PHONE);
    assert_eq!(types(&mut model, ","), []);
    assert!(model.note.as_deref().unwrap().contains("Set VISUAL or EDITOR"));
    model.editor = true;
    assert_eq!(call(types(&mut model, ",")), Call::Settings(Ask::Read));
    let before = "[sessions]\n".to_owned();
    let answer = |model: &mut Model, answer| update(model, Msg::Done(Done::Settings(answer)));
    let edits = Edits::Settings(before.clone());
    match answer(&mut model, Answer::Read(before.clone())).as_slice() {
        [Cmd::Edit(what, text)] => assert!(*what == edits && text.contains("#: max_running = 8"), "{text}"),
        other => panic!("no editor: {other:?}"),
    }
    let edited = "[sessions]\nmax_runing = 1\n".to_owned();
    let draft = Draft { before, edited: edited.clone() };
    let wrong = || Answer::Wrong(draft.clone(), "Line 2: max_runing.".to_owned());
    let moved = || Answer::Moved(draft.clone());
    let again = Cmd::Edit(edits.clone(), edited.clone());
    let failed = || Answer::Failed(draft.clone(), "roost.toml: the disk is full.".to_owned());
    let keep = Cmd::Call(Call::Settings(Ask::Keep(draft.clone())));
    for (came, key, then) in [
        (wrong(), KeyCode::Enter, Some(again.clone())),
        (wrong(), KeyCode::Esc, Some(keep.clone())),
        (failed(), KeyCode::Enter, Some(again)),
        (failed(), KeyCode::Esc, Some(keep.clone())),
        (failed(), KeyCode::Char('d'), None),
        (moved(), KeyCode::Esc, Some(keep.clone())),
        (wrong(), KeyCode::Char('k'), Some(keep.clone())),
        (wrong(), KeyCode::Char('d'), None),
        (moved(), KeyCode::Enter, Some(keep)),
        (moved(), KeyCode::Char('d'), None),
    ] {
        assert_eq!(answer(&mut model, came), []);
        let done = press(&mut model, key);
        assert_eq!(done, then.into_iter().collect::<Vec<_>>(), "{key:?}");
    }
    // What is asked meanwhile waits for the answer.
    answer(&mut model, failed());
    update(&mut model, Msg::Done(Done::Busy(of(20), "vim is running in it.".to_owned())));
    assert!(said(&model).join(" ").contains("the disk is full"));
    assert_eq!(types(&mut model, "d"), []);
    assert!(said(&model).join(" ").contains("vim is running in it."));
    assert_eq!(press(&mut model, KeyCode::Esc), []);
    assert!(model.dialog.is_none());
    let left = Msg::Edited(edits.clone(), Ok(edited));
    assert_eq!(call(update(&mut model, left)), Call::Settings(Ask::Save(draft)));
    update(&mut model, Msg::Edited(edits, Err("vi ended with exit status: 1.".to_owned())));
    assert_eq!(model.note.as_deref(), Some("vi ended with exit status: 1."));
}

#[test]
fn a_message_that_did_not_arrive_is_not_lost() {
    let mut model = hub(DESK);
    choose(&mut model, "At rest");
    press(&mut model, KeyCode::Enter);
    types(&mut model, "mgo on");
    assert_eq!(call(press(&mut model, KeyCode::Enter)), Call::Send(of(2), "go on".to_owned()));
    let unsent = || Msg::Done(Done::Unsent(of(2), "go on".to_owned(), "The server is away.".to_owned()));
    update(&mut model, unsent());
    assert!(said(&model).contains(&"> go on".to_owned()));
    types(&mut model, "!");
    update(&mut model, unsent());
    assert!(said(&model).contains(&"> go on!".to_owned()), "what is being written stays");
}

#[test]
fn a_shell_a_name_and_the_end() {
    let mut model = hub(DESK);
    types(&mut model, "t");
    assert_eq!(call(press(&mut model, KeyCode::Enter)), Call::Open(of(100)));
    choose(&mut model, "Terminal 1");
    types(&mut model, "r");
    assert_eq!(types(&mut model, " é"), []);
    let rename = Call::Rename(Item::Terminal(of(20)), "Terminal 1 é".to_owned());
    assert_eq!(call(press(&mut model, KeyCode::Enter)), rename);
    types(&mut model, "n");
    assert_eq!(control(&mut model, 'c'), [Cmd::Quit], "wherever one is");
    press(&mut model, KeyCode::Esc);
    assert_eq!(types(&mut model, "q"), [Cmd::Quit]);
}

#[test]
fn what_was_missed_is_fetched_once_the_server_is_back() {
    let mut model = hub(DESK);
    update(&mut model, Msg::News(News::Lost("The server is away.".to_owned())));
    assert_eq!(update(&mut model, Msg::News(News::Reached)), [Cmd::Call(Call::Lists(1))]);
    assert_eq!(model.away, None);
    assert_eq!(update(&mut model, Msg::News(News::read("\"resync\"").unwrap())), [Cmd::Call(Call::Lists(2))]);
    assert!(News::read(r#"{"of a later build": 1}"#).is_none() && News::read("{").is_none());
}
