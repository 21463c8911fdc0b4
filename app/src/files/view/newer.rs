//! A file in view that changes on the disk: it is said, and shown once a person wants it, so that nobody loses their place. Never
//! looks while the text is edited; the editor does that itself.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    error::AppError,
    files::{
        api,
        model::{FileView, PageFrom},
        store::use_changes,
    },
    ids::ProjectId,
    ui::{Button, Icon, IconName, Look, Remote},
};

/// What the file is now, once it is another than the one that is shown; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Newer {
    now: RwSignal<Option<Result<FileView, AppError>>>,
    shown: Remote<FileView>,
    editing: RwSignal<bool>,
}

impl Newer {
    /// Looks whenever something is told of the file at `path`, at the page in view.
    pub(super) fn of(
        project: ProjectId,
        path: StoredValue<String>,
        page: Memo<u64>,
        shown: Remote<FileView>,
        editing: RwSignal<bool>,
    ) -> Self {
        let it = Self { now: RwSignal::new(None), shown, editing };
        use_changes(project, move |changed| {
            if editing.get_untracked() || !path.with_value(|path| changed.touches(path)) {
                return;
            }
            let ask = api::read(project, path.get_value(), PageFrom::Line(page.get_untracked()));
            spawn_local(async move {
                let now = ask.await;
                let other = it.shown.value.try_get_untracked().flatten().is_some_and(|shown| shown != now);
                let _ = it.now.try_set(other.then_some(now));
            });
        });
        it
    }

    /// Reads the file again.
    pub(super) fn read_again(self) {
        self.now.set(None);
        self.shown.reload();
    }

    fn show(self) {
        if let Some(now) = self.now.get_untracked() {
            self.now.set(None);
            self.shown.value.set(Some(now));
        }
    }
}

/// Says so.
#[component]
pub(super) fn Notice(
    /// What the file is now.
    newer: Newer,
) -> impl IntoView {
    move || {
        let gone = newer.now.with(|now| now.as_ref().map(Result::is_err)).filter(|_| !newer.editing.get())?;
        let words = if gone {
            "The file is gone from the disk, or cannot be read any more."
        } else {
            "The file changed on the disk."
        };
        Some(view! {
            <div class="note files-newer" role="status">
                <Icon name=IconName::Refresh />
                <span class="grow">{words}</span>
                <Button look=Look::Quiet on_click=move |()| newer.show()>"Show it"</Button>
            </div>
        })
    }
}
