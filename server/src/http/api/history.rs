//! A session's history: pages of events, the same as a stream, and the large parts that pages leave out.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use app::{
    error::{AppError, ErrorCode},
    ids::{AttachmentId, SessionId},
    sessions::{
        event::{Event, EventPage},
        model::{Blob, IMAGE_TYPES, TouchedFile},
        port::Window,
    },
};
use axum::{
    Json,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures::{Stream, stream};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Path, Query, Who},
        feeds::Feed,
        table::{Route, get},
    },
    Answer,
};
use crate::{auth::Guard, sessions::FeedItem};

const TAG: &str = "history";
/// Events of a page if the caller does not say.
const LIMIT: u32 = 200;
/// Events of a page at most.
const LIMIT_MAX: u32 = 1000;
/// How often a silent stream says that it is alive; proxies give up after a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
struct Part {
    after: Option<u64>,
    before: Option<u64>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
struct Since {
    after: Option<u64>,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/sessions/{id}/events", events)
            .says(TAG, "A page of events, the oldest first; the end of the history if neither `after` nor `before` is given.")
            .query::<u64>("after", "What follows this number.")
            .query::<u64>("before", "What comes before this number, nearest first, in order.")
            .query::<u32>("limit", "At most this many, 1 to 1000; 200 if absent. A page has about 200 KB at most.")
            .gives::<EventPage>(200),
        get("/api/v1/sessions/{id}/stream", follow)
            .says(TAG, "What follows `Last-Event-ID`, or `after`, and whatever comes, as server-sent events; `id` is `seq`.")
            .query::<u64>("after", "What follows this number; everything if absent.")
            .gives_other("text/event-stream"),
        get("/api/v1/sessions/{id}/events/{seq}/output", output)
            .says(TAG, "The whole output of a tool whose event shows an excerpt.")
            .gives_other("text/plain"),
        get("/api/v1/sessions/{id}/events/{seq}/raw", raw)
            .says(TAG, "The agent's own line behind an event, byte for byte.")
            .gives_other("text/plain"),
        get("/api/v1/sessions/{id}/touched", touched)
            .says(TAG, "The files that its tools read, edited or wrote, at most 5,000, as the agent named them.")
            .gives_list::<TouchedFile>(),
        get("/api/v1/sessions/{id}/events/{seq}/images/{n}", image)
            .says(TAG, "The n-th image of a tool result, from 0.")
            .gives_other("image/*"),
        get("/api/v1/sessions/{id}/attachments/{attachment}", attachment)
            .says(TAG, "An image that went along with a message.")
            .gives_other("image/*"),
    ]
}

async fn events(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
    Query(part): Query<Part>,
) -> Answer<EventPage> {
    let window = match (part.after, part.before) {
        (Some(_), Some(_)) => {
            return Err(AppError::invalid("before", "Give `after` or `before`, not both.").into());
        }
        (Some(after), None) => Window::After(after),
        (None, Some(before)) => Window::Before(before),
        (None, None) => Window::Tail,
    };
    let limit = part.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    Ok(Json(http.engine.sessions.events(&who, id, window, limit).await?))
}

async fn follow(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, ApiError> {
    let last_id = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let seat = http.seat()?;
    let guard = http.auth.guard(&who);
    let feed = http.feeds.follow(&who, id, last_id.or(since.after).unwrap_or(0)).await?;
    let reader = Reader { feed, guard, closing: http.closing.clone(), ready: VecDeque::new(), _seat: seat };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        let frame = sse::Event::default().id(event.seq.to_string()).json_data(&event).ok()?;
        Some((Ok(frame), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// One stream's reader; it ends with its identity, with the server, or when the history cannot be read.
struct Reader {
    feed: Box<dyn Feed>,
    guard: Guard,
    closing: CancellationToken,
    ready: VecDeque<Event>,
    _seat: OwnedSemaphorePermit,
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let item = tokio::select! {
                biased;
                () = self.guard.revoked() => return None,
                () = self.closing.cancelled() => return None,
                item = self.feed.next() => item?,
            };
            if let FeedItem::Events(events) = item {
                self.ready.extend(events);
            }
        }
    }
}

async fn output(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, seq)): Path<(SessionId, u64)>,
) -> Result<String, ApiError> {
    Ok(http.engine.sessions.output(&who, id, seq).await?)
}

async fn raw(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, seq)): Path<(SessionId, u64)>,
) -> Result<String, ApiError> {
    Ok(http.engine.sessions.raw(&who, id, seq).await?)
}

async fn touched(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
) -> Answer<Vec<TouchedFile>> {
    Ok(Json(http.engine.sessions.touched(&who, id).await?))
}

async fn image(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, seq, n)): Path<(SessionId, u64, u32)>,
) -> Result<Response, ApiError> {
    picture(http.engine.sessions.image(&who, id, seq, n).await?)
}

async fn attachment(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, attachment)): Path<(SessionId, AttachmentId)>,
) -> Result<Response, ApiError> {
    picture(http.engine.sessions.attachment(&who, id, attachment).await?)
}

/// Bytes that came from an agent or a browser: shown as one of the known image types or not at all, and never run.
fn picture(blob: Blob) -> Result<Response, ApiError> {
    let Some(media_type) = IMAGE_TYPES.into_iter().find(|known| *known == blob.media_type) else {
        return Err(AppError::new(ErrorCode::NotFound, "This is not an image that can be shown.").into());
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        // What is behind an id never changes, but only its viewer may keep it.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable")),
    ];
    Ok((headers, blob.bytes).into_response())
}
