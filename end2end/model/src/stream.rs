//! A reply as the API sends it: one JSON message, or server-sent events with their pauses. Never decides what is said.

use std::{path::PathBuf, time::Duration};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{conversation::Conversation, reply::Reply, script::Part};

/// About what the real API puts in one delta.
const DELTA: usize = 24;

/// Something to send, or to do, while streaming.
#[derive(Debug)]
pub(crate) enum Beat {
    /// Sends this event.
    Event(Value),
    /// Waits so long.
    Pause(Duration),
    /// Waits until this file is there.
    Hold(PathBuf),
    /// Breaks the connection.
    Cut,
}

/// The whole response as one JSON object.
pub(crate) fn message(reply: &Reply, conversation: &Conversation, model: &str) -> Value {
    let mut message = opening(conversation, model);
    let blocks = blocks(reply);
    message["usage"]["output_tokens"] = json!(tokens(&blocks));
    message["content"] = json!(blocks);
    message["stop_reason"] = json!(stop_reason(reply));
    message
}

/// The whole response as events; `pace` is the pause after each delta until the script says otherwise, and with `cut` it breaks midway.
pub(crate) fn beats(
    reply: &Reply,
    conversation: &Conversation,
    model: &str,
    pace: Duration,
    cut: bool,
) -> Vec<Beat> {
    let opening = opening(conversation, model);
    let mut usage = opening["usage"].clone();
    usage["output_tokens"] = json!(tokens(&blocks(reply)));
    let mut out = vec![Beat::Event(json!({ "type": "message_start", "message": opening }))];
    let mut pace = pace;
    let mut hold = None;
    let mut index = 0;
    for part in &reply.parts {
        match part {
            Part::Slow(ms) => pace = Duration::from_millis(*ms),
            Part::Wait(ms) => out.push(Beat::Pause(Duration::from_millis(*ms))),
            Part::Hold(file) => hold = Some(file.clone()),
            Part::Say(_) | Part::Think(_) => {
                if let Some(block) = block(part) {
                    stream_block(&mut out, index, &block, pace, hold.take());
                    index += 1;
                }
            }
            Part::Fail { .. } | Part::Cut(_) => {}
        }
    }
    for call in &blocks(reply)[index..] {
        stream_block(&mut out, index, call, pace, hold.take());
        index += 1;
    }
    if cut {
        out.truncate(out.len() / 2 + 1);
        out.push(Beat::Cut);
        return out;
    }
    out.push(Beat::Event(
        json!({ "type": "message_delta", "delta": { "stop_reason": stop_reason(reply), "stop_sequence": null }, "usage": usage }),
    ));
    out.push(Beat::Event(json!({ "type": "message_stop" })));
    out
}

fn stream_block(out: &mut Vec<Beat>, index: usize, block: &Value, pace: Duration, mut hold: Option<PathBuf>) {
    let mut start = block.clone();
    let (field, delta, text) = match block["type"].as_str() {
        Some("text") => ("text", "text_delta", block["text"].as_str().unwrap_or_default().to_owned()),
        Some("thinking") => {
            ("thinking", "thinking_delta", block["thinking"].as_str().unwrap_or_default().to_owned())
        }
        _ => ("partial_json", "input_json_delta", block["input"].to_string()),
    };
    if field == "partial_json" {
        start["input"] = json!({});
    } else {
        start[field] = json!("");
    }
    if field == "thinking" {
        start["signature"] = json!("");
    }
    out.push(Beat::Event(json!({ "type": "content_block_start", "index": index, "content_block": start })));
    let send =
        |delta: Value| Beat::Event(json!({ "type": "content_block_delta", "index": index, "delta": delta }));
    let pieces = pieces(&text);
    for (at, piece) in pieces.iter().enumerate() {
        if at >= pieces.len() / 2
            && let Some(file) = hold.take()
        {
            out.push(Beat::Hold(file));
        }
        out.push(send(json!({ "type": delta, field: piece })));
        if !pace.is_zero() {
            out.push(Beat::Pause(pace));
        }
    }
    if field == "thinking" {
        out.push(send(json!({ "type": "signature_delta", "signature": block["signature"] })));
    }
    out.push(Beat::Event(json!({ "type": "content_block_stop", "index": index })));
}

