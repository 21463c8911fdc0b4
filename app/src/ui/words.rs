//! A sentence in which `backticks` mark code, as the server writes them. Never HTML.

use leptos::prelude::*;

/// The sentence, its code set as code.
#[component]
pub fn Words(
    /// The sentence.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let parts = parts(&text);
    parts
        .into_iter()
        .map(|(code, part)| if code { view! { <code>{part}</code> }.into_any() } else { part.into_any() })
        .collect_view()
        .into_any()
}

/// The parts of `text`, each with whether it is code; a backtick without its other is one.
fn parts(text: &str) -> Vec<(bool, String)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('`')
        && let Some((code, after)) = from.split_once('`')
    {
        parts.push((false, before.to_owned()));
        parts.push((true, code.to_owned()));
        rest = after;
    }
    parts.push((false, rest.to_owned()));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_backticks_are_code() {
        let found = |text| {
            parts(text)
                .iter()
                .map(|(code, part)| if *code { format!("<{part}>") } else { part.clone() })
                .collect::<String>()
        };
        assert_eq!(found("Run `roost link` there."), "Run <roost link> there.");
        assert_eq!(found("`a``b`"), "<a><b>");
        assert_eq!(found("an odd ` one"), "an odd ` one");
        assert_eq!(found(""), "");
    }
}
