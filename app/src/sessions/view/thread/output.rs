//! What a tool printed: its beginning and its end, and all of it on demand.

use leptos::prelude::*;

use crate::{
    sessions::{
        api,
        event::Excerpt,
        view::{
            here::here,
            words::{bytes, count, plain},
        },
    },
    ui::use_call,
};

/// Lines shown of the beginning and of the end while an output is folded.
const HEAD: usize = 10;
const TAIL: usize = 8;

/// What is shown of an output while it is folded: beginning, words for what is left out, end.
#[derive(Debug, PartialEq, Eq)]
struct Fold {
    head: String,
    gap: Option<String>,
    tail: String,
}

fn fold(excerpt: &Excerpt, head_lines: usize, tail_lines: usize) -> Fold {
    let text = plain(excerpt.head.trim_end_matches('\n'));
    let end = plain(excerpt.tail.trim_end_matches('\n'));
    if excerpt.omitted > 0 {
        let tail: Vec<&str> = end.lines().collect();
        return Fold {
            head: text.lines().take(head_lines).collect::<Vec<_>>().join("\n"),
            gap: Some(format!("{} in all", bytes((text.len() + end.len()) as u64 + excerpt.omitted))),
            tail: tail[tail.len().saturating_sub(tail_lines)..].join("\n"),
        };
    }
    let lines: Vec<&str> = text.lines().collect();
    // Folding three lines away would not be worth the click.
    if lines.len() <= head_lines + tail_lines + 3 {
        return Fold { head: text, gap: None, tail: String::new() };
    }
    let hidden = lines.len() - head_lines - tail_lines;
    Fold {
        head: lines[..head_lines].join("\n"),
        gap: Some(count(hidden as u64, "more line")),
        tail: lines[lines.len() - tail_lines..].join("\n"),
    }
}

/// An output, folded where it is long.
#[component]
pub fn Output(
    /// The result it belongs to.
    seq: u64,
    /// Its beginning and end.
    excerpt: Excerpt,
    /// Whether it is an error's.
    #[prop(optional)]
    error: bool,
    /// Whether it is a list to pick from the top of, not a story with an end.
    #[prop(optional)]
    list: bool,
) -> impl IntoView {
    let here = here();
    let call = use_call();
    let all = RwSignal::new(None::<String>);
    let Fold { head, gap, tail } = if list { fold(&excerpt, 20, 0) } else { fold(&excerpt, HEAD, TAIL) };
    let has_gap = gap.is_some();
    let whole = StoredValue::new((excerpt.omitted == 0).then(|| plain(excerpt.head.trim_end_matches('\n'))));
    let show = move |_| match whole.get_value() {
        Some(text) => all.set(Some(text)),
        None => call.run(api::output(here.id, seq), move |text| all.set(Some(plain(&text)))),
    };
    let folded = StoredValue::new((head, gap.unwrap_or_default(), tail));
    move || {
        if let Some(text) = all.get() {
            return view! {
                <pre class="out whole" class:error=error tabindex="0">{text}</pre>
                <button type="button" class="more" on:click=move |_| all.set(None)>"Show less"</button>
            }
            .into_any();
        }
        let (head, gap, tail) = folded.get_value();
        if head.is_empty() && tail.is_empty() {
            return ().into_any();
        }
        view! {
            <pre class="out" class:error=error>{head}</pre>
            {has_gap
                .then(|| {
                    view! {
                        <button type="button" class="more" disabled=call.busy on:click=show>
                            {gap} " · " {move || if call.busy.get() { "Loading…" } else { "Show all" }}
                        </button>
                    }
                })}
            {(!tail.is_empty()).then(|| view! { <pre class="out" class:error=error>{tail}</pre> })}
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: usize) -> Excerpt {
        let head = (0..lines).map(|n| format!("{n}\n")).collect();
        Excerpt { head, ..Excerpt::default() }
    }

    #[test]
    fn a_long_output_shows_both_ends() {
        assert_eq!(fold(&text(21), 10, 8).gap, None);
        let folded = fold(&text(100), 10, 8);
        assert_eq!(folded.gap.as_deref(), Some("82 more lines"));
        assert!(folded.head.ends_with('9') && folded.tail.starts_with("92") && folded.tail.ends_with("99"));
    }

    #[test]
    fn a_cut_output_says_how_long_it_is() {
        let cut = Excerpt { head: "a\nb\n".into(), tail: "y\nz\n".into(), omitted: 10_000 };
        let folded = fold(&cut, 10, 8);
        assert_eq!((folded.head.as_str(), folded.tail.as_str()), ("a\nb", "y\nz"));
        assert_eq!(folded.gap.as_deref(), Some("9 KB in all"));
        assert_eq!(fold(&text(40), 20, 0).tail, "");
    }
}
