//! One text in its editor: saved over what was edited, compared when it changed underneath, and kept until it is saved. Never
//! makes a file that is not there.

use futures::{FutureExt, TryFutureExt};
use leptos::{html, prelude::*};

use super::{
    place::Shelf,
    text_box::{Said, TextBox},
};
use crate::{
    error::{AppError, ErrorCode},
    files::{
        api,
        model::{CompareFile, FileDifference, FileText, LineEnd, SaveFile, WHOLE_MAX, bytes_in_words},
        store::use_changes,
    },
    ids::ProjectId,
    ui::{
        Button, Chip, Dialog, Difference, Editing, Failing, Loading, Look, Newer, Written, editing::is_kept,
        use_remote, use_shortcut,
    },
};

impl Written for FileText {
    fn text(&self) -> &str {
        &self.text
    }

    fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    fn by(&self) -> Option<&str> {
        None
    }
}

/// What this browser keeps a text under that was typed and not saved.
pub(super) fn key(project: ProjectId, path: &str) -> String {
    format!("file:{project}:{path}")
}

/// Begins to edit a file of a project.
fn editing(project: ProjectId, file: FileText) -> Editing<FileText> {
    let key = key(project, &file.path);
    let path = file.path.clone();
    let save = move |text, base| {
        let save = SaveFile { path: path.clone(), text, base };
        api::save(project, save).boxed_local()
    };
    let path = file.path.clone();
    let compare = move |text| {
        let compare = CompareFile { path: path.clone(), text };
        let differs = |it: FileDifference| Difference { current: it.current, html: it.html };
        api::compare(project, compare).map_ok(differs).boxed_local()
    };
    Editing::new(key, file, Box::new(save), Box::new(compare))
}

/// The text of the file at `path`.
#[component]
pub(super) fn Editor(
    /// Where it is shown.
    shelf: Shelf,
    /// Which.
    path: String,
    /// Goes back to the file as it is shown.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let project = shelf.project;
    let remote = use_remote(move || {
        let path = path.clone();
        async move {
            match api::text(project, path.clone()).await {
                // What was typed is worth more than the file that it was typed over.
                Err(error) if error.code == ErrorCode::NotFound && is_kept(&key(project, &path)) => {
                    Ok(FileText { path, ..FileText::default() })
                }
                answer => answer,
            }
        }
    });
    remote.show("Loading the text", 8, move |file| view! { <Open shelf=shelf file=file on_close=on_close /> })
}

#[component]
fn Open(shelf: Shelf, file: FileText, on_close: Callback<()>) -> impl IntoView {
    let how = in_words(&file);
    let it = editing(shelf.project, file);
    it.guard();
    let text_box = TextBox::new();
    use_changes(shelf.project, move |changed| {
        if it.file.with_untracked(|file| changed.touches(&file.path)) {
            text_box.flush();
            it.look();
        }
    });
    let fits = Memo::new(move |_| it.text.with(String::len) as u64 <= WHOLE_MAX);
    let can_save = Memo::new(move |_| fits.get() && it.dirty());
    let save = move || {
        text_box.flush();
        if can_save.get_untracked() {
            it.save();
        }
    };
    use_shortcut("ctrl+s", "Save", save);
    let asking = RwSignal::new(false);
    let done = move |()| {
        text_box.flush();
        if untrack(|| it.dirty()) {
            asking.set(true);
        } else {
            on_close.run(());
        }
    };
    view! {
        <div class="files-acts">
            <Button on_click=done>"Done"</Button>
            {move || it.dirty().then(|| {
                let title = if it.kept.get() { "Kept in this browser until you save it" } else { "Too much for this browser to keep: save it before you leave" };
                view! { <Chip title=title.to_owned()>"Not saved"</Chip> }
            })}
            <span class="grow"></span>
            <Button look=Look::Primary busy=it.call.busy disabled=Signal::derive(move || !can_save.get()) on_click=move |()| save()>
                "Save"
            </Button>
        </div>
        <Newer it=it />
        <Field it=it text_box=text_box line=shelf.lines.get_untracked().map_or(1, |(first, _)| first) on_save=save />
        <Foot it=it fits=fits how=how />
        <Leaving it=it open=asking on_close=on_close />
    }
}

