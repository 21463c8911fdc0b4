//! The list of sessions: those that need a person first, then the latest; by project, by text, or the archived ones.

use leptos::{ev::Event, html, prelude::*, task::spawn_local, web_sys::Element};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{dom, row::SessionRow};
use crate::{
    boot::Boot,
    error::AppError,
    ids::{ProjectId, SessionId},
    layout::FirstPaint,
    projects::store::ProjectsStore,
    sessions::{api, model::SessionFilter, store::SessionsStore},
    time::Millis,
    ui::{Button, ButtonLink, Empty, Failing, IconName, Loading, Look, Menu, MenuItem, use_shortcut},
};

/// Sessions read at once; the server's own default.
const PAGE: usize = 50;
/// How near the end of the list the next page is read, in pixels.
const NEAR: i32 = 600;

/// What the list shows, and how far it has been read.
#[derive(Clone, Copy)]
struct Listing {
    project: Option<ProjectId>,
    text: RwSignal<String>,
    archived: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    more: RwSignal<bool>,
    cursor: StoredValue<Option<Millis>>,
    round: StoredValue<u32>,
}

impl Listing {
    fn new(project: Option<ProjectId>) -> Self {
        // What the page was drawn with is the first page of this list, as long as nothing was clicked.
        let drawn = if FirstPaint::is_now() {
            with_context::<Boot, _>(|boot| {
                (boot.sessions.len(), boot.sessions.last().map(|card| card.updated_at))
            })
        } else {
            None
        };
        let (more, cursor) = drawn.map_or((false, None), |(count, last)| (count >= PAGE, last));
        Self {
            project,
            text: RwSignal::new(String::new()),
            archived: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            more: RwSignal::new(more),
            cursor: StoredValue::new(cursor),
            round: StoredValue::new(0),
        }
    }

    fn rows(self, sessions: SessionsStore) -> Vec<SessionId> {
        let (archived, text) = (self.archived.get(), self.text.get().trim().to_lowercase());
        let wanted = |row: &&crate::sessions::store::Row| {
            row.archived == archived
                && self.project.is_none_or(|place| row.project_id == place || row.worktree_id == Some(place))
                && (text.is_empty() || row.name.to_lowercase().contains(&text))
        };
        sessions.rows.with(|rows| rows.iter().filter(wanted).map(|row| row.id).collect())
    }

