-- The first version of all tables. Times are microseconds since 1970, ids and secrets' hashes text.

-- What is known of the installation itself: one row, written at the first start.
create table installation (
    id integer primary key check (id = 1),
    -- Of the key that secrets are sealed with, so that no process works with another one.
    key_fingerprint text not null
) strict;

-- The units of tenancy. A mutation locks its scope's row and takes the next revision.
create table scope (
    id text primary key,
    revision integer not null
) strict;

-- Every fact of access: object # relation @ subject. subject_relation is '' for a plain subject.
create table relationship (
    scope text not null references scope (id) on delete cascade,
    object_kind text not null,
    object_id text not null,
    relation text not null,
    subject_kind text not null,
    subject_id text not null,
    subject_relation text not null,
    primary key (scope, object_kind, object_id, relation, subject_kind, subject_id, subject_relation)
) strict, without rowid;
create index relationship_subject on relationship (subject_kind, subject_id, scope);

-- The history of relationship: what the index of each process follows, and what answers questions
-- about the past.
create table relationship_change (
    scope text not null,
    revision integer not null,
    position integer not null,
    added integer not null check (added in (0, 1)),
    object_kind text not null,
    object_id text not null,
    relation text not null,
    subject_kind text not null,
    subject_id text not null,
    subject_relation text not null,
    changed_at integer not null,
    primary key (scope, revision, position)
) strict, without rowid;

create table user_account (
    id text primary key,
    email text not null,
    email_verified_at integer,
    first_name text not null,
    last_name text not null,
    password_hash text not null,
    password_changed_at integer not null,
    -- The shared secret of the second factor, sealed; in force once confirmed.
    totp_sealed text,
    totp_confirmed_at integer,
    -- The last time step a code was taken for, so that no code works twice (RFC 6238, 5.2).
    totp_last_step integer,
    welcome_closed_at integer,
    last_organization text,
    disabled_at integer,
    created_at integer not null
) strict;
create unique index user_account_email on user_account (email);

create table recovery_code (
    user_id text not null references user_account (id) on delete cascade,
    code_hash text not null,
    used_at integer,
    primary key (user_id, code_hash)
) strict, without rowid;

create table session (
    id text primary key,
    user_id text not null references user_account (id) on delete cascade,
    token_hash text not null unique,
    remembered integer not null check (remembered in (0, 1)),
    address text,
    user_agent text,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null
) strict;
create index session_of_user on session (user_id, last_seen_at);

create table api_key (
    id text primary key,
    user_id text not null references user_account (id) on delete cascade,
    name text not null,
    token_hash text not null unique,
    -- The last characters of the key, by which its owner tells keys apart.
    hint text not null,
    created_at integer not null,
    expires_at integer,
    last_used_at integer
) strict;
create index api_key_user on api_key (user_id, created_at);

