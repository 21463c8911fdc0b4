//! Where one can go: the places with their counts, and the projects with their states. Only what exists has a link.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::banners::OfflineMark;
use crate::{
    approvals::store::ApprovalsStore,
    ids::ProjectId,
    projects::{model::Counts, store::ProjectsStore},
    terminals::{
        model::{Terminal, TerminalStatus},
        store::TerminalsStore,
    },
    ui::{ButtonLink, Icon, IconName, Kbd, Look, StatusDot, Tone},
};

/// A place with its picture and address.
const PLACES: [(&str, IconName, &str, &str); 5] = [
    ("Inbox", IconName::Inbox, "/inbox", "G I"),
    ("Sessions", IconName::Sessions, "/sessions", "G S"),
    ("Terminals", IconName::Terminal, "/terminals", "G E"),
    ("Projects", IconName::Folder, "/projects", "G P"),
    ("Settings", IconName::Settings, "/settings", "G T"),
];

/// Whether the page at `path` belongs to the place at `href`.
fn is_at(path: &str, href: &str) -> bool {
    match href {
        "/inbox" => path == "/" || path == "/inbox",
        "/sessions" => path.starts_with("/sessions") || path == "/new",
        _ => path.starts_with(href),
    }
}

/// The word for the place that the page in view belongs to.
#[must_use]
pub fn use_place_name() -> Signal<String> {
    let path = use_location().pathname;
    Signal::derive(move || {
        let at = path.with(|path| PLACES.iter().find(|(.., href, _)| is_at(path, href)));
        at.map_or("Not found", |(word, ..)| word).to_owned()
    })
}

fn use_waiting() -> Signal<usize> {
    let approvals = expect_context::<ApprovalsStore>();
    Memo::new(move |_| approvals.pending()).into()
}

/// The column at the left; a rail of pictures on a tablet.
#[component]
pub fn Places() -> impl IntoView {
    let [inbox, sessions, terminals, projects, settings] = PLACES;
    let (waiting, store) = (use_waiting(), expect_context::<ProjectsStore>());
    let total = Memo::new(move |_| {
        store.all.with(|all| {
            all.iter().filter(|project| !project.archived).map(|project| project.counts.total as usize).sum()
        })
    });
    let shells = expect_context::<TerminalsStore>();
    let running = Memo::new(move |_| {
        let runs = |one: &&Terminal| one.session_id.is_none() && one.status == TerminalStatus::Running;
        shells.all.with(|all| all.iter().filter(runs).count())
    });
    view! {
        <nav class="places" aria-label="Places">
            <div class="brand">
                <img src="/favicon.svg" alt="" width="20" height="20" />
                <span class="word">"Roost"</span>
                <OfflineMark class="" />
            </div>
            <Place place=inbox count=waiting hot=true />
            <Place place=sessions count=total />
            <Place place=terminals count=running />
            <Place place=projects />
            <div class="label">
                "Projects"
                <ButtonLink
                    href="/projects?add"
                    look=Look::Quiet
                    icon=IconName::Plus
                    label="Add a project"
                />
            </div>
            <ProjectPlaces />
            <div class="places-end">
                <Place place=settings />
            </div>
        </nav>
    }
    .into_any()
}

