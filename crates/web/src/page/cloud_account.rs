//! The cloud accounts of an organization: the list, and the form that configures or edits one.

use askama::Template;

use super::form::Form;
use super::member::Tab;
use super::part::{Moment, Offer, number};
use super::shell::Shell;

/// One cloud account.
#[derive(Debug, Clone, Default)]
pub struct CloudAccountRow {
    /// Its name.
    pub name: String,
    /// Its cloud: "AWS".
    pub provider: String,
    /// The settings that are not secret, by their labels.
    pub settings: Vec<(String, String)>,
    /// How many clusters use it.
    pub clusters: u64,
    /// When it was last changed.
    pub changed: Moment,
    /// The page that edits it.
    pub edit: Offer,
    /// The page that asks before deleting.
    pub delete: Offer,
}

/// `/o/{org}/settings/cloud-accounts`.
#[derive(Debug, Clone, Template)]
#[template(path = "cloud_account/list.html")]
pub struct CloudAccountsPage {
    /// The frame.
    pub shell: Shell,
    /// General, Cloud accounts.
    pub tabs: Vec<Tab>,
    /// The accounts by name.
    pub rows: Vec<CloudAccountRow>,
    /// The page that configures one.
    pub create: Offer,
    /// Who may configure one, for those who may not: "Alice Lindqvist or Bob Miller".
    pub ask: String,
}

impl CloudAccountsPage {
    /// "3 clusters are in 2 cloud accounts, which all members use. Nobody sees their secrets."
    fn sentence(&self) -> String {
        let accounts = match self.rows.len() {
            0 => return "Clusters are made in a cloud account of the organization.".to_owned(),
            1 => "one cloud account, which all members use. Nobody sees its secrets.".to_owned(),
            all => {
                let all = number(all as u64);
                format!("{all} cloud accounts, which all members use. Nobody sees their secrets.")
            }
        };
        match self.rows.iter().map(|row| row.clusters).sum() {
            0 => format!("No cluster is in {accounts}"),
            1 => format!("1 cluster is in {accounts}"),
            all => format!("{} clusters are in {accounts}", number(all)),
        }
    }
}

/// A cloud to choose.
#[derive(Debug, Clone, Default)]
pub struct ProviderChoice {
    /// Its name.
    pub label: String,
    /// One sentence.
    pub hint: String,
    /// The form for it.
    pub url: String,
}

/// `/o/{org}/settings/cloud-accounts/new` before a cloud is chosen.
#[derive(Debug, Clone, Template)]
#[template(path = "cloud_account/choose.html")]
pub struct ChooseProviderPage {
    /// The frame.
    pub shell: Shell,
    /// The clouds.
    pub choices: Vec<ProviderChoice>,
    /// The address of the list.
    pub back: String,
}

/// A field of a cloud account.
#[derive(Debug, Clone, Default)]
pub struct CloudAccountField {
    /// What the form sends.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What a value looks like.
    pub example: String,
    /// Whether it is never shown again.
    pub secret: bool,
}

/// `/o/{org}/settings/cloud-accounts/new?provider=…` and `…/{account}/edit`. Fields: `name`, those
/// of the cloud, hidden `provider` and `submission`.
#[derive(Debug, Clone, Template)]
#[template(path = "cloud_account/form.html")]
pub struct CloudAccountFormPage {
    /// The frame.
    pub shell: Shell,
    /// Posted to the page's own address.
    pub form: Form,
    /// Whether a new one is made.
    pub creating: bool,
    /// The text form of its cloud.
    pub provider: String,
    /// Its cloud: "AWS".
    pub provider_label: String,
    /// What to know about it; may be empty.
    pub hint: String,
    /// Its fields.
    pub fields: Vec<CloudAccountField>,
    /// The address of the list.
    pub back: String,
}

impl CloudAccountFormPage {
    /// What to know about a secret field.
    pub fn secret_hint(&self) -> &'static str {
        if self.creating {
            "Kept sealed, and never shown again."
        } else {
            "Leave it empty to keep what is there."
        }
    }
}
