//! Which project a new session is of, and what is in its way there.

use leptos::prelude::*;

use super::form::Choices;
use crate::{
    projects::{model::Project, store::ProjectsStore},
    ui::{ButtonLink, Icon, IconName, Select},
};

/// The choice of a project.
#[component]
pub fn ProjectPicker(choices: Choices) -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let options = Signal::derive(move || {
        projects.all.with(|all| {
            all.iter()
                .filter(|one| !one.archived)
                .map(|one| (one.id.to_string(), one.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || choices.project.get().map(|id| id.to_string()).unwrap_or_default());
    let change = Callback::new(move |id: String| {
        choices.project.set(id.parse().ok());
        // A branch and consent are of one project only.
        choices.branch.set(None);
        choices.worktree.clear();
        choices.confirm.set(None);
    });
    view! { <Select value=value options=options on_change=change label="Project" /> }
}

/// What is in the way in this directory, or where it is.
#[component]
pub fn ProjectNote(project: Memo<Option<Project>>) -> impl IntoView {
    move || {
        project.get().map(|project| {
            let id = project.id;
            match (project.problem, project.trust) {
                (Some(problem), _) => view! {
                    <p class="note failed"><Icon name=IconName::Warning /><span>{problem}</span></p>
                }
                .into_any(),
                (None, None) => view! {
                    <p class="note waiting">
                        <Icon name=IconName::Shield />
                        <span class="grow">"Nothing starts in this directory before you trust it: its hooks and servers would run."</span>
                        <ButtonLink href=format!("/projects/{id}")>"See and trust"</ButtonLink>
                    </p>
                }
                .into_any(),
                (None, Some(_)) => {
                    let dirty = project.git.is_some_and(|git| git.dirty).then_some(" · changed files");
                    view! { <p class="faint xs clip project-path"><code>{project.path}</code>{dirty}</p> }.into_any()
                }
            }
        })
    }
}
