//! Which grammar a text has, and which of the few classes its scopes fall into. Never looks at a text itself.

use std::{path::Path, sync::LazyLock};

use syntect::parsing::{Scope, SyntaxReference, SyntaxSet};

/// All grammars, loaded with the first use.
pub(super) static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scopes to classes; of two that fit, the first one counts. An empty class ends the search: what is inside is plain.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    [
        ("comment", "hl-c"),
        ("meta.interpolation", ""),
        ("meta.embedded", ""),
        ("constant.character.escape", "hl-n"),
        ("string", "hl-s"),
        ("constant", "hl-n"),
        ("support.constant", "hl-n"),
        ("entity.name.function", "hl-f"),
        ("entity.name.macro", "hl-f"),
        ("variable.function", "hl-f"),
        ("support.function", "hl-f"),
        ("support.macro", "hl-f"),
        ("entity.other.attribute-name", "hl-f"),
        ("entity.name.tag", "hl-k"),
        ("entity.name", "hl-t"),
        ("entity.other.inherited-class", "hl-t"),
        ("support.type", "hl-t"),
        ("support.class", "hl-t"),
        ("keyword.operator.word", "hl-k"),
        ("keyword.operator.logical.python", "hl-k"),
        ("keyword.operator", "hl-o"),
        ("keyword", "hl-k"),
        ("storage.type.primitive", "hl-t"),
        ("storage.type.numeric", "hl-t"),
        ("storage", "hl-k"),
        ("variable.parameter", "hl-v"),
        ("variable.language", "hl-v"),
        ("markup.inserted", "hl-a"),
        ("markup.deleted", "hl-d"),
        ("markup.heading", "hl-k"),
        ("markup.raw", "hl-s"),
    ]
    .into_iter()
    .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class)))
    .collect()
});

/// The key of a mapping, which grammars scope as a string too.
static KEY: LazyLock<Option<Scope>> = LazyLock::new(|| Scope::new("meta.mapping.key").ok());

/// The class of text under these scopes, the innermost last.
pub(super) fn class_of(stack: &[Scope]) -> Option<&'static str> {
    let class = |scope: &Scope| {
        CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class)
    };
    let found = stack.iter().rev().find_map(class).filter(|class| !class.is_empty())?;
    let key = found == "hl-s" && KEY.is_some_and(|key| stack.iter().any(|scope| key.is_prefix_of(*scope)));
    Some(if key { "hl-v" } else { found })
}

/// The grammar of a language or of a file, if there is one that colours anything.
pub(super) fn syntax_for(lang_or_path: &str) -> Option<&'static SyntaxReference> {
    let name = Path::new(lang_or_path.trim()).file_name()?.to_str()?;
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    let token = |token: &str| SYNTAXES.find_syntax_by_token(alias(&token.to_ascii_lowercase()));
    let syntax = token(name).or_else(|| extension.and_then(token))?;
    (syntax.name != "Plain Text").then_some(syntax)
}

/// Names that models and people use for a language and the grammars do not.
fn alias(token: &str) -> &str {
    match token {
        "shell" | "shellscript" | "console" | "shell-session" | "zsh" | "sh-session" => "bash",
        "golang" => "go",
        "csharp" | "c#" => "cs",
        "jsonc" | "json5" | "jsonl" | "ndjson" => "json",
        "mjs" | "cjs" | "node" => "js",
        "mts" | "cts" => "ts",
        "jsx" => "tsx",
        "patch" => "diff",
        "docker" | "containerfile" => "dockerfile",
        "make" => "makefile",
        "rustlang" => "rust",
        "protobuf" => "proto",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_found_by_every_usual_name() {
        const NAMES: &str = "rust rs a/b.rs ts typescript tsx App.tsx jsx js javascript py python bash sh \
            shell console go golang json jsonc toml Cargo.toml yaml yml css html sql diff \
            dockerfile Dockerfile Makefile c cpp c++ java kotlin swift ruby php markdown md \
            xml csharp lua graphql proto nix elixir";
        for name in NAMES.split_whitespace() {
            assert!(syntax_for(name).is_some(), "{name}");
        }
        for name in ["", "text", "txt", "no-such-language", "..", "/"] {
            assert!(syntax_for(name).is_none(), "{name}");
        }
    }
}