    /// Reads the first page, or the one after what was read. An answer to an older question is dropped.
    fn read(self, sessions: SessionsStore, on: bool) {
        if on && (self.busy.get_untracked() || !self.more.get_untracked()) {
            return;
        }
        let Some(round) = self.round.try_update_value(|round| {
            *round += 1;
            *round
        }) else {
            return;
        };
        let filter = SessionFilter {
            project_id: self.project,
            archived: self.archived.get_untracked(),
            text: Some(self.text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty()),
            limit: None,
            before: self.cursor.get_value().filter(|_| on),
        };
        self.busy.set(true);
        spawn_local(async move {
            let page = api::list(filter).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.busy.set(false);
            match page {
                Ok(cards) => {
                    self.error.set(None);
                    self.more.set(cards.len() >= PAGE);
                    self.cursor.set_value(cards.last().map(|card| card.updated_at));
                    sessions.take(cards);
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}

/// The list, of one project if given.
#[component]
pub fn SessionList(
    /// Of this project only.
    #[prop(optional_no_strip)]
    project: Option<ProjectId>,
) -> impl IntoView {
    let sessions = expect_context::<SessionsStore>();
    let listing = Listing::new(project);
    let fresh = FirstPaint::is_now();
    // Reads when the filter changes, and when cards may have been forgotten; not what the server has just drawn.
    Effect::new(move |before: Option<()>| {
        listing.archived.track();
        listing.text.track();
        sessions.epoch.track();
        if before.is_some() || !fresh {
            listing.read(sessions, false);
        }
    });
    let rows = Memo::new(move |_| listing.rows(sessions));
    let scrolled = move |event: Event| {
        let element: Element = event_target(&event);
        if element.scroll_height() - element.scroll_top() - element.client_height() < NEAR {
            listing.read(sessions, true);
        }
    };
    use_shortcut("j", "Next in a list", || dom::step_focus(".list .item", true));
    use_shortcut("k", "Previous in a list", || dom::step_focus(".list .item", false));
    view! {
        <section class="list" aria-label="Sessions">
            <ListBar listing=listing />
            <div class="scroll" on:scroll=scrolled>
                <For each=move || rows.get() key=|id| *id let:id>
                    <SessionRow id=id project=project />
                </For>
                {move || {
                    let empty = rows.with(Vec::is_empty);
                    match (empty, listing.error.get()) {
                        (true, Some(error)) => {
                            let retry = Callback::new(move |()| listing.read(sessions, false));
                            view! { <Failing error=error retry=retry /> }.into_any()
                        }
                        (true, None) if listing.busy.get() => {
                            view! { <Loading what="Loading sessions" lines=5 /> }.into_any()
                        }
                        (true, None) => nothing(listing),
                        (false, _) if listing.busy.get() && listing.more.get() => {
                            view! { <p class="list-end faint xs">"Loading more…"</p> }.into_any()
                        }
                        (false, _) => ().into_any(),
                    }
                }}
            </div>
        </section>
    }
}

/// The list's title, its search, its filter and the way to a new session.
#[component]
fn ListBar(
    /// What it filters.
    listing: Listing,
) -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let project = listing.project;
    let title = move || {
        let name = project.and_then(|project| projects.get(project)).map(|project| project.name);
        match (name, listing.archived.get()) {
            (Some(name), false) => name,
            (Some(name), true) => format!("{name} · archived"),
            (None, false) => "Sessions".to_owned(),
            (None, true) => "Archived sessions".to_owned(),
        }
    };
    let searching = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let search = move || {
        searching.set(true);
        request_animation_frame(move || {
            if let Some(field) = field.try_get_untracked().flatten() {
                let _ = field.focus();
                field.select();
            }
        });
    };
    let stop = move || {
        searching.set(false);
        listing.text.set(String::new());
    };
    use_shortcut("/", "Search", search);
    use_shortcut("ctrl+k", "Search", search);
    let href = project.map_or_else(|| "/new".to_owned(), |project| format!("/new?project={project}"));
    view! {
        <header class="bar">
            <h2 class="grow clip">{title}</h2>
            <Button
                look=Look::Quiet
                icon=IconName::Search
                label="Search (/)"
                pressed=searching
                on_click=move |()| if searching.get_untracked() { stop() } else { search() }
            />
            <Filter listing=listing />
            <ButtonLink href=href look=Look::Primary key="N">
                "New"
            </ButtonLink>
        </header>
        <Show when=move || searching.get()>
            <div class="list-search">
                <input
                    type="search"
                    class="input"
                    node_ref=field
                    placeholder="Search by name"
                    aria-label="Search sessions by name"
                    autocomplete="off"
                    prop:value=listing.text
                    on:input=move |event| listing.text.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            event.prevent_default();
                            stop();
                        }
                    }
                />
            </div>
        </Show>
    }
}

/// Which project, and whether the archived ones.
#[component]
fn Filter(
    /// What it filters.
    listing: Listing,
) -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let project = listing.project;
    let navigate = StoredValue::new(use_navigate());
    let go = move |to: Option<ProjectId>| {
        let href = to.map_or_else(|| "/sessions".to_owned(), |to| format!("/sessions?project={to}"));
        navigate.with_value(|navigate| navigate(&href, NavigateOptions::default()));
    };
    let known = move || {
        projects.all.with(|all| {
            all.iter()
                .filter(|one| !one.archived || Some(one.id) == project)
                .map(|one| (one.id, one.name.clone()))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <Menu label="Filter the list" icon=IconName::Folder>
            <MenuItem chosen=Signal::stored(project.is_none()) on_select=move |()| go(None)>
                "All projects"
            </MenuItem>
            <For each=known key=|(id, name)| (*id, name.clone()) let:one>
                <MenuItem chosen=Signal::stored(project == Some(one.0)) on_select=move |()| go(Some(one.0))>
                    {one.1.clone()}
                </MenuItem>
            </For>
            <hr />
            <MenuItem
                icon=IconName::Archive
                on=listing.archived
                on_select=move |()| listing.archived.update(|archived| *archived = !*archived)
            >
                "Archived"
            </MenuItem>
        </Menu>
    }
}

/// Why the list is empty, and what to do about it; drawn anew when that changes.
fn nothing(listing: Listing) -> AnyView {
    let projects = expect_context::<ProjectsStore>();
    if !listing.text.with(String::is_empty) {
        let clear = move |()| listing.text.set(String::new());
        return view! {
            <Empty icon=IconName::Search title="Nothing matches" text="No session of this list has that in its name.">
                <Button on_click=clear>"Clear the search"</Button>
            </Empty>
        }
        .into_any();
    }
    if listing.archived.get() {
        let back = move |()| listing.archived.set(false);
        return view! {
            <Empty icon=IconName::Archive title="Nothing is archived" text="Sessions that you put away are kept here.">
                <Button on_click=back>"Back to the others"</Button>
            </Empty>
        }
        .into_any();
    }
    if projects.all.with(Vec::is_empty) {
        return view! {
            <Empty icon=IconName::Folder title="No project yet" text="Agents work in a directory. Add one, and start from there.">
                <ButtonLink href="/projects" look=Look::Primary icon=IconName::Plus>"Add a project"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let href = listing.project.map_or_else(|| "/new".to_owned(), |project| format!("/new?project={project}"));
    view! {
        <Empty icon=IconName::Sessions title="No session yet" text="Say what is to be done; an agent gets to work and asks when it has to.">
            <ButtonLink href=href icon=IconName::Plus>"Start one"</ButtonLink>
        </Empty>
    }
    .into_any()
}
