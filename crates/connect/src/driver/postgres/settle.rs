//! Bringing the roles of a cluster to what Guildhall has made of them.
//!
//! Administrators of a cluster may make roles. Before PostgreSQL 16 that lets them change the roles
//! of others as well: rename, block, drop them, give them another password. Whatever was changed is
//! put back at every request about accounts and every description, and connections that may have
//! come about by it are ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use guildhall_app::cluster::driver::{DriverError, ReportedAccount};
use guildhall_model::ClusterRole;
use tokio_postgres::{Client, Row};

use super::access::ACCOUNTS;
use super::kept::{Account, Kept};
use super::server::{SUPERUSER, Server};
use super::session::{self, ADMINS, OVERSIGHT, failed, identifier, literal, run};

/// How the roles are.
struct Survey {
    roles: BTreeMap<u32, Role>,
    /// Group, member, and whether the member may take others in.
    members: Vec<(u32, u32, bool)>,
    /// What has to be done about it.
    sql: String,
    /// The roles whose connections end.
    ended: BTreeSet<u32>,
}

struct Role {
    name: String,
    login: bool,
    create_role: bool,
    create_database: bool,
    password: Option<String>,
}

/// Puts back what differs, and answers how the accounts were before. The caller has locked the
/// cluster; `kept` gets the numbers of roles that are made, and is stored.
pub(super) async fn settle(
    server: &Server,
    client: &Client,
    kept: &mut Kept,
) -> Result<Vec<ReportedAccount>, DriverError> {
    let mut survey = Survey::take(client).await?;
    let found = survey.accounts(kept);
    // Dropped with the connection if anything fails.
    run(client, "begin").await?;
    survey.rename(kept);
    survey.make(client, kept).await?;
    survey.equip(kept);
    survey.group(kept);
    run(client, &survey.sql).await?;
    kept.keep(&server.place)?;
    run(client, "commit").await?;
    for role in survey.ended {
        session::end_connections_of(client, role).await?;
    }
    Ok(found)
}

/// The accounts as they are to be.
pub(super) fn wanted(kept: &Kept) -> Vec<ReportedAccount> {
    let account = |(name, account): (&String, &Account)| ReportedAccount {
        name: name.clone(),
        role: account.role,
        active: account.active,
    };
    kept.accounts.iter().map(account).collect()
}

impl Survey {
    async fn take(client: &Client) -> Result<Self, DriverError> {
        let sql = "select oid, rolname::text, rolcanlogin, rolcreaterole, rolcreatedb, rolpassword \
             from pg_authid";
        let roles = client.query(sql, &[]).await.map_err(|error| failed(&error))?;
        let role = |row: &Row| {
            let role = Role {
                name: row.get(1),
                login: row.get(2),
                create_role: row.get(3),
                create_database: row.get(4),
                password: row.get(5),
            };
            (row.get(0), role)
        };
        let sql = "select roleid, member, admin_option from pg_auth_members";
        let members = client.query(sql, &[]).await.map_err(|error| failed(&error))?;
        let member = |row: &Row| (row.get(0), row.get(1), row.get(2));
        Ok(Self {
            roles: roles.iter().map(role).collect(),
            members: members.iter().map(member).collect(),
            sql: String::new(),
            ended: BTreeSet::new(),
        })
    }

    fn accounts(&self, kept: &Kept) -> Vec<ReportedAccount> {
        let admins = kept.groups.get(ADMINS).copied().unwrap_or_default();
        let found = kept.accounts.iter().filter_map(|(name, account)| {
            let role = self.roles.get(&account.number).filter(|role| role.name == *name)?;
            let member = |(group, member, _): &(u32, u32, bool)| {
                *group == admins && *member == account.number
            };
            let admin = role.create_role || self.members.iter().any(member);
            let as_role = if admin { ClusterRole::Admin } else { ClusterRole::User };
            let active = role.login && account.active;
            Some(ReportedAccount { name: name.clone(), role: as_role, active })
        });
        found.collect()
    }

    fn say(&mut self, sql: &str) {
        let _ = writeln!(self.sql, "{sql};");
    }

    /// Gives every role of Guildhall its name back. Whoever has such a name without being that role
    /// gets another, first of all, as names may have been exchanged.
    fn rename(&mut self, kept: &Kept) {
        let names = kept.names();
        let ours: BTreeSet<&str> =
            kept.groups.keys().chain(kept.accounts.keys()).map(String::as_str).collect();
        let wrong: Vec<u32> = self
            .roles
            .iter()
            .filter(|(number, role)| match names.get(number) {
                Some(name) => role.name != *name,
                None => ours.contains(role.name.as_str()),
            })
            .map(|(number, _)| *number)
            .collect();
        for &number in &wrong {
            self.call(number, format!("displaced {number}"));
            self.ended.insert(number);
        }
        for number in wrong {
            match names.get(&number) {
                Some(name) => self.call(number, (*name).to_owned()),
                None => self.say(&format!("alter role \"displaced {number}\" nologin")),
            }
        }
    }

