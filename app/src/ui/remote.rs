//! Something a view has to fetch because no store holds it. Fetches again when what it depends on changes; an answer that
//! was overtaken by a newer question is dropped.

use futures::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};

use super::{Failing, Loading, browser};
use crate::error::{AppError, ErrorCode};

/// The answer so far: none while the first is awaited.
pub struct Remote<T: Send + Sync + 'static> {
    /// The last answer; it stays while a newer one is awaited, and where that is the same nothing is drawn anew.
    pub value: RwSignal<Option<Result<T, AppError>>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

/// Asks in the browser, after the first paint, and again whenever a signal read in `ask` changes. A memo has to be read, with
/// `with` or `get`: one that is only tracked is never computed, and tells of nothing.
pub fn use_remote<T, F>(ask: impl Fn() -> F + 'static) -> Remote<T>
where
    T: PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + 'static,
{
    let remote = Remote { value: RwSignal::new(None), again: RwSignal::new(0) };
    let ask = move || {
        remote.again.track();
        let answer = ask();
        Box::pin(async move {
            let answer = answer.await;
            let signed_out = matches!(&answer, Err(error) if error.code == ErrorCode::SignedOut);
            let show = Box::new(move || {
                let answer = Some(answer);
                if remote.value.try_with_untracked(|known| *known == answer) == Some(false) {
                    remote.value.set(answer);
                }
            }) as Box<dyn FnOnce()>;
            Answer { signed_out, show }
        }) as LocalBoxFuture<'static, Answer>
    };
    follow(Box::new(ask));
    remote
}

/// An answer on its way to be shown.
struct Answer {
    signed_out: bool,
    show: Box<dyn FnOnce()>,
}

/// Boxed, so that all questions share this code: the page is the smaller for it.
fn follow(ask: Box<dyn Fn() -> LocalBoxFuture<'static, Answer>>) {
    let round = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let mine = round
            .try_update_value(|round| {
                *round += 1;
                *round
            })
            .unwrap_or_default();
        let answer = ask();
        spawn_local(async move {
            let answer = answer.await;
            if round.try_get_value() != Some(mine) {
                return;
            }
            if answer.signed_out {
                browser::go("/sign-in");
            }
            (answer.show)();
        });
    });
}

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    /// Asks again; what is shown stays until the answer is here.
    pub fn reload(self) {
        let _ = self.again.try_update(|again| *again += 1);
    }

    /// Draws the answer with `draw`, and the two states before it the usual way. `what` reads like `Loading tokens`.
    pub fn show<V: IntoView + 'static>(
        self,
        what: &'static str,
        lines: usize,
        draw: impl Fn(T) -> V + Send + 'static,
    ) -> impl Fn() -> AnyView + Send + 'static {
        move || match self.value.get() {
            None => view! { <Loading what=what lines=lines /> }.into_any(),
            Some(Err(error)) => {
                let retry = Callback::new(move |()| {
                    self.value.set(None);
                    self.reload();
                });
                view! { <Failing error=error retry=retry /> }.into_any()
            }
            Some(Ok(value)) => draw(value).into_any(),
        }
    }
}
