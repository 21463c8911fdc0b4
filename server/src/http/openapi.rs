//! The API's description, written from the table of routes. Nothing is described that is not there, and the reverse.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref,
        RefOr, Required, ResponseBuilder, ResponsesBuilder,
        path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    error::ErrorBody,
    table::{Content, Doc, Route},
};

/// The description of every route that has one. `cookie` is the name of the login cookie.
pub(super) fn describe(routes: &[Route], cookie: &str) -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut schemas = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut schemas);
    for route in routes {
        let (Some(doc), Some(method)) = (&route.doc, method(&route.method)) else { continue };
        paths = paths.path(route.path.clone(), PathItem::new(method, operation(route, doc)));
        schemas.extend(leans_on(doc));
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme("token", SecurityScheme::Http(bearer))
        .security_scheme("login", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie))))
        .build();
    let about = "Instants are milliseconds since 1970. An error is `{\"error\":{\"code\",\"message\",\"details\"?}}`.";
    let info =
        InfoBuilder::new().title("Roost").version(env!("CARGO_PKG_VERSION")).description(Some(about)).build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn method(method: &http::Method) -> Option<HttpMethod> {
    match method.as_str() {
        "GET" => Some(HttpMethod::Get),
        "POST" => Some(HttpMethod::Post),
        "PUT" => Some(HttpMethod::Put),
        "PATCH" => Some(HttpMethod::Patch),
        "DELETE" => Some(HttpMethod::Delete),
        _ => None,
    }
}

fn leans_on(doc: &Doc) -> impl Iterator<Item = (String, RefOr<Schema>)> {
    let answer = match &doc.gives.1 {
        Content::Json(named) => named.schemas.clone(),
        Content::Empty | Content::Other(_) => Vec::new(),
    };
    let body = doc.takes.iter().flat_map(|named| named.schemas.clone());
    let query = doc.query.iter().flat_map(|parameter| parameter.schemas.clone());
    answer.into_iter().chain(body).chain(query).collect::<Vec<_>>().into_iter()
}

fn operation(route: &Route, doc: &Doc) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .tag(doc.tag)
        .summary(Some(doc.summary))
        .operation_id(Some(operation_id(route)));
    for name in path_names(&route.path) {
        operation = operation.parameter(in_path(name));
    }
    for parameter in &doc.query {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(parameter.name)
                .parameter_in(ParameterIn::Query)
                .description(Some(parameter.means))
                .schema(Some(parameter.schema.clone())),
        );
    }
    if let Some(body) = &doc.takes {
        let content = ContentBuilder::new().schema(Some(body.schema.clone())).build();
        operation = operation.request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", content)
                .required(Some(Required::True))
                .build(),
        ));
    }
    if route.public {
        operation.responses(responses(doc))
    } else {
        operation
            .responses(responses(doc))
            .security(SecurityRequirement::new("token", Vec::<String>::new()))
            .security(SecurityRequirement::new("login", Vec::<String>::new()))
    }
}

/// `post_sessions_id_stop` for `POST /api/v1/sessions/{id}/stop`.
fn operation_id(route: &Route) -> String {
    let words =
        route.path.trim_start_matches("/api/v1").replace(['{', '}', '*'], "").replace(['/', '.', '-'], "_");
    format!("{}{words}", route.method.as_str().to_ascii_lowercase())
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// Numbers are the only path parameters that are not ids.
fn in_path(name: &str) -> Parameter {
    let schema = if matches!(name, "seq" | "n") {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))
    } else {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(schema.build()))
        .build()
}

fn responses(doc: &Doc) -> ResponsesBuilder {
    let (status, content) = &doc.gives;
    let success = match content {
        Content::Empty => ResponseBuilder::new().description("Done."),
        Content::Json(named) => {
            let content = ContentBuilder::new().schema(Some(named.schema.clone())).build();
            ResponseBuilder::new().description("Done.").content("application/json", content)
        }
        Content::Other(media_type) => {
            ResponseBuilder::new().description("Done.").content(*media_type, ContentBuilder::new().build())
        }
    };
    let error = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorBody::name()))).build();
    let refused = ResponseBuilder::new()
        .description("Refused; `code` and `message` say why.")
        .content("application/json", error);
    ResponsesBuilder::new().response(status.to_string(), success).response("default", refused)
}