-- Single-use links that were mailed or printed: verification, reset, change of address, set-up.
create table mailed_link (
    token_hash text primary key,
    purpose text not null,
    user_id text references user_account (id) on delete cascade,
    email text,
    -- The browser in which it was asked for, by the hash of its cookie.
    browser_hash text,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;
create index mailed_link_user on mailed_link (user_id, purpose);

-- Attempts since a time, per key such as an account or a network address.
create table throttle (
    throttle_key text primary key,
    attempts integer not null,
    since integer not null
) strict;

-- Outcomes of operations that were sent with an idempotency key, sealed.
create table idempotency (
    actor text not null,
    idempotency_key text not null,
    operation text not null,
    fingerprint text not null,
    outcome text not null,
    created_at integer not null,
    constraint idempotency_pkey primary key (actor, idempotency_key)
) strict, without rowid;
create index idempotency_age on idempotency (created_at);

create table organization (
    scope text primary key references scope (id) on delete cascade,
    name text not null,
    display_name text not null,
    plan text not null,
    -- NULL is without limit.
    seats integer,
    created_at integer not null,
    deleted_at integer,
    purge_at integer
) strict;
create unique index organization_name on organization (name);
create index organization_purge on organization (purge_at) where purge_at is not null;

-- Attributes of a membership. That somebody is a member, and as what, is a relationship.
create table member (
    scope text not null references scope (id) on delete cascade,
    user_id text not null references user_account (id) on delete cascade,
    -- The person's name in lower case and their address, by which the list is ordered.
    sort_key text not null,
    joined_at integer not null,
    primary key (scope, user_id)
) strict, without rowid;
create index member_order on member (scope, sort_key, user_id);
create index member_user on member (user_id, scope);

-- Words of members' names and addresses in lower case: a search is a range of them, and the sort key
-- beside them gives its order.
create table member_term (
    scope text not null,
    term text not null,
    user_id text not null,
    sort_key text not null,
    primary key (scope, term, user_id),
    foreign key (scope, user_id) references member (scope, user_id) on delete cascade
) strict, without rowid;
create index member_term_user on member_term (scope, user_id);

create table invitation (
    id text primary key,
    scope text not null references scope (id) on delete cascade,
    email text not null,
    role text not null,
    inviter_id text not null,
    inviter_email text not null,
    token_hash text not null unique,
    status text not null,
    created_at integer not null,
    sent_at integer not null,
    expires_at integer not null,
    settled_at integer
) strict;
create unique index invitation_pending on invitation (scope, email) where status = 'pending';
create index invitation_email on invitation (email, status);
create index invitation_scope on invitation (scope, status, email, id);
create index invitation_standing on invitation (scope, expires_at) where status = 'pending';

-- Custom roles. What a role may do, and who holds it, are relationships.
create table role (
    id text primary key,
    scope text not null references scope (id) on delete cascade,
    name text not null,
    name_key text not null,
    description text not null,
    created_at integer not null
) strict;
create unique index role_name on role (scope, name_key);

create table audit_event (
    id text primary key,
    scope text not null,
    revision integer not null,
    at integer not null,
    action text not null,
    actor_kind text not null,
    actor_id text,
    actor_name text not null,
    via text,
    target_kind text not null,
    target_id text not null,
    target_name text,
    address text,
    user_agent text,
    request_id text,
    before text,
    after text
) strict;
create index audit_event_time on audit_event (scope, at, id);
create index audit_event_action on audit_event (scope, action, at, id);
create index audit_event_actor on audit_event (scope, actor_id, at, id);
create index audit_event_target on audit_event (scope, target_id, at, id);

-- Effects outside the database, written with the mutation that causes them.
create table outbox (
    id text primary key,
    scope text not null,
    kind text not null,
    recipient text not null,
    subject text not null,
    -- The mail's content, sealed; erased once delivered.
    payload text,
    status text not null,
    attempts integer not null,
    created_at integer not null,
    next_attempt_at integer not null,
    leased_until integer,
    sent_at integer,
    last_error text
) strict;
create index outbox_due on outbox (next_attempt_at) where status = 'pending';
create index outbox_newest on outbox (created_at, id);

-- An organization's accounts at clouds. What is secret in one is sealed, and leaves only to a driver.
create table cloud_account (
    id text primary key,
    scope text not null references scope (id) on delete cascade,
    name text not null,
    name_key text not null,
    provider text not null,
    -- What is not secret, and what is, sealed: JSON objects.
    settings text not null,
    sealed text not null,
    created_at integer not null,
    changed_at integer not null
) strict;
create unique index cloud_account_name on cloud_account (scope, name_key);

create table cluster (
    id text primary key,
    scope text not null references scope (id) on delete cascade,
    name text not null,
    name_key text not null,
    version text not null,
    cloud_account_id text not null,
    size text not null,
    -- Millionths of a credit that an hour consumes, as it was when the cluster was made.
    hourly integer not null,
    user_management text not null,
    state text not null,
    state_since integer not null,
    -- Whether its driver has made it; until then starting it means making it.
    made integer not null check (made in (0, 1)),
    progress integer,
    message text,
    url text,
    sign_in text,
    handle text,
    -- The administrator of a cluster that manages its users itself, the password sealed.
    admin_name text,
    admin_sealed text,
    created_by text not null,
    created_by_email text not null,
    created_at integer not null,
    -- The move under way, until its driver has settled it.
    request text,
    verb text,
    target_version text,
    started_by text,
    -- Whether the driver has begun it, and is only asked how it goes from then on.
    accepted integer not null default 0 check (accepted in (0, 1)),
    attempts integer not null,
    due_at integer,
    leased_until integer,
    -- The job that brings accounts and ports to what they should be, while one process does it.
    tended_until integer,
    described_at integer,
    unreachable text,
    -- What was last found other than it had been made, and when.
    drift text,
    drifted_at integer
) strict;
create unique index cluster_name on cluster (scope, name_key) where state <> 'terminated';
create index cluster_scope on cluster (scope, created_at, id);
create index cluster_due on cluster (due_at) where due_at is not null;

-- The services of a cluster, whether their ports should be open, and whether they are.
create table cluster_service (
    scope text not null,
    cluster_id text not null references cluster (id) on delete cascade,
    name text not null,
    label text not null,
    ports text not null,
    wanted integer not null check (wanted in (0, 1)),
    applied integer not null check (applied in (0, 1)),
    primary key (scope, cluster_id, name)
) strict, without rowid;

-- How a person is called on clusters, and the verifier of the password that they set.
create table cluster_identity (
    user_id text primary key references user_account (id) on delete cascade,
    name text not null,
    verifier text,
    changed_at integer
) strict;
create unique index cluster_identity_name on cluster_identity (name);

-- The accounts on a cluster: what each should be, and what it is. Never deleted with a membership;
-- a role of NULL is a blocked account.
create table cluster_account (
    scope text not null,
    cluster_id text not null references cluster (id) on delete cascade,
    user_id text not null,
    name text not null,
    wanted text,
    applied text,
    -- Whether it was ever made.
    made integer not null check (made in (0, 1)),
    -- When the verifier that it has was set.
    verifier_at integer,
    applied_at integer,
    attempts integer not null,
    due_at integer not null,
    last_error text,
    primary key (scope, cluster_id, user_id)
) strict, without rowid;

-- Times at which a cluster ran: what it consumed is its rate times its running time.
create table cluster_run (
    scope text not null,
    cluster_id text not null,
    started_at integer not null,
    ended_at integer,
    hourly integer not null,
    -- Millionths of a credit in all, once it has ended.
    consumed integer,
    -- Who started it.
    user_id text not null,
    user_email text not null,
    primary key (scope, cluster_id, started_at)
) strict, without rowid;
create index cluster_run_open on cluster_run (scope, started_at) where ended_at is null;
-- Holds all that is asked about the runs of a time, so that the table is not read besides.
create index cluster_run_ended
    on cluster_run (scope, ended_at, cluster_id, started_at, hourly, user_id)
    where ended_at is not null;

create table credit_grant (
    id text primary key,
    scope text not null references scope (id) on delete cascade,
    amount integer not null,
    note text not null,
    granted_by text not null,
    granted_at integer not null
) strict;
create index credit_grant_scope on credit_grant (scope, granted_at, id);

-- The sums of all grants, and of what all runs that have ended consumed: kept with each of them, so
-- that the balance need not count them all.
create table credit_balance (
    scope text primary key references scope (id) on delete cascade,
    granted integer not null,
    consumed integer not null
) strict, without rowid;

-- The thresholds below which the balance has fallen and people were told, until it rises again.
create table credit_warning (
    scope text not null references scope (id) on delete cascade,
    threshold integer not null,
    warned_at integer not null,
    primary key (scope, threshold)
) strict, without rowid;

insert into scope (id, revision) values ('system', 0);
