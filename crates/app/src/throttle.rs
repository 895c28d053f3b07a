//! Limits on attempts: counted in the database for all processes, before the work is done.
//!
//! A window begins with the first attempt and does not move on, so nobody waits longer than it
//! lasts, and a new password from the mailbox ends the wait where it is set. Wrong passwords keep
//! out the network address that they come from, not the person: it takes many addresses to make an
//! account wait everywhere, and even then not where its person is signed in (security 14).

use std::{net::IpAddr, time::Duration};

use guildhall_model::{Email, Timestamp, UserId};
use guildhall_store::{
    StoreError, Tx,
    quota::{self, Quota},
    session,
};

use crate::{
    App, Origin,
    frame::{Note, note},
};

/// What is counted, and how often it may happen.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    key: String,
    most: u32,
    window: Duration,
}

impl Limit {
    /// Sign-ins to the account of an address from one network, whether or not there is one.
    fn sign_in(app: &App, origin: &Origin, email: &Email) -> Self {
        Self::within(app, Self::sign_in_key(origin, email), app.settings().sign_in_attempts)
    }

    pub(crate) fn sign_in_key(origin: &Origin, email: &Email) -> String {
        let network = origin.address.map(network).unwrap_or_default();
        format!("sign_in:account:{email}:{network}")
    }

    /// Sign-ins to the account of an address from everywhere.
    fn sign_in_everywhere(app: &App, email: &Email) -> Self {
        let most = app.settings().sign_in_attempts_everywhere;
        Self::within(app, Self::sign_in_everywhere_key(email), most)
    }

    pub(crate) fn sign_in_everywhere_key(email: &Email) -> String {
        format!("sign_in:account:{email}")
    }

    /// Sign-ins from a network address; `None` where it is not known.
    pub(crate) fn sign_in_from(app: &App, origin: &Origin) -> Option<Self> {
        Self::from_network(app, "sign_in", origin)
    }

    /// Registrations from a network address.
    pub(crate) fn register_from(app: &App, origin: &Origin) -> Option<Self> {
        Self::from_network(app, "register", origin)
    }

    /// Passwords tried by somebody who is signed in. Counted apart from sign-ins, so that nobody
    /// outside can use it up.
    pub(crate) fn password(app: &App, user: UserId) -> Self {
        Self::within(app, format!("password:{user}"), app.settings().sign_in_attempts)
    }

    /// Codes of the second factor tried for an account. They are counted together wherever they
    /// come from: whoever tries them knows the password, and there are only a million of them.
    pub(crate) fn code(app: &App, user: UserId) -> Self {
        Self::within(app, Self::code_key(user), app.settings().sign_in_attempts)
    }

    pub(crate) fn code_key(user: UserId) -> String {
        format!("code:{user}")
    }

    /// Mails about an account that anybody can cause (security 17).
    pub(crate) fn mail(kind: &str, user: UserId) -> Self {
        let key = format!("mail:{kind}:{user}");
        Self { key, most: 5, window: Duration::from_secs(60 * 60) }
    }

    fn from_network(app: &App, what: &str, origin: &Origin) -> Option<Self> {
        let key = format!("{what}:address:{}", network(origin.address?));
        Some(Self::within(app, key, app.settings().sign_in_attempts_per_address))
    }

    /// So many attempts within the window of sign-ins.
    fn within(app: &App, key: String, most: u32) -> Self {
        Self { key, most, window: app.settings().sign_in_window }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Counts once inside a transaction. Answers when to try again where it was too often.
    pub(crate) async fn take(
        &self,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<Result<(), Timestamp>, StoreError> {
        let quota = Quota { most: self.most, window: self.window };
        quota::take(tx, &self.key, 1, quota, now).await
    }
}

/// Counts an attempt against each limit, the narrowest first. What one refuses does not count
/// against the next, so that a single address or account cannot use up what others share. Answers
/// the seconds to wait where it was too often.
pub(crate) async fn attempt(
    app: &App,
    limits: impl IntoIterator<Item = Limit>,
) -> Result<Option<u64>, StoreError> {
    let now = app.clock().now();
    let until = note(app, Attempt { limits: limits.into_iter().collect(), now }).await?;
    Ok(until.map(|until| wait(until, now)))
}

/// Counts an attempt to sign in. Answers the seconds to wait where it was too often.
pub(crate) async fn attempt_sign_in(
    app: &App,
    origin: &Origin,
    email: &Email,
) -> Result<Option<u64>, StoreError> {
    let now = app.clock().now();
    let here = [Some(Limit::sign_in(app, origin, email)), Limit::sign_in_from(app, origin)];
    let attempt = SignInAttempt {
        here: Attempt { limits: here.into_iter().flatten().collect(), now },
        everywhere: Limit::sign_in_everywhere(app, email),
        email: email.clone(),
        network: origin.address.map(network),
    };
    let until = note(app, attempt).await?;
    Ok(until.map(|until| wait(until, now)))
}

/// Whole seconds until a time, at least one.
pub(crate) fn wait(until: Timestamp, now: Timestamp) -> u64 {
    until.since(now).as_secs().saturating_add(1)
}

struct Attempt {
    limits: Vec<Limit>,
    now: Timestamp,
}

impl Note for Attempt {
    type Output = Option<Timestamp>;

    async fn run(self, tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
        for limit in &self.limits {
            if let Err(until) = limit.take(tx, self.now).await? {
                return Ok(Some(until));
            }
        }
        Ok(None)
    }
}

struct SignInAttempt {
    here: Attempt,
    everywhere: Limit,
    email: Email,
    network: Option<String>,
}

impl Note for SignInAttempt {
    type Output = Option<Timestamp>;

    async fn run(self, tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
        let now = self.here.now;
        if let Some(until) = self.here.run(tx).await? {
            return Ok(Some(until));
        }
        let everywhere = self.everywhere.take(tx, now).await?.err();
        let addresses = session::addresses(tx, &self.email, now).await?;
        let mut networks = addresses.iter().filter_map(|address| address.parse().ok()).map(network);
        let at_home = self.network.is_some_and(|here| networks.any(|network| network == here));
        Ok(everywhere.filter(|_| !at_home))
    }
}

/// What is counted together: an IPv4 address, or the 64 bits of IPv6 that one customer gets.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Forgets the attempts counted against a limit.
pub(crate) async fn forget(app: &App, limit: Limit) -> Result<(), StoreError> {
    note(app, Forget(limit)).await
}

struct Forget(Limit);

impl Note for Forget {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        quota::clear(tx, &self.0.key).await
    }
}
