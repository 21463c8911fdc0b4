//! The choice of a branch for a new session.

use app::{
    error::{AppError, ErrorCode},
    git::model::{Branches, SwitchBranch},
};
use serde_json::from_value;

use super::{
    super::model::{Call, Done, Page},
    *,
};

fn found() -> Branches {
    let branch = |name: &str, at: i64, more: Value| {
        let mut branch = json!({"name": name, "current": name == "fix", "default": name == "main", "upstream": null,
            "at": NOW.0 - at * 60_000, "subject": format!("work on {name}"), "unpushed": null});
        branch.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        branch
    };
    let local = [
        branch("main", 90, json!({"unpushed": 2})),
        branch("fix", 5, json!({})),
        branch("old", 900, json!({})),
    ];
    from_value(json!({"branches": local, "head": "fix", "remote_only": ["far"], "more": 0})).unwrap()
}

/// A hub that is asked for a branch.
fn asked(size: (u16, u16), found: Branches) -> Model {
    let mut model = hub(size);
    types(&mut model, "n");
    press(&mut model, KeyCode::Enter);
    came(&mut model, found);
    model
}

fn came(model: &mut Model, found: Branches) {
    let project = from_value(json!(id(100))).unwrap();
    assert_eq!(update(model, Msg::Done(Done::Branches(project, Ok(found)))), []);
}

