//! The little of Roost's REST API that the demo uses, over loopback. Never goes through a proxy.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A client with a bearer token for one server.
pub(crate) struct Rest {
    agent: ureq::Agent,
    base: String,
    token: String,
}

impl Rest {
    /// A client for the server at `base`, such as `http://127.0.0.1:7676`.
    pub(crate) fn new(base: &str, token: &str) -> Self {
        let config = ureq::Agent::config_builder();
        let config =
            config.proxy(None).http_status_as_error(false).timeout_global(Some(Duration::from_secs(20)));
        Self { agent: config.build().new_agent(), base: base.to_owned(), token: token.to_owned() }
    }

    /// What `GET path` answers; any status but a success is an error with the server's words.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        let request = self.agent.get(format!("{}{path}", self.base));
        answer(path, request.header("authorization", format!("Bearer {}", self.token)).call())
    }

    /// What `POST path` answers to `body`; any status but a success is an error with the server's words.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base));
        answer(path, request.header("authorization", format!("Bearer {}", self.token)).send_json(body))
    }
}

fn answer(path: &str, sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value> {
    let mut response = sent.with_context(|| path.to_owned())?;
    let text = response.body_mut().read_to_string().with_context(|| path.to_owned())?;
    if !response.status().is_success() {
        bail!("{path}: {} {text}", response.status());
    }
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).with_context(|| format!("{path} answered what is no JSON"))
}
