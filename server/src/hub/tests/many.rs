//! More sessions than the server gives at once: all of them are listed, and only what is on the screen is drawn.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::Query, routing::get};
use tokio::net::TcpListener;

use super::{
    super::{
        api::Api,
        model::{Call, Done},
        place::Place,
    },
    *,
};

/// The n-th of many.
fn one(n: u32, updated_at: i64) -> Value {
    let card = with(session(0, &format!("Session {n}"), "completed", 0), "updated_at", json!(updated_at));
    with(card, "id", json!(format!("018f0000-0000-7000-8000-{n:012x}")))
}

/// A server that pages sessions as Roost does. After the first page the last session changes.
async fn server(cards: Vec<Value>) -> Api {
    let cards = Arc::new(Mutex::new(cards));
    let list = move |Query(query): Query<HashMap<String, String>>| {
        let (before, limit): (i64, usize) =
            (query["before"].parse().unwrap(), query["limit"].parse().unwrap());
        let mut cards = cards.lock().unwrap();
        cards.sort_by_key(|card| std::cmp::Reverse(card["updated_at"].as_i64()));
        let older = cards.iter().filter(|card| card["updated_at"].as_i64() < Some(before));
        let page: Vec<Value> = older.take(limit.min(200)).cloned().collect();
        if cards.iter().all(|card| card["version"] == 1)
            && let Some(last) = cards.last_mut()
        {
            last["version"] = json!(2);
            last["updated_at"] = json!(NOW.0 + 1);
        }
        async { Json(page) }
    };
    let nothing = || get(async || Json(json!([])));
    let app = Router::new()
        .route("/api/v1/sessions", get(list))
        .route("/api/v1/terminals", nothing())
        .route("/api/v1/approvals", nothing())
        .route("/api/v1/projects", nothing());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    Api::new(Place::new(Arc::new(move || Some(address)), "secret")).unwrap()
}

#[tokio::test]
async fn every_page_is_fetched_and_nothing_falls_between_two() {
    for (count, at_once) in [(0, 1), (1, 1), (200, 1), (201, 1), (950, 1), (950, 7), (450, 150), (999, 199)] {
        let cards: Vec<Value> = (0..count).map(|n| one(n, NOW.0 - i64::from(n / at_once))).collect();
        let lists = server(cards).await.lists().await.unwrap();
        let names: BTreeSet<_> = lists.sessions.iter().map(|card| card.name.clone()).collect();
        assert_eq!(names.len(), usize::try_from(count).unwrap(), "{count} sessions, {at_once} at once");
        assert_eq!(lists.sessions.len(), names.len(), "each is there once");
    }
}

#[tokio::test]
async fn the_list_is_as_long_as_there_are_sessions_and_shows_a_screen_of_it() {
    let cards: Vec<Value> = (0..3_000).map(|n| one(n, NOW.0 - i64::from(n) * 60_000)).collect();
    let lists = server(cards).await.lists().await.unwrap();
    let mut model = Model::new(false, PHONE, NOW);
    update(&mut model, Msg::Done(Done::Lists(0, lists)));
    assert_eq!(model.items().len(), 3_000);
    types(&mut model, "G");
    let lines = said(&model);
    assert_eq!(lines.len(), 20, "{lines:#?}");
    assert!(lines[17].starts_with("○ Session 2998 "), "the last of them has changed: {lines:#?}");
    types(&mut model, "/session 1234");
    assert!(said(&model)[2].starts_with("○ Session 1234 "));
    press(&mut model, KeyCode::Esc);
    // What is gone when the lists come again is taken away; what has begun while they were fetched is not.
    assert_eq!(update(&mut model, Msg::News(News::Reached)), [Cmd::Call(Call::Lists(1))]);
    let lists = server((0..2).map(|n| one(n, NOW.0)).collect()).await.lists().await.unwrap();
    push(&mut model, "session", one(4_000, NOW.0));
    update(&mut model, Msg::Done(Done::Lists(1, lists)));
    let names: Vec<_> = model.items().into_iter().map(|item| model.world.name(item).to_owned()).collect();
    assert_eq!(names, ["Session 0", "Session 1", "Session 4000"]);
}
