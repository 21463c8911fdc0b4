//! What comes when the person is somewhere else by now.

use std::collections::BTreeMap;

use super::{
    super::{
        api::Lists,
        cards::Item,
        model::{Call, Dialog, Done, Page},
    },
    *,
};

/// Lists without anything but these projects.
fn lists(projects: Vec<Value>) -> Lists {
    Lists { sessions: Vec::new(), terminals: Vec::new(), approvals: Vec::new(), projects }
}

fn keys<K: serde::Serialize, C>(known: &BTreeMap<K, C>) -> Value {
    json!(known.keys().collect::<Vec<_>>())
}

#[test]
fn what_comes_while_the_lists_are_fetched_outlives_them() {
    let mut model = hub(DESK);
    assert_eq!(update(&mut model, Msg::News(News::Reached)), [Cmd::Call(Call::Lists(1))]);
    push(&mut model, "session", session(9, "Begun", "running", 0));
    push(&mut model, "terminal", terminal(22, "Terminal 3", "running"));
    push(&mut model, "project", project(102, "new", true));
    push(&mut model, "project_gone", json!({"project": id(101)}));
    push(&mut model, "approval", approval(31, 9, "tool", "rm -rf build"));
    model.list.at = Some(Item::Session(serde_json::from_value(json!(id(9))).unwrap()));
    types(&mut model, "awrather");
    update(&mut model, Msg::Done(Done::Lists(1, lists(vec![project(101, "api-server", false)]))));
    assert_eq!(model.note, None);
    assert!(matches!(&model.dialog, Some(Dialog::Ask(ask)) if ask.input.value() == "rather"));
    let world = &model.world;
    assert_eq!(keys(&world.sessions), json!([id(7), id(9)]), "the archived one is on no list");
    assert_eq!(keys(&world.terminals), json!([id(22)]));
    assert_eq!(keys(&world.approvals), json!([id(31)]));
    assert_eq!(keys(&world.projects), json!([id(102)]));

    assert_eq!(update(&mut model, Msg::News(News::Resync)), [Cmd::Call(Call::Lists(2))]);
    update(&mut model, Msg::Done(Done::Lists(1, lists(Vec::new()))));
    assert!(model.dialog.is_some(), "an answer of before is none");
    update(&mut model, Msg::Done(Done::Lists(2, lists(Vec::new()))));
    assert!(matches!(model.page, Page::List) && model.dialog.is_none());
    assert_eq!(model.note.as_deref(), Some("It is answered."));
}
