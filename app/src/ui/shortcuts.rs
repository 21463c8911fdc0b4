//! Keys that do what a button does: a registry that views add to while they are mounted, and that the `?` sheet lists.
//! Never listens while somebody types, except to Escape and to keys with Ctrl, and takes no Enter and no Space from a control.

use leptos::{ev, ev::KeyboardEvent, prelude::*};

use super::browser;

/// One key with what it does.
#[derive(Clone, Copy)]
pub struct Shortcut {
    id: u32,
    /// `n`, `?`, `Escape`, `Space`, `ctrl+k`, `shift+j`, or two in a row: `g i`.
    pub keys: &'static str,
    /// What it does, for the sheet; empty to leave it out.
    pub label: &'static str,
    /// Whether it does anything now; while not, the key is the browser's.
    ready: Signal<bool>,
    run: Callback<()>,
}

/// All keys of the page.
#[derive(Clone, Copy)]
pub struct Shortcuts {
    all: RwSignal<Vec<Shortcut>>,
    next: StoredValue<u32>,
    prefix: StoredValue<Option<String>>,
}

impl Shortcuts {
    /// Provides the registry and starts to listen.
    pub fn provide() {
        let keys = Self {
            all: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            prefix: StoredValue::new(None),
        };
        provide_context(keys);
        Effect::new(move |_| {
            let handle = window_event_listener(ev::keydown, move |event| keys.pressed(&event));
            on_cleanup(move || handle.remove());
        });
    }

    /// What is registered now, each label once, in the order of registration.
    #[must_use]
    pub fn listed(self) -> Vec<Shortcut> {
        let mut listed: Vec<Shortcut> = Vec::new();
        for shortcut in self.all.read().iter() {
            if !shortcut.label.is_empty() && !listed.iter().any(|seen| seen.label == shortcut.label) {
                listed.push(*shortcut);
            }
        }
        listed
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.default_prevented() || event.alt_key() || event.is_composing() {
            return;
        }
        let chord = chord(&event.key(), event.ctrl_key() || event.meta_key());
        let always = chord == "Escape" || chord.starts_with("ctrl+");
        if browser::dialog_is_open() || (browser::is_typing(event) && !always) {
            return;
        }
        if ["Enter", "Space"].contains(&chord.as_str()) && browser::is_on_control(event) {
            return;
        }
        let before =
            self.prefix.try_update_value(std::mem::take).flatten().map(|first| format!("{first} {chord}"));
        let found = self.all.with_untracked(|all| {
            let last = |keys: &str| {
                let is_it = |shortcut: &&Shortcut| shortcut.keys == keys && shortcut.ready.get_untracked();
                all.iter().rev().find(is_it).map(|shortcut| shortcut.run)
            };
            let shifted = event.shift_key().then(|| format!("shift+{chord}"));
            let chords = [before.as_deref(), shifted.as_deref(), Some(chord.as_str())];
            chords.into_iter().flatten().find_map(last)
        });
        if let Some(run) = found {
            event.prevent_default();
            run.run(());
        } else if self.starts_a_sequence(&chord) {
            self.prefix.set_value(Some(chord));
        }
    }

    fn starts_a_sequence(self, chord: &str) -> bool {
        self.all.with_untracked(|all| {
            all.iter().any(|shortcut| shortcut.keys.split_once(' ').is_some_and(|(first, _)| first == chord))
        })
    }
}

/// The name a pressed key is registered under; letters in lower case.
fn chord(key: &str, ctrl: bool) -> String {
    let key = match key {
        " " => "Space".to_owned(),
        key if key.chars().count() == 1 => key.to_lowercase(),
        key => key.to_owned(),
    };
    if ctrl { format!("ctrl+{key}") } else { key }
}

/// Registers `keys` while the caller is mounted. The last one registered wins.
pub fn use_shortcut(keys: &'static str, label: &'static str, run: impl Fn() + Send + Sync + 'static) {
    use_shortcut_when(Signal::stored(true), keys, label, run);
}

/// The same for a key that is left to the browser while it has nothing to do.
pub fn use_shortcut_when(
    ready: Signal<bool>,
    keys: &'static str,
    label: &'static str,
    run: impl Fn() + Send + Sync + 'static,
) {
    let Some(registry) = use_context::<Shortcuts>() else {
        return;
    };
    let run = Callback::new(move |()| run());
    // In an effect, so that the server never registers any.
    Effect::new(move |_| {
        let Some(id) = registry.next.try_update_value(|next| {
            *next += 1;
            *next
        }) else {
            return;
        };
        registry.all.update(|all| {
            all.push(Shortcut { id, keys, label, ready, run });
        });
        on_cleanup(move || {
            let _ = registry.all.try_update(|all| all.retain(|shortcut| shortcut.id != id));
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_name() {
        assert_eq!(chord("N", false), "n");
        assert_eq!(chord("k", true), "ctrl+k");
        assert_eq!(chord("Escape", false), "Escape");
        assert_eq!(chord("?", false), "?");
        assert_eq!(chord(" ", false), "Space");
    }
}
