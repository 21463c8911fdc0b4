//! What a new process answers to the greeting: whether it is signed in, and which models it offers.

use app::sessions::model::{Effort, Model};
use serde_json::Value;

use super::value::{list, maybe, text};

/// Whether the CLI has an account to work with. One that does not tell is believed until a turn fails.
#[must_use]
pub(crate) fn signed_in(reply: &Value) -> bool {
    let Some(account) = reply.get("account") else {
        return true;
    };
    let says = |key: &str| account.get(key).and_then(Value::as_str).is_some_and(|source| source != "none");
    says("tokenSource")
        || says("apiKeySource")
        || account.get("apiProvider").is_some_and(|provider| provider != "firstParty")
}

/// The models it offers, in its order; none where it does not tell.
#[must_use]
pub(crate) fn models(reply: &Value) -> Vec<Model> {
    let model = |one: &Value| {
        let value = maybe(one, "value")?;
        let efforts = list(one, "supportedEffortLevels").iter().filter_map(Value::as_str);
        Some(Model {
            name: maybe(one, "displayName").unwrap_or_else(|| value.clone()),
            resolved: maybe(one, "resolvedModel"),
            about: text(one, "description").to_owned(),
            // A level that Roost cannot set is not offered.
            efforts: efforts.filter_map(Effort::parse).collect(),
            value,
        })
    };
    list(reply, "models").iter().filter_map(model).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn any_source_of_an_account_will_do() {
        assert!(signed_in(&json!({})));
        assert!(signed_in(
            &json!({"account": {"tokenSource": "none", "apiKeySource": "env", "apiProvider": "firstParty"}})
        ));
        assert!(signed_in(&json!({"account": {"tokenSource": "none", "apiProvider": "bedrock"}})));
        assert!(!signed_in(
            &json!({"account": {"tokenSource": "none", "apiKeySource": "none", "apiProvider": "firstParty"}})
        ));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let reply = json!({"models": [
            {"value": "opus", "resolvedModel": "claude-opus-5-5", "displayName": "Opus", "description": "Best",
             "supportedEffortLevels": ["low", "turbo", "max"]},
            {"displayName": "No name to call it by"},
            7,
            {"value": "bare"},
        ]});
        let found = models(&reply);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].name.as_str(), &found[0].efforts[..]),
            ("Opus", &[Effort::Low, Effort::Max][..])
        );
        assert_eq!((found[1].name.as_str(), found[1].resolved.as_deref()), ("bare", None));
        assert_eq!(models(&json!({"models": "none"})), []);
    }
}
