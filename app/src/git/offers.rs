//! Which branches are offered for what was typed: those that fit, and a new one where none has that name. Pure.

use super::model::{Branch, Branches, SwitchBranch};

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What choosing it asks for.
    pub to: SwitchBranch,
    /// What it is.
    pub what: What,
}

/// What a line stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A local branch.
    Local(Branch),
    /// Only a remote has it.
    Remote,
    /// A new one, from this one.
    New(Option<String>),
    /// It may be one of those that the list leaves out.
    LeftOut,
}

/// The most branches that are offered at once; whoever looks for another types.
pub const SHOWN_MAX: usize = 100;

/// The lines for what was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    /// Those that fit, in the order of the list, but the one of that very name first; what is new comes last.
    pub lines: Vec<Offer>,
    /// How many there are beside these.
    pub hidden: usize,
}

impl Offers {
    /// The one that was certainly meant: that of this very name, or the only one.
    #[must_use]
    pub fn meant(self, typed: &str) -> Option<SwitchBranch> {
        let named = self.lines.iter().position(|line| line.to.name == typed.trim() && !line.to.create);
        let only = (!typed.trim().is_empty() && self.lines.len() == 1).then_some(0);
        named.or(only).map(|at| self.lines[at].to.clone())
    }
}

/// What fits to what was typed.
#[must_use]
pub fn offers(found: &Branches, typed: &str) -> Offers {
    let typed = typed.trim();
    let part = typed.to_lowercase();
    let fits = |name: &&str| name.to_lowercase().contains(&part);
    let to = |name: &str| SwitchBranch { name: name.to_owned(), ..SwitchBranch::default() };
    let local = found.branches.iter().filter(|branch| fits(&branch.name.as_str()));
    let remote = found.remote_only.iter().map(String::as_str).filter(fits);
    let mut lines: Vec<Offer> = local
        .map(|branch| Offer { to: to(&branch.name), what: What::Local(branch.clone()) })
        .chain(remote.map(|name| Offer { to: to(name), what: What::Remote }))
        .collect();
    lines.sort_by_key(|line| line.to.name != typed);
    let known =
        found.head.as_deref() == Some(typed) || lines.first().is_some_and(|line| line.to.name == typed);
    let hidden = lines.len().saturating_sub(SHOWN_MAX) + found.more as usize;
    lines.truncate(SHOWN_MAX);
    if !typed.is_empty() && !known {
        if found.more > 0 {
            lines.push(Offer { to: to(typed), what: What::LeftOut });
        }
        let new = SwitchBranch { create: true, from: found.head.clone(), ..to(typed) };
        lines.push(Offer { to: new, what: What::New(found.head.clone()) });
    }
    Offers { lines, hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(more: u32) -> Branches {
        let branch = |name: &str| Branch { name: name.to_owned(), ..Branch::default() };
        Branches {
            branches: vec![branch("main"), branch("Fix/Login")],
            head: Some("main".to_owned()),
            remote_only: vec!["fix/far".to_owned()],
            more,
        }
    }

    fn names(offers: &Offers) -> Vec<(&str, bool)> {
        offers.lines.iter().map(|line| (line.to.name.as_str(), line.to.create)).collect()
    }

    #[test]
    fn what_is_typed_narrows_the_list_and_may_be_made() {
        assert_eq!(
            names(&offers(&found(0), "")),
            [("main", false), ("Fix/Login", false), ("fix/far", false)]
        );
        assert_eq!(
            names(&offers(&found(0), " fix ")),
            [("Fix/Login", false), ("fix/far", false), ("fix", true)]
        );
        // What exists is not made, wherever it is.
        assert_eq!(names(&offers(&found(0), "fix/far")), [("fix/far", false)]);
        let new = &offers(&found(0), "new").lines[0];
        assert_eq!((new.to.create, new.to.from.as_deref()), (true, Some("main")));
        // A branch without a commit is in no list, and is there.
        let empty = Branches { head: Some("main".to_owned()), ..Branches::default() };
        assert_eq!(offers(&empty, "main"), Offers::default());
    }

    #[test]
    fn only_what_was_certainly_meant_is_taken_without_being_chosen() {
        let meant = |typed: &str| offers(&found(0), typed).meant(typed).map(|to| (to.name, to.create));
        let of = |name: &str, create| Some((name.to_owned(), create));
        assert_eq!(meant(" main "), of("main", false));
        assert_eq!(meant("new"), of("new", true));
        // Both may be meant: one that is there, and a new one.
        assert_eq!(meant("log"), None);
        assert_eq!(meant(""), None);
    }

    #[test]
    fn of_many_the_one_that_was_named_is_first_and_a_new_one_is_still_offered() {
        let old = offers(&found(7), "old");
        assert_eq!((names(&old), old.hidden), (vec![("old", false), ("old", true)], 7));
        let mut many = found(0);
        many.remote_only = (0..300).map(|n| format!("b{n}")).collect();
        let b2 = offers(&many, "b2");
        assert_eq!((b2.lines.len(), b2.hidden, names(&b2)[0]), (SHOWN_MAX, 11, ("b2", false)));
        let b = offers(&many, "b");
        assert_eq!((b.lines.len(), b.hidden), (SHOWN_MAX + 1, 200));
        assert_eq!(names(&b).last(), Some(&("b", true)));
    }
}