    fn call(&mut self, number: u32, name: String) {
        let Some(role) = self.roles.get_mut(&number) else { return };
        let sql = format!("alter role {} rename to {}", identifier(&role.name), identifier(&name));
        role.name = name;
        self.say(&sql);
    }

    /// Makes the roles that are not there.
    async fn make(&mut self, client: &Client, kept: &mut Kept) -> Result<(), DriverError> {
        run(client, &std::mem::take(&mut self.sql)).await?;
        let groups = kept.groups.iter_mut();
        let accounts = kept.accounts.iter_mut().map(|(name, one)| (name, &mut one.number));
        for (name, number) in groups.chain(accounts) {
            if self.roles.contains_key(number) {
                continue;
            }
            // Who was signed in when it was dropped still is.
            self.ended.extend(Some(*number).filter(|number| *number != 0));
            run(client, &format!("create role {} nologin", identifier(name))).await?;
            let sql = "select oid from pg_roles where rolname = $1";
            let made = client.query_one(sql, &[name]).await.map_err(|error| failed(&error))?;
            *number = made.get(0);
            let role = Role {
                name: name.clone(),
                login: false,
                create_role: false,
                create_database: false,
                password: None,
            };
            self.roles.insert(*number, role);
        }
        Ok(())
    }

    /// Gives every account its password and its powers.
    fn equip(&mut self, kept: &Kept) {
        for (name, account) in &kept.accounts {
            let Some(role) = self.roles.get(&account.number) else { continue };
            let admin = account.role == ClusterRole::Admin;
            let powers = (role.create_role, role.create_database) == (admin, admin);
            let same = role.password == account.verifier;
            if powers && same && role.login == account.active {
                continue;
            }
            if !same || (role.login && !account.active) || (role.create_role && !admin) {
                self.ended.insert(account.number);
            }
            let login = if account.active { "login" } else { "nologin" };
            let powers = if admin { "createrole createdb" } else { "nocreaterole nocreatedb" };
            let password = account.verifier.as_deref().map_or_else(|| "null".to_owned(), literal);
            let name = identifier(name);
            self.say(&format!("alter role {name} {login} {powers} password {password}"));
            let whose = literal(&format!("Guildhall account of {}", account.user));
            self.say(&format!("comment on role {name} is {whose}"));
        }
    }

    fn join(&mut self, kept: &Kept) {
        for account in kept.accounts.values() {
            for group in self.groups_of(account) {
                let joined =
                    |(of, member, _): &(u32, u32, bool)| *of == group && *member == account.number;
                if !self.members.iter().any(joined) {
                    self.say(&format!(
                        "grant {} to {}",
                        self.named(group),
                        self.named(account.number)
                    ));
                }
            }
        }
    }

    /// Takes accounts out of what gives them more than they are to have and others out of ours, and
    /// puts every account into the groups that it belongs to.
    fn group(&mut self, kept: &Kept) {
        let names = kept.names();
        let accounts: BTreeMap<u32, &Account> =
            kept.accounts.values().map(|account| (account.number, account)).collect();
        for (group, member, manages) in self.members.clone() {
            let Some(name) = self.roles.get(&group).map(|role| role.name.as_str()) else {
                continue;
            };
            let ours = names.contains_key(&group);
            let guarded = ours || name.starts_with("pg_") || name == SUPERUSER;
            let too_much = match accounts.get(&member) {
                Some(account) if guarded => manages || !self.groups_of(account).contains(&group),
                Some(account) => manages && account.role == ClusterRole::User,
                None => ours,
            };
            if too_much {
                let (group, name) = (self.named(group), self.named(member));
                self.say(&format!("revoke {group} from {name} cascade"));
                // A connection may still act in the role that was taken (H65).
                self.ended.insert(member);
            }
        }
        // What was taken with the right to pass it on is given without.
        self.members.retain(|(_, member, manages)| !(*manages && accounts.contains_key(member)));
        self.join(kept);
    }

    fn groups_of(&self, account: &Account) -> BTreeSet<u32> {
        let admin = account.role == ClusterRole::Admin;
        let names =
            [ACCOUNTS].into_iter().chain([ADMINS].into_iter().chain(OVERSIGHT).filter(|_| admin));
        let number =
            |name: &str| self.roles.iter().find(|(_, role)| role.name == name).map(|(n, _)| *n);
        names.filter_map(number).collect()
    }

    fn named(&self, number: u32) -> String {
        self.roles.get(&number).map_or_else(String::new, |role| identifier(&role.name))
    }
}
