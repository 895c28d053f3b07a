//! What a cloud account holds: the fields of its cloud, the secret ones sealed.

use std::collections::BTreeMap;

use guildhall_authz::Tuple;
use guildhall_model::{CloudAccountId, CloudField, CloudProvider, Entropy, OrganizationId};
use guildhall_store::cloud_account::CloudAccount;

use crate::{Vault, cluster::driver::SecretText, object};

/// The longest value of a field, in bytes.
const LONGEST: usize = 16 * 1024;
/// The most cloud accounts of an organization.
pub(super) const MOST: usize = 50;

/// The fields of a cloud account, as a person fills them in.
pub type Fields = BTreeMap<String, String>;

/// Fields, divided into those that can be shown and those that are sealed.
pub(super) struct Content {
    pub(super) settings: Fields,
    pub(super) secrets: Fields,
}

/// What is wrong with a field of a cloud account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// The cloud has none of this name.
    #[error("{} has no field `{name}`; {}", .provider.label(), fields_of(*.provider))]
    Unknown {
        /// The name.
        name: String,
        /// The cloud.
        provider: CloudProvider,
    },
    /// It is empty.
    #[error("{} is needed", .0.label)]
    Missing(&'static CloudField),
    /// It is too long or holds control characters.
    #[error("{} is longer than 16 KiB, or holds characters that cannot be seen", .0.label)]
    Bad(&'static CloudField),
}

impl FieldProblem {
    /// The name of the field.
    pub fn name(&self) -> &str {
        match self {
            Self::Unknown { name, .. } => name,
            Self::Missing(field) | Self::Bad(field) => field.name,
        }
    }
}

fn fields_of(provider: CloudProvider) -> String {
    let names: Vec<_> = provider.fields().iter().map(|field| field.name).collect();
    match names.is_empty() {
        true => "it needs none".to_owned(),
        false => format!("its fields are {}", names.join(", ")),
    }
}

/// Divides the fields of a form. A secret that is left empty stays as it was.
///
/// # Errors
/// All that is wrong, what is unknown first.
pub(super) fn divide(
    provider: CloudProvider,
    fields: &Fields,
    known_secrets: Option<Fields>,
) -> Result<Content, Vec<FieldProblem>> {
    let known = provider.fields();
    let unknowns = fields.keys().filter(|name| known.iter().all(|field| field.name != **name));
    let unknown = |name: &String| FieldProblem::Unknown { name: name.clone(), provider };
    let mut problems: Vec<_> = unknowns.map(unknown).collect();
    let mut before = known_secrets.unwrap_or_default();
    let mut content = Content { settings: Fields::new(), secrets: Fields::new() };
    for field in known {
        let mut value = fields.get(field.name).map_or("", |value| value.trim()).to_owned();
        if value.is_empty() && field.secret {
            value = before.remove(field.name).unwrap_or_default();
        }
        if value.is_empty() {
            problems.push(FieldProblem::Missing(field));
        }
        if value.len() > LONGEST || (!field.secret && value.chars().any(char::is_control)) {
            problems.push(FieldProblem::Bad(field));
        }
        let into = if field.secret { &mut content.secrets } else { &mut content.settings };
        into.insert(field.name.to_owned(), value);
    }
    if problems.is_empty() { Ok(content) } else { Err(problems) }
}

/// The secrets of an account, sealed for its row.
pub(super) fn seal(
    vault: &Vault,
    id: CloudAccountId,
    secrets: &Fields,
    entropy: &dyn Entropy,
) -> Result<String, String> {
    let text = zeroize::Zeroizing::new(serde_json::to_vec(secrets).map_err(|e| e.to_string())?);
    Ok(vault.seal(&id.text(), &text, entropy))
}

/// The fields of a stored account, the secret ones included.
///
/// # Errors
/// In words, if the vault cannot open them.
pub(super) fn unseal(vault: &Vault, account: &CloudAccount) -> Result<(Fields, Fields), String> {
    let secrets = vault.unseal(&account.id.text(), &account.sealed).map_err(|e| e.to_string())?;
    let secrets = serde_json::from_slice(&secrets).map_err(|e| e.to_string())?;
    let settings = serde_json::from_str(&account.settings).map_err(|e| e.to_string())?;
    Ok((settings, secrets))
}

/// What a driver is told of a stored account.
///
/// # Errors
/// As [`unseal`].
pub(crate) fn open(
    vault: &Vault,
    account: &CloudAccount,
) -> Result<(Fields, BTreeMap<String, SecretText>), String> {
    let (settings, secrets) = unseal(vault, account)?;
    let secrets = secrets.into_iter().map(|(name, value)| (name, SecretText::new(value)));
    Ok((settings, secrets.collect()))
}

/// The relationship that says whose account it is.
pub(super) fn belongs(organization: OrganizationId, id: CloudAccountId) -> Tuple {
    let organization = object("organization", &organization.text());
    Tuple::new(object("cloud_account", &id.text()), "organization", organization)
}
