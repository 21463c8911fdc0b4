//! The table of routes: what the router is built from, what the API's description is written from, and what the access
//! tests walk. A route that is not in it does not exist, so none can be forgotten by any of them.

use std::borrow::Cow;

use axum::{
    extract::{DefaultBodyLimit, Request},
    handler::Handler,
    middleware::{self, Next},
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use http::{Method, StatusCode, header};
use utoipa::{
    ToSchema,
    openapi::{
        RefOr,
        schema::{ArrayBuilder, Ref, Schema},
    },
};

use super::{Shared, error::answer, extract::too_large};

/// What most bodies may weigh: a prompt of 1 MB with its escapes.
const BODY: usize = 1_500_000;
/// What a body with images may weigh: ten of 5 MB in base64.
const BODY_WITH_IMAGES: usize = 70_000_000;

/// What a body with a whole text may weigh: 2 MB, each byte of which may be escaped with six.
const BODY_WITH_TEXT: usize = 13_000_000;

/// What a file may weigh that is sent as it is.
const FILE: usize = 512 * 1024 * 1024;

/// One method of one address.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The address, with `{name}` for a segment and `{*name}` for the rest.
    pub path: Cow<'static, str>,
    /// Whether it answers without knowing who asks.
    pub public: bool,
    /// What the API's description says of it; none for what is no part of the API.
    pub doc: Option<Doc>,
    handler: MethodRouter<Shared>,
    limit: usize,
}

/// What the description says of a route.
pub struct Doc {
    /// The noun it belongs to.
    pub tag: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The parameters of its query.
    pub query: Vec<Parameter>,
    /// The schema of its body.
    pub takes: Option<Named>,
    /// Its success.
    pub gives: (u16, Content),
}

/// A parameter of a query.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub means: &'static str,
    /// Its schema.
    pub schema: RefOr<Schema>,
    /// The named schemas it leans on.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

/// A schema that is listed by its name, with all it leans on.
pub struct Named {
    /// How it is referred to.
    pub schema: RefOr<Schema>,
    /// Itself and the others, by name.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

/// What an answer holds.
pub enum Content {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Box<Named>),
    /// Something else, of this media type.
    Other(&'static str),
}

impl Named {
    fn of<T: ToSchema>() -> Self {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        Self { schema: Ref::from_schema_name(T::name()).into(), schemas }
    }

    fn list_of<T: ToSchema>() -> Self {
        let item = Self::of::<T>();
        Self { schema: ArrayBuilder::new().items(item.schema).build().into(), schemas: item.schemas }
    }
}

/// A route that `handler` answers.
pub(super) fn route<H, T>(method: Method, path: impl Into<Cow<'static, str>>, handler: H) -> Route
where
    H: Handler<T, Shared>,
    T: 'static,
{
    // The methods used here all have a filter; GET answers HEAD too.
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    Route { method, path: path.into(), public: false, doc: None, handler: on(filter, handler), limit: BODY }
}

/// A route for reading.
pub(super) fn get<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Route {
    route(Method::GET, path, handler)
}

/// A route for doing something.
pub(super) fn post<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Route {
    route(Method::POST, path, handler)
}

/// A route for replacing something.
pub(super) fn put<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Route {
    route(Method::PUT, path, handler)
}

/// A route for changing something.
pub(super) fn patch<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Route {
    route(Method::PATCH, path, handler)
}

/// A route for taking something away.
pub(super) fn delete<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Route {
    route(Method::DELETE, path, handler)
}

impl Route {
    /// Answers without knowing who asks.
    #[must_use]
    pub(super) fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Takes images along.
    #[must_use]
    pub(super) fn with_images(mut self) -> Self {
        self.limit = BODY_WITH_IMAGES;
        self
    }

    /// Takes a whole text along.
    #[must_use]
    pub(super) fn with_text(mut self) -> Self {
        self.limit = BODY_WITH_TEXT;
        self
    }

    /// Takes a file as it is.
    #[must_use]
    pub(super) fn with_file(mut self) -> Self {
        self.limit = FILE;
        self
    }

    /// Describes it: its noun, one sentence, and a success without content until `gives` says otherwise.
    #[must_use]
    pub(super) fn says(mut self, tag: &'static str, summary: &'static str) -> Self {
        self.doc = Some(Doc { tag, summary, query: Vec::new(), takes: None, gives: (204, Content::Empty) });
        self
    }

    /// Describes a parameter of its query.
    #[must_use]
    pub(super) fn query<T: ToSchema>(self, name: &'static str, means: &'static str) -> Self {
        self.described(|doc| {
            let mut schemas = Vec::new();
            T::schemas(&mut schemas);
            doc.query.push(Parameter { name, means, schema: T::schema(), schemas });
        })
    }

    /// Describes its body.
    #[must_use]
    pub(super) fn takes<T: ToSchema>(self) -> Self {
        self.described(|doc| doc.takes = Some(Named::of::<T>()))
    }

    /// Describes its success.
    #[must_use]
    pub(super) fn gives<T: ToSchema>(self, status: u16) -> Self {
        self.described(|doc| doc.gives = (status, Content::Json(Box::new(Named::of::<T>()))))
    }

    /// Describes its success: a list.
    #[must_use]
    pub(super) fn gives_list<T: ToSchema>(self) -> Self {
        self.described(|doc| doc.gives = (200, Content::Json(Box::new(Named::list_of::<T>()))))
    }

    /// Describes its success: something of this media type.
    #[must_use]
    pub(super) fn gives_other(self, media_type: &'static str) -> Self {
        self.described(|doc| doc.gives = (200, Content::Other(media_type)))
    }

    fn described(mut self, change: impl FnOnce(&mut Doc)) -> Self {
        if let Some(doc) = &mut self.doc {
            change(doc);
        }
        self
    }

    /// The handler with its limits, to be mounted at `path`.
    pub(super) fn mount(self) -> (Cow<'static, str>, MethodRouter<Shared>) {
        let limit = self.limit;
        let announced = middleware::from_fn(move |request, next| refuse_announced(limit, request, next));
        (self.path, self.handler.layer(DefaultBodyLimit::max(limit)).layer(announced))
    }
}

/// Refuses a body that says itself that it is too large, before any of it is read.
async fn refuse_announced(limit: usize, request: Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return answer(request.uri().path(), StatusCode::PAYLOAD_TOO_LARGE, too_large());
    }
    next.run(request).await
}

/// The addresses that answer without knowing who asks.
pub(super) struct Public(Vec<(Method, Cow<'static, str>)>);

impl Public {
    pub(super) fn of(routes: &[Route]) -> Self {
        Self(
            routes
                .iter()
                .filter(|route| route.public)
                .map(|route| (route.method.clone(), route.path.clone()))
                .collect(),
        )
    }

    /// Whether this request needs no identity. `HEAD` is a `GET` without its answer.
    pub(super) fn covers(&self, method: &Method, path: &str) -> bool {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.iter().any(|(allowed, pattern)| {
            let fits = match pattern.split_once("{*") {
                Some((start, _)) => path.starts_with(start),
                None => path == pattern,
            };
            fits && allowed == method
        })
    }
}
