//! Runs of git in projects: what it is told, what it prints, how it ends.

use std::convert::Infallible;

use app::{
    git::model::run::{Command, LastRun, Run, RunNews},
    ids::{ProjectId, RunId},
};
use axum::{
    Json,
    extract::State,
    response::sse::{self, Sse},
};
use futures::{
    Stream,
    stream::{self, BoxStream, StreamExt},
};
use http::StatusCode;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Who},
        table::{Route, delete, get, post},
    },
    Answer,
};
use crate::auth::Guard;

const TAG: &str = "git";

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/v1/projects/{id}/git/runs", start)
            .says(TAG, "Tells git to do something; one at a time in a project. It goes on by itself.")
            .takes::<Command>()
            .gives::<Run>(202),
        get("/api/v1/projects/{id}/git/runs/last", last)
            .says(TAG, "The last run of git, under way or ended.")
            .gives::<LastRun>(200),
        get("/api/v1/projects/{id}/git/runs/{run}/stream", follow)
            .says(
                TAG,
                "What the run prints, as server-sent events: `printed` for a line, with `passing` if the next one takes its \
                 place, and `end`. Begins with what was printed so far.",
            )
            .gives_other("text/event-stream"),
        delete("/api/v1/projects/{id}/git/runs/{run}", cancel)
            .says(TAG, "Ends the run; git puts its locks away first."),
    ]
}

async fn start(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(command): Body<Command>,
) -> Result<(StatusCode, Json<Run>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(http.engine.runs.start(&who, id, command).await?)))
}

async fn last(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<LastRun> {
    Ok(Json(LastRun { run: http.engine.runs.last(&who, id).await? }))
}

async fn cancel(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, run)): Path<(ProjectId, RunId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.runs.cancel(&who, id, run).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn follow(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, run)): Path<(ProjectId, RunId)>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, ApiError> {
    let (seat, guard) = (http.seat()?, http.auth.guard(&who));
    let news = http.engine.runs.follow(&who, id, run).await?;
    let reader = Reader { news, guard, closing: http.closing.clone(), _seat: seat };
    Ok(Sse::new(stream::unfold(reader, |mut reader| async move {
        let event = sse::Event::default();
        let frame = match reader.next().await? {
            RunNews::Printed(line) => event.event("printed").json_data(line),
            RunNews::End(end) => event.event("end").json_data(end),
        };
        Some((Ok(frame.ok()?), reader))
    }))
    .keep_alive(sse::KeepAlive::default()))
}

/// One follower of a run; it ends with its identity and with the server.
struct Reader {
    news: BoxStream<'static, RunNews>,
    guard: Guard,
    closing: CancellationToken,
    _seat: OwnedSemaphorePermit,
}

impl Reader {
    async fn next(&mut self) -> Option<RunNews> {
        tokio::select! {
            biased;
            () = self.guard.revoked() => None,
            () = self.closing.cancelled() => None,
            news = self.news.next() => news,
        }
    }
}
