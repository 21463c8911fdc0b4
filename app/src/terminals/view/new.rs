//! Opening a terminal: a button for a project that is known, a menu of projects where it is not.

use leptos::prelude::*;

use crate::{
    ids::{ProjectId, TerminalId},
    projects::store::ProjectsStore,
    terminals::{api, model},
    ui::{Button, IconName, Look, Menu, MenuItem, use_call},
};

/// A button that opens one in `project`, and says which it is.
#[component]
pub fn NewTerminal(
    /// Where.
    project: ProjectId,
    /// Whether there is room for a picture only.
    #[prop(optional)]
    bare: bool,
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// Takes the new one.
    on_open: Callback<TerminalId>,
) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let call = use_call();
    let trusted = Memo::new(move |_| store.get(project).is_some_and(|project| project.trust.is_some()));
    let open = Callback::new(move |()| {
        let new = model::NewTerminal { project_id: project, name: None };
        call.run(api::open(new), move |card| on_open.run(card.id));
    });
    let words = (!bare).then_some("New terminal");
    let label = move || {
        if trusted.get() {
            "New terminal".to_owned()
        } else {
            "New terminal, once the project is trusted".to_owned()
        }
    };
    view! {
        <Button
            look=look
            icon=if bare { IconName::Plus } else { IconName::Terminal }
            label=Signal::derive(label)
            busy=call.busy
            disabled=Signal::derive(move || !trusted.get())
            on_click=open
            class=if bare { "icon-only" } else { "" }
        >
            {words}
        </Button>
    }
    .into_any()
}

/// A menu of the projects in which one can be opened.
#[component]
pub fn NewTerminalIn(
    /// Takes the new one.
    on_open: Callback<TerminalId>,
) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let call = use_call();
    let projects = Memo::new(move |_| {
        store.all.with(|all| {
            all.iter()
                .filter(|project| project.trust.is_some() && !project.archived)
                .map(|project| (project.id, project.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let open = move |project_id| {
        let new = model::NewTerminal { project_id, name: None };
        call.run(api::open(new), move |card| on_open.run(card.id));
    };
    view! {
        <Show when=move || !projects.get().is_empty()>
            <Menu
                label="In which project"
                icon=IconName::Plus
                text=Signal::stored("New terminal".to_owned())
                look=Look::Primary
            >
                <For each=move || projects.get() key=Clone::clone let((id, name))>
                    <MenuItem icon=IconName::Folder on_select=move |()| open(id)>
                        {name}
                    </MenuItem>
                </For>
            </Menu>
        </Show>
    }
    .into_any()
}
