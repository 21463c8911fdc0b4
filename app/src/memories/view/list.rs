//! The hierarchy in the order in which it is read: what is loaded with its number and size, what is not with the reason.

use leptos::prelude::*;

use super::words::{heading, size, tokens};
use crate::{
    ids::ProjectId,
    memories::model::{Memories, Memory, MemoryScope},
    projects::store::ProjectsStore,
    ui::{Button, Chip, Dialog, Icon, IconName, Look, NameForm, Words, use_call},
};

const SCOPES: [MemoryScope; 5] =
    [MemoryScope::Managed, MemoryScope::User, MemoryScope::Parent, MemoryScope::Project, MemoryScope::Auto];

/// All files, by whose they are.
#[component]
pub(super) fn Hierarchy(
    /// Whose.
    project: ProjectId,
    /// They.
    memories: Memories,
    /// The path of the one in view.
    open: RwSignal<Option<String>>,
    /// Looks at the disk again.
    #[prop(into)]
    on_reload: Callback<()>,
) -> impl IntoView {
    let loaded = memories.files.iter().filter(|file| file.order.is_some()).count();
    let sum = match loaded {
        0 => "A new conversation begins without any.".to_owned(),
        count => {
            let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
            format!(
                "A new conversation begins with {files}: {}, {}.",
                size(memories.bytes),
                tokens(memories.tokens)
            )
        }
    };
    let groups = SCOPES.into_iter().filter_map(|scope| {
        let files: Vec<_> = memories.files.iter().filter(|file| file.scope == scope).cloned().collect();
        let (title, about) = heading(scope);
        (!files.is_empty()).then(|| {
            view! {
                <section aria-label=title>
                    <h3 class="memory-head"><span class="label">{title}</span><span class="faint xs clip">{about}</span></h3>
                    {files.into_iter().map(|file| view! { <Row file=file open=open /> }).collect_view()}
                </section>
            }
        })
    });
    view! {
        <div class="memories-bar">
            <p class="soft sm grow">{sum}</p>
            <NewRule project=project open=open />
            <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| on_reload.run(()) />
        </div>
        {groups.collect_view()}
    }
    .into_any()
}

#[component]
fn Row(
    /// It.
    file: Memory,
    /// The path of the one in view.
    open: RwSignal<Option<String>>,
) -> impl IntoView {
    let path = StoredValue::new(file.path.clone());
    let on = Memo::new(move |_| path.with_value(|path| open.with(|open| open.as_ref() == Some(path))));
    let number = match file.order {
        Some(order) => {
            view! { <span class="memory-no num" title="Its place in the order">{order}</span> }.into_any()
        }
        None => view! { <span class="memory-no" title="Not loaded">"–"</span> }.into_any(),
    };
    let state = match (file.exists, file.editable) {
        (false, true) => Some("Missing"),
        (true, false) => Some("Read only"),
        _ => None,
    };
    view! {
        <button
            type="button"
            class=format!("memory-row depth-{}", file.depth.min(4))
            class:on=on
            class:off=file.order.is_none()
            title=file.path
            disabled=!file.readable
            aria-current=move || on.get().then_some("true")
            on:click=move |_| open.set(Some(path.get_value()))
        >
            {number}
            <span class="grow stack-tight">
                <span class="row">
                    {(file.depth > 0).then(|| view! { <Icon name=IconName::Link /><span class="sr">"imported: "</span> })}
                    <code class="clip">{file.name}</code>
                    {state.map(|state| view! { <Chip>{state}</Chip> })}
                </span>
                {file.note.map(|note| view! { <span class="soft xs memory-note"><Words text=note /></span> })}
            </span>
            {file.exists.then(|| view! { <span class="soft xs num" title=tokens(file.tokens)>{size(file.bytes)}</span> })}
        </button>
    }
    .into_any()
}

/// Asks for the name of a rule and opens it; it is made when it is saved.
#[component]
fn NewRule(
    /// Whose.
    project: ProjectId,
    /// Takes its path.
    open: RwSignal<Option<String>>,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let call = use_call().inline();
    let store = expect_context::<ProjectsStore>();
    let name = Callback::new(move |name: String| {
        let Some(project) = store.get(project) else { return };
        let name = name.trim_end_matches(".md").replace('/', "-");
        open.set(Some(format!("{}/.claude/rules/{name}.md", project.path)));
        asked.set(false);
    });
    view! {
        <Button look=Look::Quiet icon=IconName::Plus label="New rule of the project" on_click=move |()| asked.set(true) />
        <Dialog open=asked title="New rule">
            <NameForm
                hint="A file in .claude/rules, such as “testing”. It is made when you save it."
                words="Write it"
                most=80
                call=call
                open=asked
                on_name=name
            />
        </Dialog>
    }
    .into_any()
}
