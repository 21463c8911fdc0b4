//! A person's decision as the CLI wants it. Built from the request as it came, so that nothing in it is lost.

use app::{
    approvals::model::{ApprovalKind, Decision, Verdict},
    error::AppError,
};
use serde_json::{Map, Value, json};

use super::value::{list, text};

/// The line that answers this request, without its newline.
///
/// # Errors
/// 400 when the decision does not fit the request: no answer to a question, an unknown suggestion.
pub(crate) fn answer(
    kind: ApprovalKind,
    request_id: &str,
    request: &Value,
    decision: &Decision,
) -> Result<Value, AppError> {
    let response = match decision.decision {
        Verdict::Deny => json!({"behavior": "deny", "message": denial(kind, decision), "interrupt": false}),
        Verdict::Allow => allowance(kind, request, decision)?,
    };
    Ok(json!({
        "type": "control_response",
        "response": {"subtype": "success", "request_id": request_id, "response": response},
    }))
}

fn denial(kind: ApprovalKind, decision: &Decision) -> String {
    let note = decision.message.as_deref().map(str::trim).filter(|note| !note.is_empty());
    match (note, kind) {
        (Some(note), _) => note.to_owned(),
        (None, ApprovalKind::Questions) => "The user does not want to answer this.".to_owned(),
        (None, ApprovalKind::Plan) => "The user does not approve this plan yet. Keep planning.".to_owned(),
        (None, ApprovalKind::Tool) => "The user does not want this to run.".to_owned(),
    }
}

fn allowance(kind: ApprovalKind, request: &Value, decision: &Decision) -> Result<Value, AppError> {
    let mut response = Map::new();
    response.insert("behavior".to_owned(), "allow".into());
    let input = request.get("input").cloned().unwrap_or_default();
    match kind {
        ApprovalKind::Questions => {
            response.insert("updatedInput".to_owned(), answered(input, decision)?);
        }
        ApprovalKind::Tool | ApprovalKind::Plan => {
            let input = match &decision.updated_input {
                Some(Value::Object(edited)) => Value::Object(edited.clone()),
                Some(_) => {
                    return Err(AppError::invalid("updated_input", "The edited input must be an object."));
                }
                None => input,
            };
            response.insert("updatedInput".to_owned(), input);
        }
    }
    let mut updates = Vec::new();
    if let Some(index) = decision.remember {
        let proposal = list(request, "permission_suggestions").get(index as usize);
        let proposal =
            proposal.ok_or_else(|| AppError::invalid("remember", "There is no such suggestion."))?;
        updates.push(proposal.clone());
    }
    if let Some(mode) = decision.next_mode.filter(|_| kind == ApprovalKind::Plan) {
        updates.push(json!({"type": "setMode", "mode": mode.as_str(), "destination": "session"}));
    }
    if !updates.is_empty() {
        response.insert("updatedPermissions".to_owned(), updates.into());
    }
    Ok(Value::Object(response))
}

/// The input of `AskUserQuestion` with every question answered by its text.
fn answered(mut input: Value, decision: &Decision) -> Result<Value, AppError> {
    let answers = decision.answers.clone().unwrap_or_default();
    for question in list(&input, "questions") {
        let asked = text(question, "question");
        if answers.get(asked).is_none_or(|answer| answer.trim().is_empty()) {
            return Err(AppError::invalid("answers", format!("This question has no answer: {asked}")));
        }
    }
    if let Some(input) = input.as_object_mut() {
        input.insert("answers".to_owned(), serde_json::to_value(answers).unwrap_or_default());
    }
    Ok(input)
}
