//! Images that go along with a message: chosen, pasted or dropped, checked before anything is sent, and shown small.

use leptos::{ev::Event, prelude::*};

use super::{dom, words::bytes};
use crate::{
    error::{AppError, ErrorCode},
    sessions::model::{IMAGE_MAX, IMAGE_TYPES, IMAGES_MAX, NewImage},
    ui::{Button, Icon, IconName, Look, use_toasts},
};

/// All images of one message together, in bytes; the server takes a request of about this size.
const TOTAL_MAX: u64 = 20 * 1024 * 1024;

/// An image that was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked {
    key: u32,
    name: String,
    media_type: String,
    bytes: u64,
    url: String,
}

/// The images of a message that is being written; cheap to copy.
#[derive(Clone, Copy)]
pub struct Images {
    all: RwSignal<Vec<Picked>>,
    next: StoredValue<u32>,
    refused: RwSignal<Option<AppError>>,
    /// Whether something is being dragged over the field.
    pub dragged: RwSignal<bool>,
}

/// Why an image is not taken, given what is there already; none if it is.
fn refusal(have: usize, total: u64, media_type: &str, size: u64, name: &str) -> Option<String> {
    if !IMAGE_TYPES.contains(&media_type) {
        Some(format!("{name} is no PNG, JPEG, GIF or WebP image."))
    } else if size > IMAGE_MAX as u64 {
        Some(format!("{name} has {}; an image may have 5 MB.", bytes(size)))
    } else if have >= IMAGES_MAX {
        Some(format!("A message takes {IMAGES_MAX} images at most."))
    } else if total + size > TOTAL_MAX {
        Some("These images are more than 20 MB together.".to_owned())
    } else {
        None
    }
}

impl Images {
    /// None yet. Refusals are shown as notes.
    #[must_use]
    pub fn none() -> Self {
        let toasts = use_toasts();
        let refused = RwSignal::new(None::<AppError>);
        Effect::new(move |_| {
            if let Some(error) = refused.get() {
                toasts.error(&error);
            }
        });
        Self { all: RwSignal::default(), next: StoredValue::new(0), refused, dragged: RwSignal::new(false) }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.all.with(Vec::is_empty)
    }

    /// Forgets all.
    pub fn clear(self) {
        self.all.set(Vec::new());
    }

    /// As they are sent.
    #[must_use]
    pub fn to_send(self) -> Vec<NewImage> {
        let image = |picked: &Picked| {
            let (_, data) = picked.url.split_once(";base64,")?;
            Some(NewImage { media_type: picked.media_type.clone(), data: data.to_owned() })
        };
        self.all.with_untracked(|all| all.iter().filter_map(image).collect())
    }

    /// Takes the files of a drop, a paste or a file field. True if there were any.
    pub fn take(self, event: &Event) -> bool {
        let small =
            |media_type: &str, size: u64| IMAGE_TYPES.contains(&media_type) && size <= IMAGE_MAX as u64;
        let count = dom::read_files(event, small, move |file| {
            let (have, total) = self
                .all
                .try_with_untracked(|all| (all.len(), all.iter().map(|picked| picked.bytes).sum()))
                .unwrap_or_default();
            if let Some(why) = refusal(have, total, &file.media_type, file.bytes, &file.name) {
                let _ = self.refused.try_set(Some(AppError::new(ErrorCode::Invalid, why)));
            } else if !file.url.is_empty() {
                let key = self.next.try_update_value(|next| {
                    *next += 1;
                    *next
                });
                let dom::Loaded { name, media_type, bytes, url } = file;
                let picked = Picked { key: key.unwrap_or_default(), name, media_type, bytes, url };
                let _ = self.all.try_update(|all| all.push(picked));
            }
        });
        count > 0
    }

    /// Lets a drag pass if it brings files.
    pub fn drag(self, event: &Event) {
        if dom::has_files(event) {
            event.prevent_default();
            self.dragged.set(true);
        }
    }

    /// Takes a drop.
    pub fn drop(self, event: &Event) {
        self.dragged.set(false);
        if dom::has_files(event) {
            event.prevent_default();
            self.take(event);
        }
    }
}

impl Default for Images {
    fn default() -> Self {
        Self::none()
    }
}

/// The button that browses for images.
#[component]
pub fn Browse(
    /// Where they go.
    images: Images,
    /// The id of the file field; one in the page.
    id: &'static str,
) -> impl IntoView {
    view! {
        <Button look=Look::Quiet icon=IconName::Image label="Attach images" on_click=move |()| dom::click(id) />
        <input
            type="file"
            class="sr"
            id=id
            multiple
            accept=IMAGE_TYPES.join(",")
            tabindex="-1"
            aria-hidden="true"
            on:change=move |event| {
                images.take(&event);
                dom::clear_field(&event);
            }
        />
    }
}

/// The images picked so far, each with a way to leave it out.
#[component]
pub fn Previews(
    /// They.
    images: Images,
) -> impl IntoView {
    view! {
        <Show when=move || !images.is_empty()>
            <ul class="previews" aria-label="Images to send">
                <For each=move || images.all.get() key=|picked| picked.key let:picked>
                    <li>
                        <img src=picked.url alt=picked.name.clone() />
                        <button
                            type="button"
                            aria-label=format!("Leave out {}", picked.name)
                            on:click=move |_| images.all.update(|all| all.retain(|one| one.key != picked.key))
                        >
                            <Icon name=IconName::Close />
                        </button>
                    </li>
                </For>
            </ul>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_checked_before_it_is_sent() {
        const MB: u64 = 1024 * 1024;
        for (have, total, kind, size, why) in [
            (0, 0, "image/png", 5 * MB, None),
            (0, 0, "image/png", 5 * MB + 1, Some("5 MB")),
            (0, 0, "image/svg+xml", 1, Some("PNG")),
            (10, 0, "image/webp", 1, Some("10 images")),
            (5, 18 * MB, "image/gif", 3 * MB, Some("20 MB")),
        ] {
            let refused = refusal(have, total, kind, size, "x");
            assert_eq!(refused.is_some(), why.is_some(), "{refused:?}");
            assert!(refused.unwrap_or_default().contains(why.unwrap_or_default()));
        }
    }
}
