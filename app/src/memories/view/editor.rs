//! One file with its editor. What is typed is kept in this browser until it is saved, so that nothing is lost with the
//! page. Saves over the text that was edited and over no other.

use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::{
    newer::Newer,
    words::{size, tokens},
};
use crate::{
    error::ErrorCode,
    ids::ProjectId,
    memories::{
        api,
        model::{CompareMemory, MEMORY_LARGE, MEMORY_MAX, MemoryDifference, MemoryText, SaveMemory},
        store::MemoriesStore,
    },
    ui::{
        Button, Call, Chip, IconName, Look, RelativeTime, Segment, Segmented, Words, browser, use_call,
        use_remote, use_shortcut,
    },
};

/// A text that was typed and not saved, with the hash of what it was typed over.
#[derive(Serialize, Deserialize)]
struct Draft {
    text: String,
    base: Option<String>,
}

/// A file that is being edited; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    project: ProjectId,
    path: StoredValue<String>,
    /// The file as it was last read.
    pub(super) file: RwSignal<MemoryText>,
    /// What is in the field.
    pub(super) text: RwSignal<String>,
    /// The hash of what the text was typed over.
    base: RwSignal<Option<String>>,
    /// How the file differs from the text, once it changed underneath.
    pub(super) newer: RwSignal<Option<MemoryDifference>>,
    /// The text that was put aside for that of another.
    pub(super) aside: RwSignal<Option<String>>,
    /// Where saves are made from.
    pub(super) call: Call,
}

impl Editing {
    fn new(project: ProjectId, file: MemoryText) -> Self {
        let it = Self {
            project,
            path: StoredValue::new(file.memory.path.clone()),
            text: RwSignal::new(file.text.clone()),
            base: RwSignal::new(file.hash.clone()),
            file: RwSignal::new(file),
            newer: RwSignal::new(None),
            aside: RwSignal::new(None),
            call: use_call().inline(),
        };
        if let Some(draft) =
            browser::recall(&it.key()).and_then(|kept| serde_json::from_str::<Draft>(&kept).ok())
        {
            it.text.set(draft.text);
            it.base.set(draft.base);
            it.look();
        }
        it
    }

    fn key(self) -> String {
        format!("memory:{}", self.path.get_value())
    }

    /// Whether something was typed that is not saved, tracked.
    pub(super) fn dirty(self) -> bool {
        self.file.with(|file| self.text.with(|text| *text != file.text))
    }

    pub(super) fn write(self, text: String) {
        self.text.set(text);
        self.keep();
    }

    fn keep(self) {
        let draft = Draft { text: self.text.get_untracked(), base: self.base.get_untracked() };
        let changed = self.file.with_untracked(|file| draft.text != file.text);
        let kept = changed.then(|| serde_json::to_string(&draft).ok()).flatten();
        browser::remember(&self.key(), kept.as_deref());
    }

    /// Takes what the file is now; the text stays if it is another.
    fn take(self, file: MemoryText) {
        self.base.set(file.hash.clone());
        self.newer.set(None);
        self.file.set(file);
        self.keep();
    }

    pub(super) fn save(self) {
        let text = self.text.get_untracked();
        let base = self.base.get_untracked();
        let save = SaveMemory { path: self.path.get_value(), text, base };
        self.call.run(
            async move {
                match api::save(self.project, save).await {
                    Err(error) if error.code == ErrorCode::Conflict => {
                        self.look();
                        Err(error)
                    }
                    done => done,
                }
            },
            move |file| {
                self.aside.set(None);
                self.take(file);
            },
        );
    }

    /// Saves this text over what was shown as the difference.
    pub(super) fn save_over(self, difference: &MemoryDifference) {
        self.base.set(difference.current.hash.clone());
        self.save();
    }

    /// Takes the other text and puts this one aside.
    pub(super) fn take_theirs(self, difference: MemoryDifference) {
        self.aside.set(Some(self.text.get_untracked()));
        self.text.set(difference.current.text.clone());
        self.call.error.set(None);
        self.take(difference.current);
    }

    /// Takes back the text that was put aside.
    pub(super) fn take_back(self) {
        if let Some(text) = self.aside.get_untracked() {
            self.aside.set(None);
            self.write(text);
        }
    }

    /// Asks how the file is now. Without a text of one's own it is taken, with one the difference is shown.
    fn look(self) {
        let compare = CompareMemory { path: self.path.get_value(), text: self.text.get_untracked() };
        spawn_local(async move {
            let Ok(difference) = api::compare(self.project, compare).await else { return };
            let Some(base) = self.base.try_get_untracked() else { return };
            if difference.current.hash == base {
                return;
            }
            if untrack(|| !self.dirty()) || difference.html.is_empty() {
                self.text.set(difference.current.text.clone());
                self.take(difference.current);
            } else {
                self.newer.set(Some(difference));
            }
        });
    }
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
    let path = file.memory.path.clone();
    let it = Editing::new(project, file);
    let store = expect_context::<MemoriesStore>();
    Effect::new(move |before: Option<u32>| {
        let (count, saved) = store.saved.get();
        if before.is_some_and(|before| before != count) && saved == path {
            it.look();
        }
        count
    });
    // What is typed is kept, but another device does not see it.
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if editable && untrack(|| it.dirty()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
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
fn State(it: Editing) -> impl IntoView {
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
fn Preview(it: Editing) -> impl IntoView {
    let text = it.text.get_untracked();
    let remote = use_remote(move || api::preview(text.clone()));
    let draw = remote.show("Drawing the text", 4, |html| {
        view! { <div class="prose memory-prose scroll" tabindex="0" role="region" aria-label="Preview" inner_html=html></div> }
    });
    view! { {draw} }
}

/// Why it is not loaded, how large it is, and why it could not be saved.
#[component]
fn Foot(it: Editing) -> impl IntoView {
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
