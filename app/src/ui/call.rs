//! One call to the server from a click: the spinner while it lasts, the note when it is refused. Never changes a store:
//! the change arrives as a push.

use futures::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};

use super::{Toasts, browser, use_toasts};
use crate::error::{AppError, ErrorCode};

/// A place a view makes its calls from; a second call while one is under way is ignored.
#[derive(Clone, Copy)]
pub struct Call {
    /// Whether one is under way.
    pub busy: RwSignal<bool>,
    /// Why the last one was refused.
    pub error: RwSignal<Option<AppError>>,
    toasts: Toasts,
    shown: bool,
    needs_login: bool,
}

/// A `Call` whose refusals are shown as notes; see [`Call::inline`].
#[must_use]
pub fn use_call() -> Call {
    Call {
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
        toasts: use_toasts(),
        shown: true,
        needs_login: true,
    }
}

impl Call {
    /// The same without notes, for a form that shows `error` itself.
    #[must_use]
    pub fn inline(self) -> Self {
        Self { shown: false, ..self }
    }

    /// The same for a page of nobody: a refusal for want of a login is an answer, no reason to go and sign in.
    #[must_use]
    pub fn for_nobody(self) -> Self {
        Self { shown: false, needs_login: false, ..self }
    }

    /// Runs `work` and, if it went well and the view is still there, `done` with what it gave.
    pub fn run<T: 'static>(
        self,
        work: impl Future<Output = Result<T, AppError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.start(Box::pin(async move {
            let value = work.await?;
            Ok(Box::new(move || done(value)) as Box<dyn FnOnce()>)
        }));
    }

    /// Boxed, so that all calls share this code: the page is the smaller for it.
    fn start(self, work: LocalBoxFuture<'static, Result<Box<dyn FnOnce()>, AppError>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let outcome = work.await;
            let alive = self.busy.try_set(false).is_none();
            match outcome {
                Ok(done) if alive => done(),
                Ok(_) => {}
                Err(error) => self.refused(error),
            }
        });
    }

    fn refused(self, error: AppError) {
        if error.code == ErrorCode::SignedOut && self.needs_login {
            browser::go("/sign-in");
        } else if self.shown {
            self.toasts.error(&error);
        }
        let _ = self.error.try_set(Some(error));
    }
}
