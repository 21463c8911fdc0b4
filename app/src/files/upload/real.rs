//! Uploads where there is a browser. One at a time: what waits is in a queue of the page.

use std::{cell::RefCell, collections::VecDeque};

use futures::channel::oneshot;
use js_sys::{Array, Function, Promise};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{
    closure::Closure,
    prelude::{JsCast, JsValue, wasm_bindgen},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, DragEvent, File, HtmlInputElement};

use super::Uploads;
use crate::{
    error::{AppError, ErrorCode},
    files::model::{Clash, UPLOAD_MAX, escaped, join},
    json,
};

#[wasm_bindgen(module = "/src/files/upload/upload.js")]
extern "C" {
    #[wasm_bindgen(js_name = send)]
    fn send_file(address: &str, file: &File, progress: &Function) -> Promise;
    #[wasm_bindgen(js_name = dropped)]
    fn dropped_files(transfer: &DataTransfer) -> Promise;
}

/// What a person says to a name that is taken, and whether for all.
type Answer = (Option<Clash>, bool);

thread_local! {
    static QUEUE: RefCell<Option<VecDeque<(String, File)>>> = const { RefCell::new(None) };
    static ANSWER: RefCell<Option<oneshot::Sender<Answer>>> = const { RefCell::new(None) };
}

/// The plain routes wrap their errors.
#[derive(serde::Deserialize)]
struct Refusal {
    error: AppError,
}

pub(super) fn choose(it: Uploads, folder: &str, field: &HtmlInputElement) {
    let Some(files) = field.files() else { return };
    let all = (0..files.length()).filter_map(|n| files.get(n)).map(|file| {
        // Of a folder the browser says the path.
        let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
        let path = path.and_then(|path| path.as_string()).filter(|path| !path.is_empty());
        (join(folder, &path.unwrap_or_else(|| file.name())), file)
    });
    add(it, all.collect());
    // The same file may be chosen again.
    field.set_value("");
}

pub(super) fn drop(it: Uploads, folder: &str, event: &DragEvent) {
    let Some(transfer) = event.data_transfer() else { return };
    let (found, folder) = (dropped_files(&transfer), folder.to_owned());
    spawn_local(async move {
        let Ok(found) = JsFuture::from(found).await else {
            let refused = AppError::new(ErrorCode::Invalid, "The browser could not read what was dropped.");
            return it.toasts.error(&refused);
        };
        let all = Array::from(&found).to_vec().into_iter().filter_map(|pair| {
            let pair = Array::from(&pair);
            Some((join(&folder, &pair.get(0).as_string()?), pair.get(1).dyn_into::<File>().ok()?))
        });
        add(it, all.collect());
    });
}

pub(super) fn answer(clash: Option<Clash>, all: bool) {
    if let Some(asker) = ANSWER.with(RefCell::take) {
        // An error only says that nobody waits any more.
        let _ = asker.send((clash, all));
    }
}

/// Puts files behind those that wait, and begins to send if nobody does.
fn add(it: Uploads, files: Vec<(String, File)>) {
    let idle = QUEUE.with_borrow_mut(|queue| {
        let idle = queue.is_none();
        queue.get_or_insert_default().extend(files);
        idle
    });
    if idle {
        spawn_local(async move {
            let mut for_all = None;
            while let Some((path, file)) = next(it) {
                one(it, &path, &file, &mut for_all).await;
            }
            let _ = it.now.try_set(None);
        });
    }
}

fn next(it: Uploads) -> Option<(String, File)> {
    QUEUE.with_borrow_mut(|queue| {
        let next = queue.as_mut()?.pop_front();
        let _ = it.waiting.try_set(queue.as_ref().map_or(0, VecDeque::len));
        if next.is_none() {
            *queue = None;
        }
        next
    })
}

/// Sends one file, asking as often as its name is taken.
async fn one(it: Uploads, path: &str, file: &File, for_all: &mut Option<Option<Clash>>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes of a file")]
    let size = file.size() as u64;
    if size > UPLOAD_MAX {
        let message = format!("{path} is larger than 512 MB, which is the most that can be uploaded.");
        return it.toasts.error(&AppError::new(ErrorCode::TooLarge, message));
    }
    let mut clash = for_all.flatten().unwrap_or_default();
    loop {
        let _ = it.now.try_set(Some((path.to_owned(), size, 0)));
        match send(it, path, file, size, clash).await {
            Ok(()) => {
                let _ = it.arrived.try_update(|arrived| *arrived += 1);
                return;
            }
            Err(error) if error.details.as_deref() == Some("taken") && clash == Clash::Refuse => {
                let said = match *for_all {
                    Some(said) => said,
                    None => ask(it, path, for_all).await,
                };
                let Some(said) = said else { return };
                clash = said;
            }
            Err(error) => {
                let message = format!("{path}: {}", error.message);
                return it.toasts.error(&AppError { message, ..error });
            }
        }
    }
}

async fn ask(it: Uploads, path: &str, for_all: &mut Option<Option<Clash>>) -> Option<Clash> {
    let (asker, answer) = oneshot::channel();
    ANSWER.with(|slot| slot.replace(Some(asker)));
    // With nobody to answer, what is there stays.
    it.asked.try_set(Some(path.to_owned())).is_none().then_some(())?;
    let (clash, all) = answer.await.unwrap_or_default();
    if all {
        *for_all = Some(clash);
    }
    clash
}

async fn send(it: Uploads, path: &str, file: &File, size: u64, clash: Clash) -> Result<(), AppError> {
    let how = match clash {
        Clash::Refuse => "refuse",
        Clash::Replace => "replace",
        Clash::Keep => "keep",
    };
    let address = format!("/api/v1/projects/{}/files/upload?path={}&clash={how}", it.project, escaped(path));
    let shown = path.to_owned();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes of a file")]
    let progress = Closure::<dyn Fn(f64)>::new(move |sent: f64| {
        let _ = it.now.try_set(Some((shown.clone(), size, sent as u64)));
    });
    let offline = || AppError::new(ErrorCode::Offline, "The server cannot be reached right now.");
    let answer = JsFuture::from(send_file(&address, file, progress.as_ref().unchecked_ref())).await;
    let answer: Array = answer.map_err(|_: JsValue| offline())?.unchecked_into();
    if answer.get(0).as_f64() == Some(200.0) {
        return Ok(());
    }
    let refusal = json::read::<Refusal>(&answer.get(1).as_string().unwrap_or_default());
    Err(refusal.map_or_else(|_| offline(), |refusal| refusal.error))
}
