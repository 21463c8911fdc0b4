//! Id newtypes: one per noun, all UUIDs on the wire. Never made here: the server makes ids, the page makes message ids.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A registered directory.
    ProjectId
);
id!(
    /// One conversation: Roost's own id, not the CLI's.
    SessionId
);
id!(
    /// One question an agent waits on.
    ApprovalId
);
id!(
    /// One message of a person; also the CLI's `uuid` of it, so a repeat runs nothing.
    MessageId
);
id!(
    /// An image that belongs to a session.
    AttachmentId
);
id!(
    /// A bearer token.
    TokenId
);
id!(
    /// A signed-in browser.
    LoginId
);
id!(
    /// Something that was thrown away and can be put back: an entry of a project, or a worktree.
    TrashId
);
id!(
    /// A shell on a terminal of its own.
    TerminalId
);
id!(
    /// Something that was discarded of a work tree.
    DiscardId
);
id!(
    /// A comment on lines of a change.
    CommentId
);
id!(
    /// One time that git was told to do something in a project.
    RunId
);
