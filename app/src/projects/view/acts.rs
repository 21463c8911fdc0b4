//! What can be done with a project: rename, move, put away, remove. Shown as one menu, in the list and on the page.

use leptos::prelude::*;

use crate::{
    ids::ProjectId,
    projects::{
        api,
        model::{Project, ProjectPatch},
        store::ProjectsStore,
    },
    ui::{Button, Dialog, IconName, Look, Menu, MenuItem, NameForm, use_call},
};

/// The menu with its dialogs.
#[component]
pub fn ProjectActs(
    /// Which.
    id: ProjectId,
    /// Called after the project was removed.
    #[prop(optional, into)]
    on_gone: Option<Callback<()>>,
) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let call = use_call();
    let (renaming, removing) = (RwSignal::new(false), RwSignal::new(false));
    let project = Memo::new(move |_| store.get(id));
    let name = Signal::derive(move || project.get().map(|project| project.name).unwrap_or_default());
    let archived = Memo::new(move |_| project.get().is_some_and(|project| project.archived));
    let patch = move |patch: ProjectPatch| call.run(api::update(id, patch), |_| ());
    let move_to = move |position: Option<i64>| {
        if position.is_some() {
            patch(ProjectPatch { position, ..ProjectPatch::default() });
        }
    };
    let beside = move |step| store.all.with(|all| neighbour(all, id, step));
    let archive = Callback::new(move |()| {
        let archived = Some(!archived.get_untracked());
        patch(ProjectPatch { archived, ..ProjectPatch::default() });
    });
    view! {
        <Menu label=Signal::derive(move || format!("More about {}", name.get()))>
            <MenuItem icon=IconName::Edit on_select=move |()| renaming.set(true)>
                "Rename…"
            </MenuItem>
            <MenuItem
                icon=IconName::ArrowUp
                disabled=Signal::derive(move || beside(-1).is_none())
                on_select=move |()| move_to(beside(-1))
            >
                "Move up"
            </MenuItem>
            <MenuItem
                icon=IconName::ArrowDown
                disabled=Signal::derive(move || beside(1).is_none())
                on_select=move |()| move_to(beside(1))
            >
                "Move down"
            </MenuItem>
            <MenuItem icon=IconName::Archive on_select=archive>
                {move || if archived.get() { "Take back" } else { "Archive" }}
            </MenuItem>
            <hr />
            <MenuItem icon=IconName::Trash danger=true on_select=move |()| removing.set(true)>
                "Remove…"
            </MenuItem>
        </Menu>
        <Dialog open=renaming title="Rename project">
            <Rename id=id name=name.get_untracked() open=renaming />
        </Dialog>
        <Dialog open=removing title=Signal::derive(move || format!("Remove {}?", name.get()))>
            <Remove id=id open=removing on_gone=on_gone />
        </Dialog>
    }
    .into_any()
}

/// The position of the project before or after this one among those shown with it; none at the end.
fn neighbour(all: &[Project], id: ProjectId, step: isize) -> Option<i64> {
    let archived = all.iter().find(|project| project.id == id)?.archived;
    let shown: Vec<&Project> = all.iter().filter(|project| project.archived == archived).collect();
    let at = shown.iter().position(|project| project.id == id)?;
    let beside = shown.get(at.checked_add_signed(step)?)?;
    Some(beside.position)
}

#[component]
fn Rename(id: ProjectId, name: String, open: RwSignal<bool>) -> impl IntoView {
    let call = use_call().inline();
    let rename = move |name| {
        let patch = ProjectPatch { name: Some(name), ..ProjectPatch::default() };
        call.run(api::update(id, patch), move |_| open.set(false));
    };
    view! {
        <NameForm
            name=name
            hint="Only what Roost shows; the directory keeps its name. Settings in roost.toml go by this name."
            words="Rename"
            call=call
            open=open
            on_name=rename
        />
    }
}

#[component]
fn Remove(id: ProjectId, open: RwSignal<bool>, on_gone: Option<Callback<()>>) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let call = use_call().inline();
    let path = untrack(|| store.get(id)).map(|project| project.path).unwrap_or_default();
    let remove = Callback::new(move |()| {
        call.run(api::remove(id), move |()| {
            open.set(false);
            if let Some(on_gone) = on_gone {
                on_gone.run(());
            }
        });
    });
    view! {
        <p>"Roost forgets the project and the history of its sessions. That can't be undone."</p>
        <p>"The files stay as they are, in " <code>{path}</code> ", and so do its worktrees and what Claude Code keeps of its own. The trash of its worktrees is deleted."</p>
        {move || {
            call.error
                .get()
                .map(|error| view! { <p class="note failed" role="alert">{error.message}</p> })
        }}
        <footer class="dialog-acts">
            <Button on_click=move |()| open.set(false)>"Cancel"</Button>
            <Button look=Look::Danger busy=call.busy on_click=remove>
                "Remove, keep the files"
            </Button>
        </footer>
    }
    .into_any()
}
