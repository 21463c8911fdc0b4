//! The HTTP side: the few paths of the Messages API that the CLI calls. Never reachable but through the given listener.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    conversation::Conversation,
    reply::{self, Reply},
    script::Part,
    stream::{self, Beat},
};

/// How a model is served.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The pause after each streamed delta, unless a script's `slow:` says otherwise.
    pub pace: Duration,
}

/// Answers the Messages API on `listener` until the task is dropped.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, options: Options) -> io::Result<()> {
    let state = Arc::new(Model { options, failed: Mutex::default() });
    let router = Router::new()
        .route("/", get(|| async { Json(json!({ "model": "scripted" })) }))
        .route("/v1/messages", post(messages))
        .route("/v1/messages/count_tokens", post(count_tokens))
        .route("/v1/models", get(|| async { Json(json!({ "data": [], "has_more": false })) }))
        .fallback(|| async { error(404, "There is nothing here.") })
        .layer(DefaultBodyLimit::disable())
        .with_state(state);
    axum::serve(listener, router).await
}

struct Model {
    options: Options,
    /// How often the response at some point of some conversation failed; only scripts that fail add to it.
    failed: Mutex<HashMap<u64, u32>>,
}

async fn messages(State(model): State<Arc<Model>>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return error(400, "The body is not JSON.");
    };
    let conversation = Conversation::read(&request);
    let reply = reply::next(&conversation);
    let cut = match model.trouble(&request, &conversation, &reply) {
        Some(Trouble::Failed { status, message }) => return error(status, &message),
        trouble => trouble.is_some(),
    };
    let name = request["model"].as_str().unwrap_or("scripted");
    if request["stream"] != true {
        let wait: u64 = reply.parts.iter().map(pause).sum();
        sleep(Duration::from_millis(wait)).await;
        return Json(stream::message(&reply, &conversation, name)).into_response();
    }
    let beats = stream::beats(&reply, &conversation, name, model.options.pace, cut);
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(play(beats, sender));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::HeaderName::from_static("request-id"), request_id()),
    ];
    (headers, Body::from_stream(ReceiverStream::new(receiver))).into_response()
}

/// Sends beat after beat, and stops when nobody listens any more.
async fn play(beats: Vec<Beat>, sender: mpsc::Sender<io::Result<String>>) {
    for beat in beats {
        let sent = match beat {
            Beat::Pause(pause) => {
                tokio::select! {
                    () = sleep(pause) => continue,
                    () = sender.closed() => return,
                }
            }
            Beat::Hold(file) => {
                tokio::select! {
                    () = there(&file) => continue,
                    () = sender.closed() => return,
                }
            }
            Beat::Event(event) => {
                let kind = event["type"].as_str().unwrap_or_default();
                sender.send(Ok(format!("event: {kind}\ndata: {event}\n\n"))).await
            }
            Beat::Cut => sender.send(Err(io::ErrorKind::ConnectionReset.into())).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Waits until `file` is there.
async fn there(file: &Path) {
    while !tokio::fs::try_exists(file).await.is_ok_and(|is| is) {
        sleep(Duration::from_millis(20)).await;
    }
}

async fn count_tokens(body: Bytes) -> Json<Value> {
    Json(json!({ "input_tokens": body.len() / 4 }))
}

enum Trouble {
    Failed { status: u16, message: String },
    Cut,
}

impl Model {
    /// What goes wrong with this response, counting how often it has already.
    fn trouble(&self, request: &Value, conversation: &Conversation, reply: &Reply) -> Option<Trouble> {
        let place = |at: usize| {
            let mut hasher = DefaultHasher::new();
            (at, conversation.calls.len(), conversation.turns, &conversation.prompt).hash(&mut hasher);
            request["metadata"]["user_id"].as_str().hash(&mut hasher);
            hasher.finish()
        };
        reply.parts.iter().enumerate().find_map(|(at, part)| match part {
            Part::Fail { status, message, times } => {
                let due = times.is_none_or(|times| self.another(place(at), times));
                let (status, message) = (*status, message.clone());
                due.then_some(Trouble::Failed { status, message })
            }
            // The CLI's last attempt does not stream and always arrives.
            Part::Cut(times) if request["stream"] == true => {
                self.another(place(at), *times).then_some(Trouble::Cut)
            }
            _ => None,
        })
    }

    fn another(&self, place: u64, times: u32) -> bool {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failed.entry(place).or_default();
        *count += 1;
        *count <= times
    }
}

fn pause(part: &Part) -> u64 {
    match part {
        Part::Wait(ms) => *ms,
        _ => 0,
    }
}

fn error(status: u16, message: &str) -> Response {
    let (kind, usual) = match status {
        400 => ("invalid_request_error", "The request is not valid."),
        401 => ("authentication_error", "invalid x-api-key"),
        403 => ("permission_error", "This key may not do that."),
        404 => ("not_found_error", "Not found"),
        413 => ("request_too_large", "The request is too large."),
        429 => ("rate_limit_error", "This would exceed the rate limit."),
        529 => ("overloaded_error", "Overloaded"),
        _ => ("api_error", "Internal server error"),
    };
    let message = if message.is_empty() { usual } else { message };
    let body =
        json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": request_id() });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

fn request_id() -> String {
    format!("req_01{}", uuid::Uuid::new_v4().simple())
}