/// Starts the session: the branch that is asked for first, and what is sent then.
fn start(model: &mut Model) -> (Option<SwitchBranch>, Value) {
    types(model, "do it");
    match press(model, KeyCode::Enter).pop().unwrap() {
        Cmd::Call(Call::SwitchToCreate(_, to, new)) if new["prompt"] == "do it" => (Some(to), new),
        Cmd::Call(Call::Create(new)) => (None, new),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_branch_that_is_there_is_first_and_then_those_that_fit() {
    let mut model = asked(PHONE, found());
    assert_eq!(
        said(&model),
        [
            "web: which branch?",
            "/",
            "fix  checked out now",
            "main  default · 1h · 2 not pushed · wor…",
            "old  15h · work on old",
            "far  on a remote",
            "Enter choose  Esc back"
        ]
    );
    types(&mut model, "fa");
    assert_eq!(said(&model)[2..4], ["far  on a remote", "+ fa  a new branch from fix"]);
    press(&mut model, KeyCode::Esc);
    assert!(matches!(model.page, Page::List));
    let model = asked(PHONE, Branches { more: 7, ..found() });
    assert_eq!(said(&model)[0], "web: which branch?                7 more");
}

#[test]
fn what_is_chosen_is_checked_out_when_the_session_is_started() {
    let to = |name: &str| SwitchBranch { name: name.to_owned(), ..SwitchBranch::default() };
    let new = SwitchBranch { create: true, from: Some("fix".to_owned()), ..to("fa") };
    for (keys, down, branch, words) in [
        ("", 0, None, "Branch   main"),
        ("main", 0, Some(to("main")), "Branch   main: checked out first"),
        ("", 3, Some(to("far")), "Branch   far: checked out first"),
        ("fa", 1, Some(new), "Branch   fa: new, from fix"),
    ] {
        let mut model = asked(DESK, found());
        types(&mut model, keys);
        (0..down).for_each(|_| drop(press(&mut model, KeyCode::Down)));
        assert_eq!(press(&mut model, KeyCode::Enter), []);
        assert!(said(&model)[2].contains(words), "{:#?}", said(&model));
        assert_eq!(start(&mut model).0, branch, "{keys} {down}");
    }
    let mut model = asked(DESK, Branches { head: Some("main".to_owned()), ..Branches::default() });
    assert!(matches!(model.page, Page::Form(_)), "there is nothing to choose from");
    assert_eq!(start(&mut model).0, None);
}

#[test]
fn a_worktree_of_its_own_gets_a_new_branch_and_nothing_is_checked_out() {
    for (keys, down, wish, words) in [
        ("", 0, json!({"branch": null, "base": null}), "do-it: new, from the default one"),
        ("main", 0, json!({"branch": null, "base": "main"}), "do-it: new, from main"),
        ("fa", 1, json!({"branch": "fa", "base": "fix"}), "fa: new, from fix"),
    ] {
        let mut model = asked(DESK, found());
        types(&mut model, keys);
        (0..down).for_each(|_| drop(press(&mut model, KeyCode::Down)));
        press(&mut model, KeyCode::Enter);
        types(&mut model, "do it");
        (0..2).for_each(|_| drop(press(&mut model, KeyCode::Tab)));
        assert_eq!(said(&model)[3], "> Worktree none: in the project");
        assert_eq!(types(&mut model, " "), []);
        assert_eq!(
            said(&model)[2..4],
            [format!("  Branch   {words}"), "> Worktree its own, beside the project".to_owned()]
        );
        match press(&mut model, KeyCode::Enter).as_slice() {
            [Cmd::Call(Call::Create(new))] => {
                assert_eq!(
                    (&new["worktree"]["branch"], &new["worktree"]["base"]),
                    (&wish["branch"], &wish["base"])
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_checked_out_can_be_where_a_new_branch_starts_and_is_not_checked_out_again() {
    let mut model = asked(DESK, Branches { head: Some("main".to_owned()), ..found() });
    press(&mut model, KeyCode::Enter);
    (0..2).for_each(|_| drop(press(&mut model, KeyCode::Tab)));
    types(&mut model, " ");
    press(&mut model, KeyCode::Up);
    assert!(matches!(types(&mut model, " ").as_slice(), [Cmd::Call(Call::Branches(_))]));
    came(&mut model, Branches { head: Some("main".to_owned()), ..found() });
    press(&mut model, KeyCode::Enter);
    assert!(said(&model)[2].contains("new, from main"), "{:#?}", said(&model));
    press(&mut model, KeyCode::Down);
    types(&mut model, " ");
    assert_eq!(said(&model)[2], "  Branch   main");
}

#[test]
fn a_refusal_loses_nothing_and_another_branch_can_be_chosen() {
    let mut model = asked(DESK, found());
    types(&mut model, "main");
    press(&mut model, KeyCode::Enter);
    let (_, new) = start(&mut model);
    assert!(said(&model)[0].ends_with("starting …"));
    let words = "Your local changes to a.txt would be overwritten.";
    update(&mut model, Msg::Done(Done::NotStarted(new, words.to_owned())));
    let screen = said(&model).join(" ");
    assert!(screen.contains(words) && screen.contains("do it"), "{screen}");
    press(&mut model, KeyCode::Tab);
    assert!(said(&model).last().unwrap().contains("Space change"));
    assert!(matches!(press(&mut model, KeyCode::Right).as_slice(), [Cmd::Call(Call::Branches(_))]));
    came(&mut model, found());
    press(&mut model, KeyCode::Esc);
    assert!(
        said(&model).join(" ").contains("main: checked out first"),
        "who goes back keeps what was chosen"
    );
    press(&mut model, KeyCode::Right);
    came(&mut model, found());
    types(&mut model, "old");
    press(&mut model, KeyCode::Enter);
    let screen = said(&model).join(" ");
    assert!(screen.contains("do it") && screen.contains("old: checked out first"), "{screen}");
    let mut calls = press(&mut model, KeyCode::Enter);
    let Some(Cmd::Call(Call::SwitchToCreate(_, _, new))) = calls.pop() else { panic!("{calls:?}") };
    let project = from_value(project(100, "web", true)).unwrap();
    let then = update(&mut model, Msg::Done(Done::Switched(Box::new(project), new.clone())));
    assert_eq!(then, [Cmd::Call(Call::Create(new.clone()))]);
    update(&mut model, Msg::Done(Done::NotStarted(new, "It cannot be started.".to_owned())));
    assert!(
        matches!(press(&mut model, KeyCode::Enter).as_slice(), [Cmd::Call(Call::Create(_))]),
        "it is checked out by now"
    );
}

#[test]
fn what_is_sent_is_not_changed_before_it_is_answered() {
    let mut model = asked(DESK, found());
    types(&mut model, "main");
    press(&mut model, KeyCode::Enter);
    press(&mut model, KeyCode::Tab);
    assert!(matches!(types(&mut model, " ").as_slice(), [Cmd::Call(Call::Branches(_))]));
    press(&mut model, KeyCode::BackTab);
    let (to, new) = start(&mut model);
    assert_eq!(to.unwrap().name, "main");
    came(&mut model, found());
    let before = said(&model);
    update(&mut model, Msg::Paste("more".to_owned()));
    for key in [KeyCode::Tab, KeyCode::Char(' '), KeyCode::Char('x'), KeyCode::Enter] {
        assert_eq!(press(&mut model, key), [], "{key:?}");
    }
    assert_eq!(said(&model), before);
    // What goes wrong with anything else says nothing of it.
    update(&mut model, Msg::Failed(AppError::new(ErrorCode::Internal, "It is gone.")));
    assert_eq!(press(&mut model, KeyCode::Enter), []);
    update(&mut model, Msg::Done(Done::NotStarted(json!({"prompt": "another"}), "No.".to_owned())));
    assert_eq!(press(&mut model, KeyCode::Enter), []);
    update(&mut model, Msg::Done(Done::NotStarted(new, "No.".to_owned())));
    assert!(matches!(press(&mut model, KeyCode::Enter).as_slice(), [Cmd::Call(Call::SwitchToCreate(..))]));
}

#[test]
fn what_was_left_and_did_not_start_is_gone_back_to() {
    let mut model = asked(DESK, found());
    types(&mut model, "main");
    press(&mut model, KeyCode::Enter);
    let (_, new) = start(&mut model);
    press(&mut model, KeyCode::Esc);
    update(&mut model, Msg::Done(Done::NotStarted(json!({"prompt": "another"}), "No.".to_owned())));
    assert_eq!(model.note.as_deref(), Some("No."));
    update(&mut model, Msg::Done(Done::NotStarted(new, "It is full.".to_owned())));
    assert_eq!(model.note.as_deref(), Some("It is full. n goes back to what you wrote."));
    types(&mut model, "n");
    assert!(said(&model).iter().any(|line| line.contains("do it")), "{:?}", said(&model));
    let again = press(&mut model, KeyCode::Enter).pop();
    let Some(Cmd::Call(Call::SwitchToCreate(_, _, new))) = again else { panic!("{again:?}") };
    press(&mut model, KeyCode::Esc);
    let card = from_value(session(9, "do it", "idle", 1)).unwrap();
    update(&mut model, Msg::Done(Done::Created(card, new)));
    press(&mut model, KeyCode::Esc);
    types(&mut model, "n");
    assert!(matches!(model.page, Page::Picker(_)), "nothing is left");
}

#[test]
fn branches_are_chosen_of_the_project_that_was_picked_last() {
    let mut model = hub(DESK);
    push(&mut model, "project", project(102, "tools", true));
    types(&mut model, "n");
    let picks = |model: &mut Model| match press(model, KeyCode::Enter).as_slice() {
        [Cmd::Call(Call::Branches(project))] => json!(project),
        other => panic!("{other:?}"),
    };
    assert_eq!(picks(&mut model), id(100));
    press(&mut model, KeyCode::Down);
    assert_eq!(picks(&mut model), id(102));
    came(&mut model, found());
    assert!(matches!(model.page, Page::Picker(_)), "those of the other come late");
}
