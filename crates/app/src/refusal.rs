//! Writes a refusal enum down as a table: variant, what it holds for its message if anything, code,
//! kind, message, and the field at fault.

macro_rules! refusals {
    (
        $(#[$about:meta])*
        $name:ident {
            $($(#[$doc:meta])*
            $variant:ident $(($held:ty))? = $code:literal, $kind:expr,
                $message:literal $(, at $field:literal)?;)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum $name {
            $($(#[$doc])* #[error($message)] $variant $(($held))?,)*
        }

        impl $crate::Refusal for $name {
            const CODES: &'static [&'static str] = &[$($code),*];

            fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),* }
            }

            fn kind(&self) -> $crate::RefusalKind {
                match self { $(Self::$variant { .. } => $kind),* }
            }

            fn fields(&self) -> Vec<(String, String)> {
                match self {
                    $(Self::$variant { .. } => vec![$(($field.into(), self.to_string()))?]),*
                }
            }
        }
    };
}

pub(crate) use refusals;
