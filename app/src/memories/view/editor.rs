//! One file with its editor. What is typed outlives the page, and is saved over the text that was edited and over no other.

use futures::{FutureExt, TryFutureExt};
use leptos::prelude::*;

use super::words::{size, tokens};
use crate::{
    error::ErrorCode,
    files::store::use_changes,
    ids::ProjectId,
    memories::{
        api,
        model::{CompareMemory, MEMORY_LARGE, MEMORY_MAX, MemoryDifference, MemoryText, SaveMemory},
        store::MemoriesStore,
    },
    ui::{
        Button, Chip, Difference, Editing, IconName, Look, Newer, RelativeTime, Segment, Segmented, Words,
        Written, use_remote, use_shortcut,
    },
};

impl Written for MemoryText {
    fn text(&self) -> &str {
        &self.text
    }

    fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    fn by(&self) -> Option<&str> {
        self.saved.as_ref().map(|saved| saved.by.as_str())
    }
}

/// Begins to edit a file of a project.
fn editing(project: ProjectId, file: MemoryText) -> Editing<MemoryText> {
    let path = file.memory.path.clone();
    let at = path.clone();
    let save = move |text, base| {
        let save = SaveMemory { path: at.clone(), text, base };
        api::save(project, save).boxed_local()
    };
    let at = path.clone();
    let compare = move |text| {
        let compare = CompareMemory { path: at.clone(), text };
        let differs = |it: MemoryDifference| Difference { current: it.current, html: it.html };
        api::compare(project, compare).map_ok(differs).boxed_local()
    };
    Editing::new(format!("memory:{path}"), file, Box::new(save), Box::new(compare))
}

/// The file at `path`.
#[component]
pub(super) fn Editor(
    /// Whose.
    project: ProjectId,
    /// Which.
    path: String,
    /// Goes back to the list.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let asked = path.clone();
    let remote = use_remote(move || api::read(project, asked.clone()));
    let draw = remote.show("Loading the file", 8, move |file| view! { <Open project=project file=file /> });
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    view! {
        <section class="memory" aria-label="File">
            <header class="bar memory-bar">
                <Button look=Look::Quiet icon=IconName::Back label="Back to the list" class="memory-back" on_click=move |()| on_back.run(()) />
                <code class="clip grow" title=path>{name}</code>
            </header>
            {draw}
        </section>
    }
    .into_any()
}

#[component]
fn Open(
    /// Whose.
    project: ProjectId,
    /// It.
    file: MemoryText,
) -> impl IntoView {
    let editable = file.memory.editable;
    let long = editable && file.text.len() > MEMORY_MAX;
    let path = file.memory.path.clone();
    let it = editing(project, file);
    let store = expect_context::<MemoriesStore>();
    let own = path.clone();
    Effect::new(move |before: Option<u32>| {
        let (count, saved) = store.saved.get();
        if before.is_some_and(|before| before != count) && saved == path {
            it.look();
        }
        count
    });
    use_changes(project, move |changed| {
        if changed.all || changed.paths.iter().any(|changed| own.ends_with(&format!("/{changed}"))) {
            it.look();
        }
    });
    it.guard();
    let fits = Memo::new(move |_| it.text.with(String::len) <= MEMORY_MAX);
    let can_save = Memo::new(move |_| editable && fits.get() && it.dirty());
    use_shortcut("ctrl+s", "Save", move || {
        if can_save.get_untracked() {
            it.save();
        }
    });
    let mode = RwSignal::new(if editable { "edit" } else { "preview" });
    let segments = vec![
        Segment { key: "edit", words: if editable { "Edit" } else { "Text" }, icon: None },
        Segment { key: "preview", words: "Preview", icon: None },
    ];
    view! {
        <div class="memory-acts">
            <Segmented label="How it is shown" segments=segments value=mode on_change=move |key| mode.set(key) />
            <State it=it />
            <span class="grow"></span>
            <Show when=move || editable>
                <Button look=Look::Primary busy=it.call.busy disabled=Signal::derive(move || !can_save.get()) on_click=move |()| it.save()>
                    "Save"
                </Button>
            </Show>
        </div>
        {long.then(|| view! {
            <p class="note waiting memory-long">"The file is larger than 64 KB. It can be saved here once it is shorter."</p>
        })}
        <Newer it=it />
        {move || match mode.get() {
            "edit" => view! {
                <textarea
                    class="memory-text mono"
                    aria-label="Text of the file"
                    spellcheck="false"
                    readonly=!editable
                    placeholder="What every agent should know here. A path after an @ imports another file."
                    prop:value=move || it.text.get()
                    on:input=move |event| it.write(event_target_value(&event))
                >
                    {it.text.get_untracked()}
                </textarea>
            }
            .into_any(),
            _ => view! { <Preview it=it /> }.into_any(),
        }}
        <Foot it=it />
    }
    .into_any()
}

/// Whether it is saved, and by whom.
#[component]
fn State(it: Editing<MemoryText>) -> impl IntoView {
    move || {
        if it.dirty() {
            return view! { <Chip title="Kept in this browser until you save it".to_owned()>"Not saved"</Chip> }.into_any();
        }
        it.file
            .with(|file| match (&file.saved, file.memory.exists) {
                (_, false) => view! { <span class="faint xs">"No such file yet"</span> }.into_any(),
                (Some(saved), _) => view! {
                    <span class="faint xs clip">"Saved by " {saved.by.clone()} " " <RelativeTime at=saved.at ago=true /></span>
                }
                .into_any(),
                _ => ().into_any(),
            })
    }
}

#[component]
fn Preview(it: Editing<MemoryText>) -> impl IntoView {
    let text = it.text.get_untracked();
    let remote = use_remote(move || api::preview(text.clone()));
    let draw = remote.show("Drawing the text", 4, |html| {
        view! { <div class="prose memory-prose scroll" tabindex="0" role="region" aria-label="Preview" inner_html=html></div> }
    });
    view! { {draw} }
}

/// Why it is not loaded, how large it is, and why it could not be saved.
#[component]
fn Foot(it: Editing<MemoryText>) -> impl IntoView {
    let bytes = move || it.text.with(String::len);
    let large = move || match bytes() {
        bytes if bytes > MEMORY_MAX => Some("Too large to be saved: at most 64 KB."),
        bytes if bytes > MEMORY_LARGE => Some("Large: all of it is read with every conversation."),
        _ => None,
    };
    let refused = move || it.call.error.get().filter(|error| error.code != ErrorCode::Conflict);
    view! {
        <footer class="memory-foot xs soft">
            {move || it.file.with(|file| file.memory.note.clone()).map(|note| view! { <span><Words text=note /></span> })}
            <span class="num">{move || { let bytes = bytes() as u64; format!("{}, {}", size(bytes), tokens(bytes.div_ceil(4))) }}</span>
            {move || large().map(|words| view! { <span class="hot" role="status">{words}</span> })}
            {move || refused().map(|error| view! { <span class="field-error" role="alert">{error.message}</span> })}
        </footer>
    }
}
