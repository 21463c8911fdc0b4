//! What was found for the text in the box: names as it is typed, or lines as the server finds them.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::place::{Asked, Shelf};
use crate::{
    files::{
        api,
        model::{Match, Names, SearchEnd, SearchOptions, Span, escaped},
    },
    ids::ProjectId,
    ui::{Empty, Hear, Icon, IconName, Listening, Loading, browser, use_remote},
};

/// How long typing rests before contents are searched.
const REST: Duration = Duration::from_millis(250);

/// The list.
#[component]
pub(super) fn Results(
    /// How to look at one.
    shelf: Shelf,
    /// What is searched for.
    asked: Asked,
) -> impl IntoView {
    move || {
        if asked.contents.get() {
            view! { <InContents shelf=shelf asked=asked /> }.into_any()
        } else {
            view! { <InNames shelf=shelf asked=asked /> }.into_any()
        }
    }
}

#[component]
fn InNames(shelf: Shelf, asked: Asked) -> impl IntoView {
    let project = shelf.project;
    let remote = use_remote(move || api::names(project, asked.text.get().trim().to_owned(), asked.listed()));
    remote.show("Finding files", 4, move |names: Names| {
        if names.matches.is_empty() {
            return view! { <Empty icon=IconName::Search title="No file has such a name" /> }.into_any();
        }
        let left = (names.total as usize).saturating_sub(names.matches.len());
        let rows = names.matches.into_iter().map(|found| {
            let (path, words) = (found.path.clone(), marked(&found.path, &found.marks));
            view! {
                <button type="button" class="found" title=found.path on:click=move |_| shelf.go.run((Some(path.clone()), None))>
                    <Icon name=IconName::File />
                    <span class="found-path">{words}</span>
                </button>
            }
        });
        view! {
            <div class="found-list">{rows.collect_view()}</div>
            {(left > 0).then(|| view! { <p class="faint xs tree-note">{left} " more fit; type more to find them."</p> })}
            {names.partial.then(|| view! { <p class="faint xs tree-note">"The project has more files than are searched."</p> })}
        }
        .into_any()
    })
}

/// What a search of contents has given so far.
#[derive(Clone, Copy)]
struct Heard {
    matches: RwSignal<Vec<Match>>,
    /// How it ended; an error is one that was refused or cut off.
    end: RwSignal<Option<Result<SearchEnd, ()>>>,
    /// Why it was refused.
    why: RwSignal<Option<String>>,
}

#[component]
fn InContents(shelf: Shelf, asked: Asked) -> impl IntoView {
    let heard = Heard { matches: RwSignal::default(), end: RwSignal::new(None), why: RwSignal::new(None) };
    // Dropping one ends its search on the server.
    let listening = StoredValue::new_local(None::<Listening>);
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    let project = shelf.project;
    let searched = StoredValue::new(String::new());
    Effect::new(move |_| {
        let address = address(project, asked.text.get().trim(), &asked.searched());
        searched.set_value(address.clone());
        listening.set_value(None);
        heard.matches.set(Vec::new());
        heard.end.set(None);
        heard.why.set(None);
        let begin = move || {
            let hears: Vec<(&'static str, Hear)> = vec![
                // The browser asks again when the connection is lost, and the search begins anew.
                ("open", Box::new(move |_| heard.matches.set(Vec::new()))),
                (
                    "matches",
                    Box::new(move |some| {
                        let some: Vec<Match> = serde_json::from_str(&some).unwrap_or_default();
                        heard.matches.update(|all| all.extend(some));
                    }),
                ),
                (
                    "end",
                    Box::new(move |end| {
                        // Not at once: this is called by it.
                        let stop = move || {
                            let _ = listening.try_set_value(None);
                        };
                        set_timeout(stop, Duration::ZERO);
                        heard.end.set(Some(serde_json::from_str(&end).map_err(drop)));
                    }),
                ),
            ];
            let refused = move || {
                heard.end.set(Some(Err(())));
                // A stream of events is refused without a word.
                spawn_local(async move {
                    if let Err(error) = browser::refusal(&searched.get_value()).await {
                        let _ = heard.why.try_set(Some(error.message));
                    }
                });
            };
            listening.set_value(Some(Listening::to(&address, hears, refused)));
        };
        if let Some(before) = waiting.get_value() {
            before.clear();
        }
        waiting.set_value(set_timeout_with_handle(begin, REST).ok());
    });
    on_cleanup(move || {
        if let Some(before) = waiting.try_get_value().flatten() {
            before.clear();
        }
        listening.try_set_value(None);
    });
    let state = move || match heard.end.get() {
        None if heard.matches.with(Vec::is_empty) => view! { <Loading what="Searching" /> }.into_any(),
        None => view! { <p class="faint xs tree-note" role="status">"Searching…"</p> }.into_any(),
        Some(Err(())) => {
            let general = "Look at the expression and at the names of files, or try again.";
            let text = Signal::derive(move || heard.why.get().unwrap_or_else(|| general.to_owned()));
            view! { <Empty icon=IconName::Warning title="This could not be searched for" text=text /> }
                .into_any()
        }
        Some(Ok(end)) if end.matches == 0 => {
            let text = format!("{} files were searched.", end.files);
            view! { <Empty icon=IconName::Search title="Not found" text=text /> }.into_any()
        }
        Some(Ok(end)) => {
            let lines = if end.matches == 1 { "line" } else { "lines" };
            let words = if end.capped {
                format!("The first {} lines are shown.", end.matches)
            } else {
                format!("{} {lines} in {} searched files.", end.matches, end.files)
            };
            view! { <p class="faint xs tree-note" role="status">{words}</p> }.into_any()
        }
    };
    let key = |found: &Match| (found.path.clone(), found.line);
    view! {
        <div class="found-list">
            <For each=move || heard.matches.get() key=key let:found>
                <Line shelf=shelf found=found />
            </For>
        </div>
        {state}
    }
}

#[component]
fn Line(shelf: Shelf, found: Match) -> impl IntoView {
    let (path, line) = (found.path.clone(), found.line);
    let go = move |_| {
        shelf.go.run((Some(path.clone()), Some((line, line))));
        // The same line again is no change of the address.
        browser::reveal(&format!("L{line}"));
    };
    let place = format!("{}:{line}", found.path);
    view! {
        <button type="button" class="found lines" title=found.path on:click=go>
            <span class="found-path faint xs">{place}</span>
            <code class="found-text">{marked(&found.excerpt, &found.marks)}</code>
        </button>
    }
    .into_any()
}

/// The text with what was found in it marked.
fn marked(text: &str, marks: &[Span]) -> AnyView {
    let characters: Vec<char> = text.chars().collect();
    let piece = |from: usize, to: usize| -> String {
        let to = to.min(characters.len());
        characters[from.min(to)..to].iter().collect()
    };
    let mut at = 0;
    let mut pieces = Vec::new();
    for mark in marks {
        let (start, end) = (mark.start as usize, mark.end as usize);
        pieces.push((piece(at, start), piece(start, end)));
        at = end;
    }
    let rest = piece(at, characters.len());
    let pieces = pieces.into_iter().map(|(plain, found)| view! { {plain} <mark>{found}</mark> });
    view! { {pieces.collect_view()} {rest} }.into_any()
}

fn address(project: ProjectId, text: &str, options: &SearchOptions) -> String {
    let SearchOptions { regex, word, case, globs, hidden, ignored } = options;
    format!(
        "/api/v1/projects/{project}/files/search?q={}&globs={}&regex={regex}&word={word}&case={case}&hidden={hidden}&ignored={ignored}",
        escaped(text),
        escaped(globs)
    )
}
