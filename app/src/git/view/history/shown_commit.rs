//! One commit: what it says, the files that it changed, and each one's change or the authors of its lines. Changes nothing.

use leptos::prelude::*;

use super::{blame::BlameOf, change::CommittedChange};
use crate::{
    git::{
        model::log::{ChangeOf, CommitFile, CommitView},
        run_api,
        view::{
            diff::{Layout, LayoutSwitch, use_layout},
            parts::Refs,
        },
    },
    ids::ProjectId,
    ui::{Button, CopyButton, IconName, Look, RelativeTime, use_remote},
};

/// The commit with this id.
#[component]
pub fn ShownCommit(
    /// Whose.
    project: ProjectId,
    /// Its id.
    id: String,
    /// Called to put it away.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let remote = use_remote(move || run_api::commit(project, id.clone()));
    let draw =
        remote.show("Loading the commit", 6, move |commit| view! { <Shown project=project shown=commit /> });
    view! {
        <section class="scroll history-detail" aria-label="Commit">
            <Button look=Look::Quiet icon=IconName::Close label="Close the commit" class="history-close" on_click=on_close />
            {draw}
        </section>
    }
    .into_any()
}

#[component]
fn Shown(project: ProjectId, shown: CommitView) -> impl IntoView {
    let CommitView { commit, message, email, files, total } = shown;
    let left = (total as usize).saturating_sub(files.len());
    let layout = use_layout(true);
    view! {
        <h2 class="commit-subject">{commit.subject.clone()}</h2>
        <p class="row faint sm commit-facts">
            <Refs names=commit.refs.clone() />
            <span>{commit.author.clone()}" <"{email}">"</span>
            <RelativeTime at=commit.at ago=true />
            <code class="clip">{commit.id.clone()}</code>
            <CopyButton text=commit.id.clone() bare=true />
        </p>
        {body_of(&commit.subject, &message).map(|body| view! { <pre class="commit-message">{body.to_owned()}</pre> })}
        <LayoutSwitch layout=layout />
        <Files project=project commit=commit.id base=None files=files layout=layout />
        {(left > 0).then(|| view! { <p class="faint sm log-note">{left}" more files are not listed."</p> })}
    }
    .into_any()
}

/// What a message says beside its subject, which is all of it where the subject was cut; none if that is all there is.
fn body_of<'a>(subject: &str, message: &'a str) -> Option<&'a str> {
    let message = message.trim();
    let (first, rest) = message.split_once("\n\n").unwrap_or((message, ""));
    let cut = first.lines().collect::<Vec<_>>().join(" ") != subject;
    let body = if cut { message } else { rest.trim() };
    (!body.is_empty()).then_some(body)
}

/// The files with their counts; one that is clicked shows its change.
#[component]
pub fn Files(
    /// Whose.
    project: ProjectId,
    /// The commit that changed them.
    #[prop(into)]
    commit: String,
    /// The commit that it is set beside; none for the first one that it is built on.
    base: Option<String>,
    /// They.
    files: Vec<CommitFile>,
    /// How their changes are drawn.
    layout: Layout,
) -> impl IntoView {
    let rows = files.into_iter().map(|file| {
        let of = ChangeOf {
            commit: commit.clone(),
            base: base.clone(),
            path: file.path.clone(),
            was: file.was.clone(),
        };
        view! { <File project=project of=of file=file layout=layout /> }
    });
    view! { <div class="commit-files">{rows.collect_view()}</div> }.into_any()
}

#[component]
fn File(project: ProjectId, of: ChangeOf, file: CommitFile, layout: Layout) -> impl IntoView {
    let (open, blames) = (RwSignal::new(false), RwSignal::new(false));
    let of = StoredValue::new(of);
    let was = file.was.map(|was| view! { <span class="faint">{was}" → "</span> });
    let label = format!("Who wrote the lines of {}", file.path);
    let shown = move || {
        if blames.get() {
            view! { <BlameOf project=project path=of.get_value().path /> }.into_any()
        } else {
            view! { <CommittedChange project=project of=of.get_value() layout=layout /> }.into_any()
        }
    };
    view! {
        <div class="file-row">
            <button
                type="button"
                class="file"
                class:on=open
                title=file.path
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <code class="clip grow">{was}{file.path.clone()}</code>
                <span class="xs num">
                    {file.added.filter(|n| *n > 0).map(|n| view! { <span class="plus">"+" {n}</span> })}
                    " "
                    {file.removed.filter(|n| *n > 0).map(|n| view! { <span class="minus">"−" {n}</span> })}
                </span>
            </button>
            <Button
                look=Look::Quiet
                icon=IconName::Person
                label=label
                pressed=blames
                on_click=move |()| {
                    blames.update(|blames| *blames = !*blames);
                    open.set(true);
                }
            />
        </div>
        <Show when=move || open.get()>{shown}</Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_not_said_twice() {
        assert_eq!(body_of("Plant it", "Plant it\n"), None);
        assert_eq!(body_of("Plant it deep", "Plant it\ndeep\n\nIt is spring.\n"), Some("It is spring."));
        assert_eq!(
            body_of("Plant", "Plant it all\n\nIt is spring.\n"),
            Some("Plant it all\n\nIt is spring.")
        );
    }
}
