//! Lines that go to the CLI: its greeting, a person's messages, requests of ours.

use app::sessions::model::{Effort, PermissionMode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A request of ours to a live agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// End the turn under way; messages the CLI holds still run.
    Interrupt,
    /// Change what may be done without asking.
    Mode(PermissionMode),
    /// Change the model; none is the CLI's default.
    Model(Option<String>),
    /// Change how hard the model thinks, from the next turn on.
    Effort(Effort),
    /// Give the conversation a title.
    Rename(String),
}

/// The first line to a new process. Its answer shows that the CLI is up and signed in; the title makes it name the
/// conversation it has really loaded (`session_title_changed`), which an unknown one never gets to.
#[must_use]
pub(crate) fn initialize(request_id: &str, title: &str) -> Value {
    let request = json!({"subtype": "initialize", "title": title});
    json!({"type": "control_request", "request_id": request_id, "request": request})
}

/// A request of ours as a line.
#[must_use]
pub(crate) fn control(request_id: &str, what: &Control) -> Value {
    let request = match what {
        Control::Interrupt => json!({"subtype": "interrupt"}),
        Control::Mode(mode) => json!({"subtype": "set_permission_mode", "mode": mode.as_str()}),
        Control::Model(model) => {
            json!({"subtype": "set_model", "model": model.as_deref().unwrap_or("default")})
        }
        Control::Effort(effort) => {
            json!({"subtype": "apply_flag_settings", "settings": {"effortLevel": effort.as_str()}})
        }
        Control::Rename(title) => json!({"subtype": "rename_session", "title": title, "source": "host"}),
    };
    json!({"type": "control_request", "request_id": request_id, "request": request})
}

/// A person's message as a line. Its id makes it run once, whoever repeats it.
#[must_use]
pub(crate) fn user_message(id: &str, text: &str, images: &[(String, Vec<u8>)]) -> Value {
    let mut content = vec![json!({"type": "text", "text": text})];
    content.extend(images.iter().map(|(media_type, bytes)| {
        let data = STANDARD.encode(bytes);
        json!({"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}})
    }));
    json!({
        "type": "user",
        "uuid": id,
        "session_id": "",
        "parent_tool_use_id": null,
        "message": {"role": "user", "content": content},
    })
}
