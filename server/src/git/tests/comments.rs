//! Comments that wait: kept, changed and taken away, each with its project.

use app::{
    git::model::{COMMENT_MAX, COMMENTS_MAX, Commented},
    ids::CommentId,
};

use super::*;

fn about(path: &str) -> Commented {
    let (path, code) = (path.to_owned(), "-a\n+b\n".to_owned());
    Commented { path, group: ChangeGroup::Untracked, side: Side::Old, first: 1, last: 2, code }
}

#[tokio::test]
async fn comments_wait_until_they_are_taken_away() {
    let home = Home::new().await;
    let (one, other) = (home.directory("one").await.id, home.directory("other").await.id);
    let keep = async |text: &str| {
        let new = NewComment { about: about("src/a.rs"), text: text.to_owned() };
        home.git.comment(&home.who, one, new).await
    };
    let first = keep("Why?").await.unwrap();
    let second = keep("And this?").await.unwrap();
    assert_eq!((first.by.as_str(), &first.about), ("Test", &about("src/a.rs")));
    let edit = async |project, text: &str| {
        home.git.edit_comment(&home.who, project, second.id, text.to_owned()).await
    };
    edit(one, "And that?").await.unwrap();
    refused(edit(other, "Not here.").await, ErrorCode::NotFound, "comment");
    let expected = [first.clone(), Comment { text: "And that?".to_owned(), ..second.clone() }];
    assert_eq!(home.git.comments(&home.who, one).await.unwrap(), expected);
    assert!(home.git.comments(&home.who, other).await.unwrap().is_empty());
    let ids = vec![first.id, CommentId(Uuid::nil())];
    home.git.remove_comments(&home.who, other, ids.clone()).await.unwrap();
    home.git.remove_comments(&home.who, one, ids).await.unwrap();
    assert_eq!(home.git.comments(&home.who, one).await.unwrap().len(), 1);
    for n in 1..COMMENTS_MAX {
        keep(&n.to_string()).await.unwrap();
    }
    refused(keep("one more").await, ErrorCode::Conflict, "Send them first");
}

#[tokio::test]
async fn what_is_no_comment_is_refused() {
    let home = Home::new().await;
    let id = home.directory("one").await.id;
    let keep = async |path: &str, text: &str| {
        let new = NewComment { about: about(path), text: text.to_owned() };
        home.git.comment(&home.who, id, new).await
    };
    refused(keep("a", " \n").await, ErrorCode::Invalid, "empty");
    refused(keep("../a", "x").await, ErrorCode::Invalid, "inside the project");
    refused(keep("a", &"x".repeat(COMMENT_MAX + 1)).await, ErrorCode::TooLarge, "8000 bytes");
    let about = Commented { code: "x".repeat(10_000), ..about("a") };
    let new = NewComment { about, text: "x".to_owned() };
    refused(home.git.comment(&home.who, id, new).await, ErrorCode::TooLarge, "of code");
}
