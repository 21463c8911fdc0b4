//! Histories as they are compared: read to their end, and without what legitimately differs between two runs.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::home::Home;

/// Every event after this number.
pub(crate) async fn after(home: &Home, id: &str, seq: u64) -> Vec<Value> {
    let mut events: Vec<Value> = Vec::new();
    loop {
        let last = events.last().map_or(seq, self::seq);
        let page = home.get(&format!("/api/v1/sessions/{id}/events?after={last}&limit=1000")).await;
        let page = page["events"].as_array().unwrap().clone();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

pub(crate) fn seq(event: &Value) -> u64 {
    event["seq"].as_u64().unwrap()
}

/// The numbers are 1, 2, 3, … without a gap or a repeat.
#[track_caller]
pub(crate) fn assert_numbered(events: &[Value]) {
    let wrong = events.iter().zip(1..).find(|(event, n)| seq(event) != *n);
    let numbers: Vec<u64> = events.iter().map(seq).collect();
    assert!(wrong.is_none(), "not gap-free: {wrong:?} in {numbers:?}");
}

pub(crate) fn of_kind<'a>(events: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["kind"] == kind)
}

/// The texts of one kind of event, in order.
pub(crate) fn texts(events: &[Value], kind: &str) -> Vec<String> {
    of_kind(events, kind).map(|event| event["text"].as_str().unwrap().to_owned()).collect()
}

/// Events without instants and lengths of time, with ids numbered in the order in which they appear, and with the
/// project's path by a name: two runs of the same story are then equal.
pub(crate) fn comparable(events: &[Value], home: &Home) -> Vec<Value> {
    let mut names = BTreeMap::new();
    let path = home.dir.path().to_string_lossy().into_owned();
    events
        .iter()
        .map(|event| {
            let mut event = event.clone();
            plain(&mut event, &mut names, &path);
            event
        })
        .collect()
}

fn plain(value: &mut Value, names: &mut BTreeMap<String, usize>, path: &str) {
    /// Clocks, what is made for drawing, and what the model charges for a prompt that names a temporary directory.
    const DIFFERENT: [&str; 5] = ["at", "duration_ms", "html", "usage", "tokens"];
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !DIFFERENT.contains(&key.as_str()));
            fields.values_mut().for_each(|field| plain(field, names, path));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plain(item, names, path)),
        Value::String(text) => {
            if text.starts_with("toolu_") || uuid::Uuid::parse_str(text).is_ok() {
                let next = names.len();
                let number = names.entry(text.clone()).or_insert(next);
                *text = format!("id {number}");
            } else {
                *text = text.replace(path, "…");
            }
        }
        _ => {}
    }
}

/// Fails with the first place where two histories part.
pub(crate) fn assert_same(name: &str, run: &[Value], undisturbed: &[Value]) {
    let parted = run.iter().zip(undisturbed).position(|(a, b)| a != b);
    if let Some(at) = parted {
        let from = at.saturating_sub(3);
        let around = |events: &[Value]| format!("{:#?}", &events[from..(at + 3).min(events.len())]);
        panic!("{name} parts at {at}:\n{}\nundisturbed:\n{}", around(run), around(undisturbed));
    }
    assert_eq!(run.len(), undisturbed.len(), "{name}: one history is longer\n{:#?}", run.last());
}
