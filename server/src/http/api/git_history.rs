//! What is committed in repositories of projects, and where it may go.

use app::{
    git::model::{
        FileDiff, Side,
        commit::{CommitStart, drafting},
        log::{Blame, ChangeOf, CommitView, Comparison, LogPage, LogQuery, StashEntry},
        remote::Remotes,
    },
    ids::ProjectId,
    sessions::model::Session,
};
use axum::{Json, extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Path, Query, Who},
        table::{Route, get, post},
    },
    Answer,
    git::shown,
};

const TAG: &str = "git";

pub(super) fn routes() -> Vec<Route> {
    let of = |route: Route| {
        route
            .query::<String>("path", "The file, relative to the project.")
            .query::<Option<String>>("was", "The path it had before, if it was moved.")
            .query::<Option<String>>(
                "base",
                "The id of the commit that it is set beside; the first one that it is built on if absent.",
            )
    };
    vec![
        get("/api/v1/projects/{id}/git/commit", commit_start)
            .says(
                TAG,
                "What a new commit starts from: the last one, its author, a message that git has prepared.",
            )
            .gives::<CommitStart>(200),
        post("/api/v1/projects/{id}/git/commit/draft", draft)
            .says(
                TAG,
                "Starts a session that writes a message for what is staged; its last text is the message.",
            )
            .gives::<Session>(201),
        get("/api/v1/projects/{id}/git/remotes", remotes)
            .says(TAG, "Its remotes, and what the branch follows, as far as it was fetched.")
            .gives::<Remotes>(200),
        get("/api/v1/projects/{id}/git/log", log)
            .says(TAG, "Its commits, the latest first, 100 at a time.")
            .query::<Option<String>>(
                "branch",
                "Of which branch, such as `origin/main`; of what is checked out if absent.",
            )
            .query::<bool>("all", "Whether those of all branches and tags are in; not if absent.")
            .query::<u32>("skip", "How many are left out at the beginning.")
            .gives::<LogPage>(200),
        get("/api/v1/projects/{id}/git/commits/{commit}", commit)
            .says(TAG, "One commit, by its id or the beginning of it, with the files that it changed.")
            .gives::<CommitView>(200),
        of(get("/api/v1/projects/{id}/git/commits/{commit}/diff", change)
            .says(TAG, "What a commit changed in one file as hunks and lines, at most 400 lines.")
            .query::<Option<u32>>("from", "The first line, counted from 0 over all hunks; 0 if absent."))
        .gives::<FileDiff>(200),
        of(get("/api/v1/projects/{id}/git/commits/{commit}/image", image)
            .says(TAG, "An image before a commit or in it. 404 for any other file.")
            .query::<Side>("side", "Which of the two."))
        .gives_other("image/*"),
        get("/api/v1/projects/{id}/git/compare", compare)
            .says(TAG, "Two branches beside each other.")
            .query::<String>("base", "The one that is looked from.")
            .query::<String>("other", "The one that is looked at.")
            .gives::<Comparison>(200),
        get("/api/v1/projects/{id}/git/blame", blame)
            .says(TAG, "Who last changed each line of a file, 500 lines at a time.")
            .query::<String>("path", "The file, relative to the project.")
            .query::<u32>("line", "The number of the first line, from 1; 1 if absent.")
            .gives::<Blame>(200),
        get("/api/v1/projects/{id}/git/stashes", stashes)
            .says(TAG, "What was put aside, the latest first.")
            .gives_list::<StashEntry>(),
    ]
}

/// Two branches.
#[derive(Deserialize)]
struct Both {
    #[serde(default)]
    base: String,
    #[serde(default)]
    other: String,
}

/// A file that a commit changed.
#[derive(Deserialize)]
struct Changed {
    path: String,
    was: Option<String>,
    base: Option<String>,
    #[serde(default)]
    from: u32,
}

/// One side of an image that a commit changed.
#[derive(Deserialize)]
struct OneSide {
    path: String,
    was: Option<String>,
    base: Option<String>,
    side: Side,
}

/// A part of a file.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    path: String,
    #[serde(default)]
    line: u32,
}

async fn log(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(query): Query<LogQuery>,
) -> Answer<LogPage> {
    Ok(Json(http.engine.history.log(&who, id, query).await?))
}

async fn commit(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, commit)): Path<(ProjectId, String)>,
) -> Answer<CommitView> {
    Ok(Json(http.engine.history.commit(&who, id, &commit).await?))
}

async fn change(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, commit)): Path<(ProjectId, String)>,
    Query(Changed { path, was, base, from }): Query<Changed>,
) -> Answer<FileDiff> {
    let of = ChangeOf { commit, base, path, was };
    Ok(Json(http.engine.history.change(&who, id, of, from).await?))
}

async fn image(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, commit)): Path<(ProjectId, String)>,
    Query(one): Query<OneSide>,
) -> Result<Response, ApiError> {
    let of = ChangeOf { commit, base: one.base, path: one.path, was: one.was };
    Ok(shown(http.engine.history.changed_image(&who, id, of, one.side).await?))
}

async fn compare(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(both): Query<Both>,
) -> Answer<Comparison> {
    Ok(Json(http.engine.history.compare(&who, id, &both.base, &both.other).await?))
}

async fn blame(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(part): Query<Part>,
) -> Answer<Blame> {
    Ok(Json(http.engine.history.blame(&who, id, &part.path, part.line).await?))
}

async fn stashes(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
) -> Answer<Vec<StashEntry>> {
    Ok(Json(http.engine.history.stashes(&who, id).await?))
}

async fn commit_start(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
) -> Answer<CommitStart> {
    Ok(Json(http.engine.history.commit_start(&who, id).await?))
}

async fn remotes(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Remotes> {
    Ok(Json(http.engine.history.remotes(&who, id).await?))
}

async fn draft(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    let prompt = http.engine.history.draft_prompt(&who, id).await?;
    let place = http.engine.projects.get(&who, id).await?;
    let session = http.engine.sessions.create(&who, drafting(id, place.worktree_of, prompt)).await?;
    Ok((StatusCode::CREATED, Json(session)))
}
