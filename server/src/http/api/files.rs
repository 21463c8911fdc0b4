//! The files of a project: its tree, one file as it is shown, as it is and as it is edited, names and contents. Nothing of a project is ever run
//! by a browser: what is sent inline is one of the known image types, the rest is a download.

use std::convert::Infallible;

use app::{
    error::{AppError, ErrorCode},
    files::{
        model::{
            CompareFile, FileDifference, FileText, FileView, Found, ListOptions, Listing, Names, PageFrom,
            SaveFile, SearchOptions,
        },
        port::OpenFile,
    },
    ids::ProjectId,
};
use axum::{
    Json,
    body::Body,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{self, Sse},
    },
};
use futures::{
    Stream,
    stream::{self, BoxStream, StreamExt},
};
use http::{HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use tokio::{io::AsyncReadExt, sync::OwnedSemaphorePermit};
use tokio_util::{io::ReaderStream, sync::CancellationToken};

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body as Sent, Path, Query, Who},
        table::{Route, get, post, put},
    },
    Answer,
};
use crate::auth::Guard;

const TAG: &str = "files";
/// What stays as it is in a header's `filename*`.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// A path, and what a listing shows.
#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    path: String,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    ignored: bool,
    #[serde(default)]
    skip: u32,
}

/// A path, and where a page of a text begins.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    path: String,
    line: Option<u64>,
    byte: Option<u64>,
    before: Option<u64>,
}

/// What is looked for. Its fields stand here and not behind a `flatten`, which would take only texts from a query.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    regex: bool,
    #[serde(default)]
    word: bool,
    #[serde(default)]
    case: bool,
    #[serde(default)]
    globs: String,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    ignored: bool,
}

pub(super) fn routes() -> Vec<Route> {
    let list = |route: Route| {
        route
            .query::<bool>("hidden", "Whether names that begin with a dot are in; not if absent.")
            .query::<bool>("ignored", "Whether what git ignores is in; not if absent.")
    };
    vec![
        list(
            get("/api/v1/projects/{id}/files", tree)
                .says(TAG, "One level of its tree, folders first, at most 2,000 entries.")
                .query::<String>("path", "The folder, relative to the project; itself if absent."),
        )
        .query::<u32>("skip", "How many entries are left out at the beginning.")
        .gives::<Listing>(200),
        get("/api/v1/projects/{id}/files/view", view)
            .says(TAG, "One file as it is shown; at most 500 lines of a text. One of `line`, `byte` and `before`.")
            .query::<String>("path", "The file, relative to the project.")
            .query::<u64>("line", "The number of the first line, from 1; 1 if nothing is given.")
            .query::<u64>("byte", "Where the page begins: the `next` of the one before.")
            .query::<u64>("before", "Where the page ends; the size of the file gives its end.")
            .gives::<FileView>(200),
        get("/api/v1/projects/{id}/files/image", image)
            .says(TAG, "An image as it is. 404 for any other file.")
            .query::<String>("path", "The file, relative to the project.")
            .gives_other("image/*"),
        get("/api/v1/projects/{id}/files/download", download)
            .says(TAG, "A file as it is, to be kept.")
            .query::<String>("path", "The file, relative to the project.")
            .gives_other("application/octet-stream"),
        get("/api/v1/projects/{id}/files/text", text)
            .says(TAG, "One text whole, to be edited. 409 for what is no text in UTF-8, 413 above 2 MB.")
            .query::<String>("path", "The file, relative to the project.")
            .gives::<FileText>(200),
        put("/api/v1/projects/{id}/files/text", save)
            .says(
                TAG,
                "Writes a text, if the file still is what `base` names, and makes the file if `base` is absent and there is \
                 none; 409 with the hash of what is there otherwise.",
            )
            .takes::<SaveFile>()
            .with_text()
            .gives::<FileText>(200),
        post("/api/v1/projects/{id}/files/compare", compare)
            .says(TAG, "One text as it is now, and how another differs from it.")
            .takes::<CompareFile>()
            .with_text()
            .gives::<FileDifference>(200),
        list(
            get("/api/v1/projects/{id}/files/names", names)
                .says(TAG, "The files whose paths fit what was typed, at most 200, the best first.")
                .query::<String>("q", "What was typed."),
        )
        .gives::<Names>(200),
        list(
            get("/api/v1/projects/{id}/files/search", search)
                .says(
                    TAG,
                    "Lines that hold a text, at most 1,000, as server-sent events as they are found: `matches` with some \
                     of them, and `end`. The search ends with the connection.",
                )
                .query::<String>("q", "The text.")
                .query::<bool>("regex", "Whether it is a regular expression.")
                .query::<bool>("word", "Whether only whole words count.")
                .query::<bool>("case", "Whether capitals matter.")
                .query::<String>("globs", "Which files, such as `*.rs !tests/**`, with blanks between."),
        )
        .gives_other("text/event-stream"),
    ]
}

