//! The one way a closed set of values gets its texts.

/// An enum whose values have a text form for programs and a label for people.
macro_rules! choice {
    (
        $(#[$about:meta])*
        $type:ident, $error:ident, $what:literal {
            $($(#[$doc:meta])* $value:ident = $text:literal, $label:literal;)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type {
            $($(#[$doc])* $value,)*
        }

        #[doc = concat!("A text is not ", $what, ".")]
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[error("{} is not {}: choose {}", crate::text::quoted(.0), $what, [$($text),*].join(", "))]
        pub struct $error(String);

        impl $type {
            /// All of them, in the order that they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The text form.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }

            /// What people read.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$value => $label,)* }
            }
        }

        impl std::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                found.ok_or_else(|| $error(text.into()))
            }
        }

        crate::text::text_value!($type, $what, {
            "type": "string",
            "enum": [$($text),*],
            "description": concat!("One of ", $what, "."),
        });
    };
}

pub(crate) use choice;