fn opening(conversation: &Conversation, model: &str) -> Value {
    // What was there at the model's last message comes from the cache, the rest is written to it, as the CLI asks for.
    let (cached, fresh) = conversation.size;
    let (cached, fresh) = if conversation.turns <= 1 && conversation.calls.is_empty() {
        (0, cached + fresh)
    } else {
        (cached, fresh)
    };
    json!({
        "id": id("msg"), "type": "message", "role": "assistant", "model": model, "content": [],
        "stop_reason": null, "stop_sequence": null,
        "usage": {
            "input_tokens": 4, "output_tokens": 1,
            "cache_read_input_tokens": cached / 4, "cache_creation_input_tokens": fresh / 4,
            "cache_creation": { "ephemeral_5m_input_tokens": fresh / 4, "ephemeral_1h_input_tokens": 0 },
            "service_tier": "standard",
        },
    })
}

fn blocks(reply: &Reply) -> Vec<Value> {
    let said = reply.parts.iter().filter_map(block);
    let called = reply
        .calls
        .iter()
        .map(|call| json!({ "type": "tool_use", "id": id("toolu"), "name": call.name, "input": call.input }));
    said.chain(called).collect()
}

fn block(part: &Part) -> Option<Value> {
    match part {
        Part::Say(text) => Some(json!({ "type": "text", "text": text })),
        Part::Think(text) => {
            Some(json!({ "type": "thinking", "thinking": text, "signature": "c2NyaXB0ZWQtdGhvdWdodA==" }))
        }
        _ => None,
    }
}

fn stop_reason(reply: &Reply) -> &'static str {
    if reply.calls.is_empty() { "end_turn" } else { "tool_use" }
}

fn tokens(blocks: &[Value]) -> usize {
    let written = |block: &Value| block.to_string().len() / 4;
    blocks.iter().map(written).sum::<usize>().max(1)
}

fn id(kind: &str) -> String {
    let random = Uuid::new_v4().simple().to_string();
    format!("{kind}_01{}", &random[..22])
}

/// Pieces of about `DELTA` bytes that end after a space or a line break where they can.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let length = end - start;
        if length >= 3 * DELTA || (length >= DELTA && letter.is_whitespace()) {
            pieces.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_the_text_and_stay_small() {
        let text = "Überall — a word, a line\nand averyveryveryveryveryveryveryveryveryveryveryveryveryveryverylongone 🦉";
        let pieces = pieces(text);
        assert_eq!(pieces.concat(), text);
        assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.len() <= 3 * DELTA + 4));
    }

    #[test]
    fn a_text_that_is_held_stops_halfway() {
        let parts = vec![
            Part::Hold("go".into()),
            Part::Say("a text that is long enough for several deltas of it".into()),
        ];
        let beats =
            beats(&Reply { parts, calls: Vec::new() }, &Conversation::default(), "m", Duration::ZERO, false);
        let delta =
            |beat: &Beat| matches!(beat, Beat::Event(event) if event["type"] == "content_block_delta");
        let held =
            beats.iter().position(|beat| matches!(beat, Beat::Hold(file) if file.ends_with("go"))).unwrap();
        assert!(beats[..held].iter().any(delta) && beats[held..].iter().any(delta));
    }

    #[test]
    fn a_cut_stream_has_no_end() {
        let reply = Reply {
            parts: vec![Part::Say("hello there, this is a text that goes on".into())],
            calls: Vec::new(),
        };
        let beats = beats(&reply, &Conversation::default(), "m", Duration::ZERO, true);
        assert!(matches!(beats.last(), Some(Beat::Cut)));
        let ended = |beat: &Beat| matches!(beat, Beat::Event(event) if event["type"] == "message_stop");
        assert!(!beats.iter().any(ended));
    }
}