async fn tree(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Answer<Listing> {
    let options = ListOptions { hidden: which.hidden, ignored: which.ignored, skip: which.skip };
    Ok(Json(http.engine.files.list(&who, id, &which.path, options).await?))
}

async fn view(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(part): Query<Part>,
) -> Answer<FileView> {
    let from = match (part.line, part.byte, part.before) {
        (line, None, None) => PageFrom::Line(line.unwrap_or(1)),
        (None, Some(byte), None) => PageFrom::Byte(byte),
        (None, None, Some(before)) => PageFrom::Before(before),
        _ => return Err(AppError::invalid("line", "Give one of `line`, `byte` and `before`.").into()),
    };
    Ok(Json(http.engine.files.read(&who, id, &part.path, from).await?))
}

async fn image(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Result<Response, ApiError> {
    let open = http.engine.files.open(&who, id, &which.path).await?;
    let Some(media_type) = open.image else {
        return Err(AppError::new(ErrorCode::NotFound, "This is not an image that can be shown.").into());
    };
    Ok(sent(open, HeaderValue::from_static(media_type), HeaderValue::from_static("inline")))
}

async fn download(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Result<Response, ApiError> {
    let open = http.engine.files.open(&who, id, &which.path).await?;
    let kept = attachment(&open.name);
    Ok(sent(open, HeaderValue::from_static("application/octet-stream"), kept))
}

/// Says that what is sent is to be kept under this name.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let kept = format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN));
    // Nothing but ASCII is left of the name.
    HeaderValue::try_from(kept).unwrap_or(HeaderValue::from_static("attachment"))
}

/// A file as it comes from the disk, up to the size it had: one that grows must not break the answer.
fn sent(open: OpenFile, media_type: HeaderValue, disposition: HeaderValue) -> Response {
    let bytes = tokio::fs::File::from_std(open.file).take(open.size);
    let body = Body::from_stream(ReaderStream::with_capacity(bytes, 64 * 1024));
    let length = (header::CONTENT_LENGTH, HeaderValue::from(open.size));
    ([length], inert(media_type, disposition), body).into_response()
}

/// The headers of what comes out of a project: a browser must run nothing of it.
pub(super) fn inert(
    media_type: HeaderValue,
    disposition: HeaderValue,
) -> [(header::HeaderName, HeaderValue); 3] {
    [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ]
}

async fn text(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Answer<FileText> {
    Ok(Json(http.engine.files.text(&who, id, &which.path).await?))
}

async fn save(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Sent(save): Sent<SaveFile>,
) -> Answer<FileText> {
    Ok(Json(http.engine.files.save(&who, id, save).await?))
}

async fn compare(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Sent(compare): Sent<CompareFile>,
) -> Answer<FileDifference> {
    Ok(Json(http.engine.files.compare(&who, id, compare).await?))
}

async fn names(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(wanted): Query<Wanted>,
) -> Answer<Names> {
    let options = ListOptions { hidden: wanted.hidden, ignored: wanted.ignored, skip: 0 };
    Ok(Json(http.engine.files.names(&who, id, &wanted.q, options).await?))
}

async fn search(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(wanted): Query<Wanted>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, ApiError> {
    let Wanted { q, regex, word, case, globs, hidden, ignored } = wanted;
    let options = SearchOptions { regex, word, case, globs, hidden, ignored };
    let (seat, guard) = (http.seat()?, http.auth.guard(&who));
    let found = http.engine.files.search(&who, id, &q, options).await?;
    let reader = Reader { found, guard, closing: http.closing.clone(), _seat: seat };
    Ok(Sse::new(stream::unfold(reader, |mut reader| async move {
        let event = sse::Event::default();
        let frame = match reader.next().await? {
            Found::Matches(matches) => event.event("matches").json_data(matches),
            Found::End(end) => event.event("end").json_data(end),
        };
        Some((Ok(frame.ok()?), reader))
    })))
}

/// One search's reader; it ends with its identity and with the server.
struct Reader {
    found: BoxStream<'static, Found>,
    guard: Guard,
    closing: CancellationToken,
    _seat: OwnedSemaphorePermit,
}

impl Reader {
    async fn next(&mut self) -> Option<Found> {
        tokio::select! {
            biased;
            () = self.guard.revoked() => None,
            () = self.closing.cancelled() => None,
            found = self.found.next() => found,
        }
    }
}
