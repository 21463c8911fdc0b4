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

#[test]
fn a_session_that_starts_late_takes_nobody_away() {
    let new = || json!({"prompt": "go"});
    let card = |n, surface: &str| with(session(n, "Late", "queued", 0), "surface", json!(surface));
    let created = |card: Value| Msg::Done(Done::Created(serde_json::from_value(card).unwrap(), new()));
    let item: Item = Item::Session(serde_json::from_value(json!(id(9))).unwrap());
    let shell = serde_json::from_value(json!(id(22))).unwrap();
    for (keys, entered) in
        [("n", ""), ("G", "mhalf a message"), ("a", "whalf a denial"), ("/", "half a word")]
    {
        for surface in ["chat", "tui"] {
            let mut model = hub(DESK);
            types(&mut model, keys);
            if keys == "G" {
                press(&mut model, KeyCode::Enter);
            }
            types(&mut model, entered);
            let page = |model: &Model| (std::mem::discriminant(&model.page), model.dialog.is_some());
            let before = page(&model);
            assert_eq!(update(&mut model, created(card(9, surface))), [], "{keys}");
            assert_eq!(model.note.as_deref(), Some("Late has started."));
            assert_eq!(update(&mut model, Msg::Done(Done::Attach(item, shell))), [], "{keys}");
            assert_eq!(model.note.as_deref(), Some("Late is ready."));
            assert_eq!(page(&model), before);
        }
    }
    // Who waits for it in the list is taken there.
    let mut model = hub(DESK);
    assert!(matches!(update(&mut model, created(card(9, "chat"))).as_slice(), [Cmd::Call(Call::Events(..))]));
    assert_eq!(
        update(&mut model, Msg::Done(Done::Attach(item, shell))),
        [Cmd::Follow(None), Cmd::Attach(item, shell)]
    );
}
