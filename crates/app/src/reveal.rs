//! Secrets in the outcomes of operations: shown to whoever asked, once.

use std::{borrow::Cow, fmt};

use guildhall_model::{Secret, SecretKind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A new secret on its way to the one who gets it. As JSON it is its text; `Debug` hides it.
pub struct Revealed<K: SecretKind>(pub Secret<K>);

impl<K: SecretKind> Clone for Revealed<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: SecretKind> fmt::Debug for Revealed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: SecretKind> Serialize for Revealed<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.expose())
    }
}

impl<'de, K: SecretKind> Deserialize<'de> for Revealed<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Secret::deserialize(deserializer).map(Self)
    }
}

impl<K: SecretKind> JsonSchema for Revealed<K> {
    fn schema_name() -> Cow<'static, str> {
        Secret::<K>::schema_name()
    }

    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        Secret::<K>::json_schema(schemas)
    }
}
