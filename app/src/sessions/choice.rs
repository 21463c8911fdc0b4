//! What a session can be given, at its start and between turns: a model, an effort, a permission mode.

use serde::{Deserialize, Serialize};

use super::wire_enum::wire_enum;

wire_enum!(
    /// What the agent may do without asking; the CLI's own modes.
    PermissionMode {
        /// Asks before anything that changes something.
        Default = "default",
        /// Edits files in the project without asking.
        AcceptEdits = "acceptEdits",
        /// Only reads, and proposes a plan.
        Plan = "plan",
        /// The CLI's own classifier decides.
        Auto = "auto",
        /// Whatever would be asked is refused.
        DontAsk = "dontAsk",
        /// Asks nothing; needs the project's consent in the configuration.
        BypassPermissions = "bypassPermissions",
    }
);
wire_enum!(
    /// How hard the model thinks.
    Effort {
        /// Quick.
        Low = "low",
        /// Balanced.
        Medium = "medium",
        /// Thorough.
        High = "high",
        /// Very thorough.
        Xhigh = "xhigh",
        /// Without a limit.
        Max = "max",
    }
);

impl PermissionMode {
    /// The mode in words, as a menu shows it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Default => "Ask first",
            Self::AcceptEdits => "Accept edits",
            Self::Plan => "Plan only",
            Self::Auto => "Auto",
            Self::DontAsk => "Refuse, never ask",
            Self::BypassPermissions => "Bypass permissions",
        }
    }
}

/// A model that agents offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Model {
    /// What a session's choice names it by: an alias such as `opus`, or a full name.
    pub value: String,
    /// The full name that it stands for today, if the agent tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
    /// How it is shown.
    pub name: String,
    /// In a line, what it is good for and what it costs; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// How hard it can be told to think; empty where the agent does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub efforts: Vec<Effort>,
}

impl Model {
    /// The value of the CLI's own choice.
    pub const DEFAULT: &str = "default";

    /// The aliases that every CLI knows, for as long as no agent has told what its account has.
    #[must_use]
    pub fn aliases() -> Vec<Self> {
        let alias = |(value, name): (&str, &str)| Self {
            value: value.to_owned(),
            resolved: None,
            name: name.to_owned(),
            about: String::new(),
            efforts: Vec::new(),
        };
        [(Self::DEFAULT, "Default"), ("opus", "Opus"), ("sonnet", "Sonnet"), ("haiku", "Haiku")]
            .map(alias)
            .to_vec()
    }

    /// Whether this is a session's choice, by its own name or by the full one that the agent reports.
    #[must_use]
    pub fn is(&self, chosen: Option<&str>) -> bool {
        match chosen {
            None => self.value == Self::DEFAULT,
            Some(chosen) if self.value == Self::DEFAULT => chosen == Self::DEFAULT,
            Some(chosen) => chosen == self.value || self.resolved.as_deref() == Some(chosen),
        }
    }

    /// Whether it can be told to think this hard, as far as is known.
    #[must_use]
    pub fn takes(&self, effort: Effort) -> bool {
        self.efforts.is_empty() || self.efforts.contains(&effort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_chosen_by_its_own_name_or_the_full_one() {
        let model = |value: &str| Model {
            value: value.to_owned(),
            resolved: Some("claude-opus-5-5".to_owned()),
            efforts: vec![Effort::Low],
            ..Model::aliases().remove(0)
        };
        assert!(model("opus").is(Some("opus")) && model("opus").is(Some("claude-opus-5-5")));
        assert!(!model("opus").is(None) && !model("opus").is(Some("claude-opus-4-1")));
        // What stands for the same is not the default, unless nothing was chosen.
        assert!(model("default").is(None) && !model("default").is(Some("claude-opus-5-5")));
        assert!(model("opus").takes(Effort::Low) && !model("opus").takes(Effort::Max));
        assert!(Model::aliases()[1].takes(Effort::Max), "unknown is no reason to hide it");
    }
}
