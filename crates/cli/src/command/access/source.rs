//! What a question is asked on: files, or the relationships of the installation.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use guildhall_app::system::{ListOrganizations, ListUsers, ReadRelationships};
use guildhall_app::{Actor, App, Call, facts};
use guildhall_authz::{Model, Object, Snapshot, Subject, Tuple, read_store, read_tuples};
use guildhall_model::{Email, OrganizationId};
use serde_json::{Map, Value};

use super::About;
use crate::config::{Config, Loaded};
use crate::{logging, service};

/// Where model and relationships are read from: the installation, if nothing is named.
#[derive(Args)]
pub(super) struct SourceArguments {
    /// A model: `.fga`, `.json`, or an `fga.mod` with its modules
    #[arg(long, value_name = "FILE", conflicts_with_all = ["store", "organization"])]
    model: Option<PathBuf>,
    /// Relationships for the model: `.yaml`, `.json`, `.jsonl` or `.csv`; repeatable
    #[arg(long, value_name = "FILE", requires = "model")]
    tuples: Vec<PathBuf>,
    /// A store file with both
    #[arg(long, value_name = "FILE", conflicts_with = "organization")]
    store: Option<PathBuf>,
    /// Of the installation: this organization's relationships beside the system's own
    #[arg(long, value_name = "NAME|ID")]
    organization: Option<String>,
}

/// Everything that a question is answered from.
pub(super) struct Source {
    pub(super) snapshot: Snapshot,
    pub(super) context: Option<Map<String, Value>>,
    with: Vec<Tuple>,
    installation: Option<Installation>,
}

/// The running application, for the names that people go by.
struct Installation {
    app: App,
    runtime: tokio::runtime::Runtime,
}

impl Source {
    /// Reads what is named.
    pub(super) fn open(about: &About, loaded: Loaded) -> anyhow::Result<Self> {
        let context = about.context.as_deref().map(serde_json::from_str).transpose();
        let context = context.context("`--context` must be a JSON object")?;
        let with = about.with.iter().map(|text| Ok(text.parse::<Tuple>()?));
        let with = with.collect::<anyhow::Result<Vec<_>>>()?;
        let (snapshot, installation) = match (&about.source.store, &about.source.model) {
            (Some(store), _) => (of_store(store)?, None),
            (None, Some(model)) => (of_files(model, &about.source.tuples)?, None),
            (None, None) => {
                let config = loaded.config()?;
                let opened = Installation::open(&config)?;
                let snapshot = opened.snapshot(about.source.organization.as_deref())?;
                (snapshot, Some(opened))
            }
        };
        Ok(Self { snapshot, context, with, installation })
    }

    /// A subject; on the installation also by an e-mail address.
    pub(super) fn subject(&self, text: &str) -> anyhow::Result<Subject> {
        match &self.installation {
            Some(installation) if !text.contains(':') => installation.person(text),
            _ => Ok(text.parse()?),
        }
    }

    /// An object; on the installation also an organization by its name, or an account by its
    /// address, and `system` is the installation itself.
    pub(super) fn object(&self, text: &str) -> anyhow::Result<Object> {
        match &self.installation {
            Some(_) if text == "system" => Ok(Object::new("system", "guildhall")),
            Some(installation) if text.contains('@') && !text.contains(':') => {
                match installation.person(text)? {
                    Subject::Object(object) => Ok(object),
                    other => bail!("`{other}` is not an object"),
                }
            }
            Some(installation) if !text.contains(':') => {
                let id = installation.organization(text)?;
                Ok(Object::new("organization", id.text()))
            }
            _ => Ok(text.parse()?),
        }
    }

    /// What counts for one question only: what was given, and what holds by identity.
    pub(super) fn contextual(&self, objects: &[Option<&Object>]) -> Vec<Tuple> {
        let mut all = self.with.clone();
        if self.installation.is_some() {
            let facts = objects.iter().flatten().flat_map(|object| facts(object));
            all.extend(facts.filter(|fact| !self.snapshot.contains(fact)));
        }
        all.dedup_by(|a, b| a.same(b));
        all
    }
}

/// The object that a subject is or belongs to.
pub(super) fn object_of(subject: &Subject) -> Option<&Object> {
    match subject {
        Subject::Object(object) | Subject::Userset(object, _) => Some(object),
        Subject::Wildcard(_) => None,
    }
}

fn of_store(path: &Path) -> anyhow::Result<Snapshot> {
    let text = read(path)?;
    let beside = |file: &str| fs::read_to_string(path.with_file_name(file));
    let (model, tuples) = read_store(&path.display().to_string(), &text, &beside)?;
    load(model, tuples)
}

fn of_files(model: &Path, tuples: &[PathBuf]) -> anyhow::Result<Snapshot> {
    let model = Model::load(&model.display().to_string(), &|file| fs::read_to_string(file));
    let model = model.map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the model cannot be used\n  {}", faults.join("\n  "))
    })?;
    let mut all = Vec::new();
    for path in tuples {
        all.extend(read_tuples(&path.display().to_string(), &read(path)?)?);
    }
    load(model, all)
}

/// All tuples, or an error that names the first one that the model does not admit.
fn load(model: Model, tuples: Vec<Tuple>) -> anyhow::Result<Snapshot> {
    let model = Arc::new(model);
    let loaded = tuples.iter().map(|tuple| ("files", tuple.clone()));
    let snapshot = Snapshot::load(Arc::clone(&model), loaded, [])?;
    if snapshot.inert() > 0 {
        let changes = tuples.into_iter().map(guildhall_authz::Change::Add).collect::<Vec<_>>();
        Snapshot::empty(model).apply("files", 1, &changes)?;
    }
    Ok(snapshot)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))
}

impl Installation {
    /// Opens what `serve` serves; never makes a new one.
    fn open(config: &Config) -> anyhow::Result<Self> {
        logging::start(&config.log)?;
        let runtime = crate::command::runtime()?;
        let app = runtime.block_on(service::app_as_it_is(config));
        let app = app.context("nothing is named by `--model` or `--store`")?;
        Ok(Self { app, runtime })
    }

    fn snapshot(&self, organization: Option<&str>) -> anyhow::Result<Snapshot> {
        let organization = organization.map(|named| self.organization(named)).transpose()?;
        let query = ReadRelationships { organization };
        Ok(self.runtime.block_on(self.app.read(&operator(), query))?)
    }

    fn organization(&self, named: &str) -> anyhow::Result<OrganizationId> {
        if let Ok(id) = named.parse() {
            return Ok(id);
        }
        let search = Some(named.to_owned());
        let query = ListOrganizations { after: None, search, limit: 200 };
        let found = self.runtime.block_on(self.app.read(&operator(), query))?;
        let mut rows = found.rows.into_iter();
        match rows.find(|row| row.name.as_str().eq_ignore_ascii_case(named)) {
            Some(row) => Ok(row.id),
            None => bail!("there is no organization `{named}`"),
        }
    }

    fn person(&self, address: &str) -> anyhow::Result<Subject> {
        let email = Email::parse(address)
            .with_context(|| format!("`{address}` is neither `type:id` nor an e-mail address"))?;
        let search = Some(email.as_str().to_owned());
        let query = ListUsers { after: None, search, limit: 200 };
        let found = self.runtime.block_on(self.app.read(&operator(), query))?;
        match found.rows.into_iter().find(|row| row.email == email) {
            Some(row) => Ok(guildhall_app::user(row.id)),
            None => bail!("there is no account with the address `{}`", email.as_str()),
        }
    }
}

fn operator() -> Call {
    Call::of(Actor::System("operator"))
}