#[component]
fn Place(
    place: (&'static str, IconName, &'static str, &'static str),
    #[prop(optional, into)] count: Signal<usize>,
    #[prop(optional)] hot: bool,
) -> impl IntoView {
    let (word, icon, href, keys) = place;
    let path = use_location().pathname;
    let within = move || path.with(|path| is_at(path, href));
    let on = move || within() && path.with(|path| href != "/projects" || path == href);
    view! {
        <a
            class="place"
            class:on=on
            class:within=within
            href=href
            title=word
            aria-current=move || on().then_some("page")
            aria-keyshortcuts=keys
        >
            <Icon name=icon />
            <span class="word">{word}</span>
            <Show when=move || { count.get() > 0 }>
                <span class="n" class:hot=hot>
                    {count}
                </span>
            </Show>
        </a>
    }
    .into_any()
}

/// Which of the five states stands for a project.
#[must_use]
pub fn tone_of(counts: Counts) -> (Tone, &'static str) {
    match counts {
        counts if counts.waiting > 0 => (Tone::Waiting, "Needs you"),
        counts if counts.running > 0 => (Tone::Running, "Running"),
        counts if counts.idle > 0 => (Tone::Idle, "Live, at rest"),
        _ => (Tone::Resting, "At rest"),
    }
}

#[component]
fn ProjectPlaces() -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let ids = Memo::new(move |_| {
        store.all.with(|all| {
            all.iter().filter(|project| !project.archived).map(|project| project.id).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || ids.get() key=|id| *id let:id>
            <ProjectPlace id=id />
        </For>
    }
    .into_any()
}

#[component]
fn ProjectPlace(id: ProjectId) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let card =
        Memo::new(move |_| store.get(id).map(|project| (project.name, project.counts)).unwrap_or_default());
    let path = use_location().pathname;
    let on = move || {
        path.with(|path| {
            path.strip_prefix("/projects/")
                .is_some_and(|rest| rest.split('/').next() == Some(&id.to_string()))
        })
    };
    let tone = Signal::derive(move || tone_of(card.get().1).0);
    let word = Signal::derive(move || tone_of(card.get().1).1.to_owned());
    // What waits outweighs what runs; finished sessions are no news.
    let count = move || {
        let Counts { waiting, running, idle, .. } = card.get().1;
        if waiting > 0 { waiting } else { running + idle }
    };
    view! {
        <a
            class="place project"
            class:on=on
            href=format!("/projects/{id}")
            aria-current=move || on().then_some("page")
        >
            <span class="mark">
                <StatusDot tone=tone word=word />
            </span>
            <span class="clip">{move || card.get().0}</span>
            <Show when=move || { count() > 0 }>
                <span class="n" class:hot=move || { card.get().1.waiting > 0 }>
                    {count}
                </span>
            </Show>
        </a>
    }
    .into_any()
}

/// The places at the bottom of a phone.
#[component]
pub fn PlacesBelow() -> impl IntoView {
    let (path, waiting) = (use_location().pathname, use_waiting());
    let places = PLACES.map(|(word, icon, href, _)| {
        let on = move || path.with(|path| is_at(path, href));
        let count = move || if href == "/inbox" { waiting.get() } else { 0 };
        view! {
            <a href=href class:on=on aria-current=move || on().then_some("page")>
                <Icon name=icon />
                {word}
                <Show when=move || { count() > 0 }>
                    <span class="n">{count}</span>
                </Show>
            </a>
        }
    });
    view! {
        <nav class="tabs-bottom" aria-label="Places">
            {places.into_iter().collect_view()}
        </nav>
    }
    .into_any()
}

/// The keys of a sequence, each in its cap.
#[component]
pub fn Keys(
    /// Such as `g i` or `ctrl+k`.
    keys: &'static str,
) -> impl IntoView {
    let caps = keys.split([' ', '+']).map(|key| {
        let cap = match key {
            "Escape" => "Esc".to_owned(),
            "ctrl" => "Ctrl".to_owned(),
            "shift" => "Shift".to_owned(),
            "Space" => "Space".to_owned(),
            "Enter" => "↵".to_owned(),
            key => key.to_uppercase(),
        };
        view! { <Kbd key=cap /> }
    });
    caps.collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_one_place() {
        for (path, place) in [
            ("/", "/inbox"),
            ("/inbox", "/inbox"),
            ("/sessions/x", "/sessions"),
            ("/new", "/sessions"),
            ("/terminals/x", "/terminals"),
            ("/projects/x", "/projects"),
            ("/settings", "/settings"),
        ] {
            let found: Vec<_> = PLACES.iter().filter(|(.., href, _)| is_at(path, href)).collect();
            assert_eq!(found.len(), 1, "{path}");
            assert_eq!(found[0].2, place);
        }
    }

    #[test]
    fn what_needs_a_person_outweighs_the_rest() {
        let counts = Counts { waiting: 1, running: 3, idle: 2, total: 9 };
        assert_eq!(tone_of(counts).0, Tone::Waiting);
        assert_eq!(tone_of(Counts { waiting: 0, ..counts }).0, Tone::Running);
        assert_eq!(tone_of(Counts::default()).0, Tone::Resting);
    }
}
