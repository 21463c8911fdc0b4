//! A closed set of words that is the same everywhere: on the wire, in the database, on the CLI's command line.

/// An enum of such words, each with its text; `ALL`, `as_str` and `parse` come with it.
// `tt` for the word and not `literal`, which utoipa's derive would not see through.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order a menu shows them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word used on the wire, in the database and on the CLI's command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of that word, or none.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

pub(super) use wire_enum;
