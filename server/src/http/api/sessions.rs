//! Conversations: start, steer, say something, fork. Their history is in `history`.

use app::{
    ids::{MessageId, ProjectId, SessionId},
    sessions::model::{
        Act, Fork, Model, NewImage, NewMessage, NewSession, Session, SessionFilter, SessionPage, SessionPatch,
    },
    terminals::model::Terminal,
    time::Millis,
};
use axum::{Json, extract::State};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Query, Who},
        table::{Route, delete, get, patch, post, route},
    },
    Answer,
};

const TAG: &str = "sessions";

/// A message to a session.
#[derive(Serialize, Deserialize, ToSchema)]
struct Say {
    /// Made by the sender, so that a repeat is not a second message; one is made up if absent.
    #[serde(default)]
    id: Option<MessageId>,
    /// What to say, 1 byte to 1 MB.
    text: String,
    /// At most ten.
    #[serde(default)]
    images: Vec<NewImage>,
}

/// The new text of a message that still waits.
#[derive(Serialize, Deserialize, ToSchema)]
struct EditedText {
    /// 1 byte to 1 MB.
    text: String,
}

/// How to give a session back to the chat.
#[derive(Default, Serialize, Deserialize, ToSchema)]
struct GiveBack {
    /// Whether to end a turn that is under way in the terminal.
    #[serde(default)]
    force: bool,
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        get("/api/v1/sessions", list)
            .says(TAG, "The sessions that match: those that need a person first, then the latest.")
            .query::<ProjectId>("project_id", "Of this project only.")
            .query::<bool>("archived", "The archived ones instead of the others.")
            .query::<String>("text", "Names that contain this.")
            .query::<u32>("limit", "At most this many, 1 to 200; 50 if absent.")
            .query::<Millis>("before", "Only those updated before this instant, to page on.")
            .gives_list::<Session>(),
        get("/api/v1/models", models)
            .says(TAG, "The models a session can be given, in the agent's order.")
            .gives_list::<Model>(),
        post("/api/v1/sessions", create)
            .says(TAG, "Queues a new session in a trusted project.")
            .takes::<NewSession>()
            .gives::<Session>(201)
            .with_images(),
        get("/api/v1/sessions/{id}", one)
            .says(TAG, "One session with its queue and draft.")
            .gives::<SessionPage>(200),
        patch("/api/v1/sessions/{id}", update)
            .says(TAG, "Renames it, or changes its model, effort, permission mode or draft.")
            .takes::<SessionPatch>()
            .gives::<Session>(200),
        post("/api/v1/sessions/{id}/messages", send)
            .says(TAG, "Says something: at once, behind the turn under way, or to a finished session.")
            .takes::<Say>()
            .gives::<Session>(202)
            .with_images(),
        patch("/api/v1/sessions/{id}/messages/{message}", edit)
            .says(TAG, "Changes a message that still waits.")
            .takes::<EditedText>(),
        delete("/api/v1/sessions/{id}/messages/{message}", recall)
            .says(TAG, "Takes a message back that still waits."),
        post("/api/v1/sessions/{id}/terminal", terminal)
            .says(TAG, "Makes sure that its agent's own interface runs, and gives the terminal that shows it.")
            .gives::<Terminal>(200),
        post("/api/v1/sessions/{id}/chat", chat)
            .says(TAG, "Ends its terminal, so that the next message goes on in the chat. 409 while the agent is at work there, unless `force` is set.")
            .takes::<GiveBack>()
            .gives::<Session>(200),
        post("/api/v1/sessions/{id}/fork", fork)
            .says(TAG, "Makes a new session from a part of this one, which stays as it is.")
            .takes::<Fork>()
            .gives::<Session>(201)
            .with_images(),
    ];
    routes.extend(steering());
    routes
}

async fn list(
    State(http): State<Shared>,
    Who(who): Who,
    Query(filter): Query<SessionFilter>,
) -> Answer<Vec<Session>> {
    Ok(Json(http.engine.sessions.list(&who, filter).await?))
}

async fn models(State(http): State<Shared>, Who(who): Who) -> Answer<Vec<Model>> {
    Ok(Json(http.engine.sessions.models(&who).await?))
}

async fn create(
    State(http): State<Shared>,
    Who(who): Who,
    Body(new): Body<NewSession>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    Ok((StatusCode::CREATED, Json(http.engine.sessions.create(&who, new).await?)))
}

async fn one(State(http): State<Shared>, Who(who): Who, Path(id): Path<SessionId>) -> Answer<SessionPage> {
    Ok(Json(http.engine.sessions.get(&who, id).await?))
}

async fn update(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
    Body(patch): Body<SessionPatch>,
) -> Answer<Session> {
    Ok(Json(http.engine.sessions.update(&who, id, patch).await?))
}

async fn send(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
    Body(say): Body<Say>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    let message = NewMessage {
        id: say.id.unwrap_or_else(|| MessageId(Uuid::new_v4())),
        text: say.text,
        images: say.images,
    };
    Ok((StatusCode::ACCEPTED, Json(http.engine.sessions.send(&who, id, message).await?)))
}

async fn edit(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, message)): Path<(SessionId, MessageId)>,
    Body(edited): Body<EditedText>,
) -> Result<StatusCode, ApiError> {
    http.engine.sessions.edit_queued(&who, id, message, &edited.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn recall(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, message)): Path<(SessionId, MessageId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.sessions.recall(&who, id, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn terminal(State(http): State<Shared>, Who(who): Who, Path(id): Path<SessionId>) -> Answer<Terminal> {
    Ok(Json(http.engine.sessions.terminal(&who, id).await?))
}

async fn chat(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
    Body(how): Body<GiveBack>,
) -> Answer<Session> {
    Ok(Json(http.engine.sessions.chat(&who, id, how.force).await?))
}

async fn fork(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<SessionId>,
    Body(fork): Body<Fork>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    Ok((StatusCode::CREATED, Json(http.engine.sessions.fork(&who, id, fork).await?)))
}

/// One route for each thing that is asked without a body.
fn steering() -> impl Iterator<Item = Route> {
    Act::ALL.into_iter().map(|(act, word)| {
        let handler = async move |State(http): State<Shared>,
                                  Who(who): Who,
                                  Path(id): Path<SessionId>|
                    -> Answer<Session> {
            Ok(Json(http.engine.sessions.act(&who, id, act).await?))
        };
        let summary = match act {
            Act::Interrupt => "Ends the turn under way, not the session.",
            Act::Stop => "Ends the agent; the session is stopped.",
            Act::Complete => "Completes an idle job before its grace time is over.",
            Act::Close => "Completes an idle session.",
            Act::Pin => "Makes an idle job a session, in place.",
            Act::Resume => {
                "Brings a finished session back to life; one that never began starts with what waits."
            }
            Act::Archive => "Puts it away; a live one is stopped first.",
            Act::Unarchive => "Takes it back, in the state it was in.",
        };
        route(Method::POST, format!("/api/v1/sessions/{{id}}/{word}"), handler)
            .says(TAG, summary)
            .gives::<Session>(200)
    })
}