/// The editor itself.
#[component]
fn Field(
    it: Editing<FileText>,
    text_box: TextBox,
    line: u64,
    #[prop(into)] on_save: Callback<()>,
) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let (ready, failed) = (RwSignal::new(false), RwSignal::new(false));
    let tries = RwSignal::new(0_u32);
    Effect::new(move |_| {
        tries.track();
        let Some(host) = host.get() else { return };
        let (name, text) = (it.file.with_untracked(|file| file.path.clone()), it.text.get_untracked());
        text_box.open(host.into(), name, text, line, move |said| match said {
            Said::Ready => drop(ready.try_set(true)),
            Said::Failed => drop(failed.try_set(true)),
            Said::Text(text) => it.write(text),
            Said::Save => on_save.run(()),
        });
    });
    Effect::new(move |_| {
        if it.put.get() > 0 {
            it.text.with_untracked(|text| text_box.replace(text));
        }
    });
    on_cleanup(move || text_box.close());
    let again = Callback::new(move |()| {
        failed.set(false);
        tries.update(|tries| *tries += 1);
    });
    let error = AppError::new(ErrorCode::Offline, "The editor could not be loaded.");
    view! {
        <div class="files-editor" node_ref=host></div>
        {move || {
            if failed.get() {
                Some(view! { <Failing error=error.clone() retry=again /> }.into_any())
            } else {
                (!ready.get()).then(|| view! { <Loading what="Loading the editor" lines=8 /> }.into_any())
            }
        }}
    }
}

/// How large it is and what is kept of the file, and why it could not be saved.
#[component]
fn Foot(it: Editing<FileText>, fits: Memo<bool>, how: Option<&'static str>) -> impl IntoView {
    let refused = move || {
        it.call
            .error
            .get()
            .filter(|error| error.code != ErrorCode::Conflict || it.newer.with(Option::is_none))
    };
    view! {
        <footer class="files-foot xs soft">
            <span class="num">{move || bytes_in_words(it.text.with(String::len) as u64)}</span>
            {how.map(|how| view! { <span>{how}</span> })}
            {move || (!fits.get()).then(|| view! { <span class="hot" role="status">"Too large to be saved: at most 2 MB."</span> })}
            {move || refused().map(|error| view! { <span class="field-error" role="alert">{error.message}</span> })}
        </footer>
    }
}

/// What a save keeps of the file beside what is shown; nothing of one that is as most are.
fn in_words(file: &FileText) -> Option<&'static str> {
    match (file.line_end, file.bom) {
        (LineEnd::Lf, false) => None,
        (LineEnd::Lf, true) => Some("with a byte order mark"),
        (LineEnd::Crlf, false) => Some("lines end with CRLF"),
        (LineEnd::Crlf, true) => Some("lines end with CRLF, with a byte order mark"),
        (LineEnd::Mixed, _) => Some("lines do not end alike: a return shows as a character"),
    }
}

/// Asks what becomes of what is not saved.
#[component]
fn Leaving(it: Editing<FileText>, open: RwSignal<bool>, on_close: Callback<()>) -> impl IntoView {
    let leave = move || {
        open.set(false);
        on_close.run(());
    };
    view! {
        <Dialog open=open title="What you typed is not saved">
            <p>"Kept, it stays in this browser: it is here when you edit the file again."</p>
            <footer class="dialog-acts">
                <Button look=Look::Danger on_click=move |()| { it.discard(); leave(); }>"Discard"</Button>
                <Button on_click=move |()| leave()>"Keep for later"</Button>
                <Button look=Look::Primary on_click=move |()| { open.set(false); it.save_then(move || on_close.run(())); }>
                    "Save"
                </Button>
            </footer>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unusual_is_said() {
        assert_eq!(in_words(&FileText::default()), None);
        let file = FileText { line_end: LineEnd::Crlf, bom: true, ..FileText::default() };
        assert_eq!(in_words(&file), Some("lines end with CRLF, with a byte order mark"));
    }
}
