//! Repositories of projects: what changed, and their branches.

use app::{
    error::AppError,
    git::{
        model::{
            Branches, ChangeGroup, ChangePage, Changes, Chosen, Comment, Discarded, EditComment, FileDiff,
            NewComment, Side, SwitchBranch, WhichDiff,
        },
        port::Picture,
    },
    ids::{CommentId, DiscardId, ProjectId},
    projects::model::Project,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Query, Who},
        table::{Route, get, post, route},
    },
    Answer,
    files::inert,
};

const TAG: &str = "git";

pub(super) fn routes() -> Vec<Route> {
    let which = |route: Route| {
        route
            .query::<String>("path", "The file, relative to the project.")
            .query::<Option<String>>("was", "The path it had before, if it was renamed.")
            .query::<ChangeGroup>("group", "Which of its changes.")
    };
    vec![
        get("/api/v1/projects/{id}/changes", changes)
            .says(TAG, "The state of its work tree and the changed files, at most 500 of each group.")
            .query::<Option<ChangeGroup>>("group", "Only files of this group.")
            .query::<Option<String>>("after", "Only files behind this path; needs `group`.")
            .gives::<Changes>(200),
        which(
            get("/api/v1/projects/{id}/changes/diff", diff)
                .says(TAG, "One file's change as hunks and lines, at most 400 lines.")
                .query::<Option<u32>>("from", "The first line, counted from 0 over all hunks; 0 if absent."),
        )
        .gives::<FileDiff>(200),
        which(
            get("/api/v1/projects/{id}/changes/image", image)
                .says(TAG, "An image before or after a change. 404 for any other file.")
                .query::<Side>("side", "Which of the two."),
        )
        .gives_other("image/*"),
        post("/api/v1/projects/{id}/changes/stage", stage)
            .says(
                TAG,
                "Takes a group, a file or lines of it into the index, or of the group `staged` out of it. 409 if it was \
                 changed since it was shown.",
            )
            .takes::<Chosen>(),
        post("/api/v1/projects/{id}/changes/discard", discard)
            .says(
                TAG,
                "Discards a group, a file or lines of it in the work tree; a copy is kept for a week. 409 if it was changed \
                 since it was shown.",
            )
            .takes::<Chosen>()
            .gives::<Discarded>(200),
        get("/api/v1/projects/{id}/discarded", discarded)
            .says(TAG, "What was discarded and can be put back, the latest first.")
            .gives_list::<Discarded>(),
        post("/api/v1/projects/{id}/discarded/{discard}/restore", put_back)
            .says(TAG, "Puts a discard back. 409 if one of its files was changed since; then none is touched."),
        get("/api/v1/projects/{id}/comments", comments)
            .says(TAG, "The comments on changes that wait to be sent, in the order they were written.")
            .gives_list::<Comment>(),
        post("/api/v1/projects/{id}/comments", comment)
            .says(TAG, "Keeps a comment on lines of a change. 409 when 60 wait.")
            .takes::<NewComment>()
            .gives::<Comment>(201),
        route(Method::PATCH, "/api/v1/projects/{id}/comments/{comment}", edit_comment)
            .says(TAG, "Changes what a comment says.")
            .takes::<EditComment>(),
        route(Method::DELETE, "/api/v1/projects/{id}/comments/{comment}", remove_comment)
            .says(TAG, "Takes a comment away; one that is gone is no error."),
        get("/api/v1/projects/{id}/branches", branches)
            .says(TAG, "The branches of its repository, the default one first.")
            .gives::<Branches>(200),
        post("/api/v1/projects/{id}/branch", switch_branch)
            .says(TAG, "Checks a branch out, or makes it; refused rather than that anything is lost.")
            .takes::<SwitchBranch>()
            .gives::<Project>(200),
    ]
}

/// The query of a further page.
#[derive(Deserialize)]
struct Page {
    group: Option<ChangeGroup>,
    after: Option<String>,
}

/// The query of a file's change.
#[derive(Deserialize)]
struct Diff {
    path: String,
    was: Option<String>,
    group: ChangeGroup,
    #[serde(default)]
    from: u32,
}

/// The query of one side of an image.
#[derive(Deserialize)]
struct OneSide {
    path: String,
    was: Option<String>,
    group: ChangeGroup,
    side: Side,
}

async fn changes(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(page): Query<Page>,
) -> Answer<Changes> {
    let page = match (page.group, page.after) {
        (None, None) => None,
        (Some(group), after) => Some(ChangePage { group, after: after.unwrap_or_default() }),
        (None, Some(_)) => {
            return Err(AppError::invalid("group", "Say of which group the next files are wanted.").into());
        }
    };
    Ok(Json(http.engine.git.changes(&who, id, page).await?))
}

async fn diff(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(diff): Query<Diff>,
) -> Answer<FileDiff> {
    let which = WhichDiff { path: diff.path, was: diff.was, group: diff.group };
    Ok(Json(http.engine.git.diff(&who, id, which, diff.from).await?))
}

async fn image(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(one): Query<OneSide>,
) -> Result<Response, ApiError> {
    let which = WhichDiff { path: one.path, was: one.was, group: one.group };
    Ok(shown(http.engine.git.image(&who, id, which, one.side).await?))
}

/// An image out of a repository as an answer, which nothing in it can make into anything else.
pub(super) fn shown(picture: Picture) -> Response {
    let headers = inert(HeaderValue::from_static(picture.media_type), HeaderValue::from_static("inline"));
    (headers, picture.bytes).into_response()
}

async fn stage(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(what): Body<Chosen>,
) -> Result<StatusCode, ApiError> {
    http.engine.git.stage(&who, id, what).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn discard(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(what): Body<Chosen>,
) -> Answer<Discarded> {
    Ok(Json(http.engine.git.discard(&who, id, what).await?))
}

async fn discarded(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
) -> Answer<Vec<Discarded>> {
    Ok(Json(http.engine.git.discarded(&who, id).await?))
}

async fn put_back(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, discard)): Path<(ProjectId, DiscardId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.git.put_back(&who, id, discard).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn comments(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
) -> Answer<Vec<Comment>> {
    Ok(Json(http.engine.git.comments(&who, id).await?))
}

async fn comment(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(new): Body<NewComment>,
) -> Result<(StatusCode, Json<Comment>), ApiError> {
    Ok((StatusCode::CREATED, Json(http.engine.git.comment(&who, id, new).await?)))
}

async fn edit_comment(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, comment)): Path<(ProjectId, CommentId)>,
    Body(edit): Body<EditComment>,
) -> Result<StatusCode, ApiError> {
    http.engine.git.edit_comment(&who, id, comment, edit.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_comment(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, comment)): Path<(ProjectId, CommentId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.git.remove_comments(&who, id, vec![comment]).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn branches(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Branches> {
    Ok(Json(http.engine.git.branches(&who, id).await?))
}

async fn switch_branch(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(to): Body<SwitchBranch>,
) -> Answer<Project> {
    Ok(Json(http.engine.git.switch_branch(&who, id, to).await?))
}
