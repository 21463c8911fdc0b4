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

/// What fits to what was typed, in the order of the list.
#[must_use]
pub fn offers(found: &Branches, typed: &str) -> Vec<Offer> {
    let typed = typed.trim();
    let part = typed.to_lowercase();
    let fits = |name: &&str| name.to_lowercase().contains(&part);
    let to = |name: &str| SwitchBranch { name: name.to_owned(), ..SwitchBranch::default() };
    let local = found.branches.iter().filter(|branch| fits(&branch.name.as_str()));
    let remote = found.remote_only.iter().map(String::as_str).filter(fits);
    let mut offers: Vec<Offer> = local
        .map(|branch| Offer { to: to(&branch.name), what: What::Local(branch.clone()) })
        .chain(remote.map(|name| Offer { to: to(name), what: What::Remote }))
        .collect();
    if !typed.is_empty()
        && offers.iter().all(|offer| offer.to.name != typed)
        && found.head.as_deref() != Some(typed)
    {
        if found.more > 0 {
            offers.push(Offer { to: to(typed), what: What::LeftOut });
        }
        let new = SwitchBranch { create: true, from: found.head.clone(), ..to(typed) };
        offers.push(Offer { to: new, what: What::New(found.head.clone()) });
    }
    offers
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

    fn names(offers: &[Offer]) -> Vec<(&str, bool)> {
        offers.iter().map(|offer| (offer.to.name.as_str(), offer.to.create)).collect()
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
        let new = &offers(&found(0), "new")[0];
        assert_eq!((new.to.create, new.to.from.as_deref()), (true, Some("main")));
        assert_eq!(names(&offers(&found(7), "old")), [("old", false), ("old", true)]);
        // A branch without a commit is in no list, and is there.
        let empty = Branches { head: Some("main".to_owned()), ..Branches::default() };
        assert_eq!(names(&offers(&empty, "main")), []);
    }
}
