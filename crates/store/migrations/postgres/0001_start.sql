-- The first version of all tables. Times are microseconds since 1970, ids and secrets' hashes text.
-- Texts are compared by their bytes, as SQLite does, so that ranges of prefixes mean the same.

-- What is known of the installation itself: one row, written at the first start.
create table installation (
    id bigint primary key check (id = 1),
    -- Of the key that secrets are sealed with, so that no process works with another one.
    key_fingerprint text collate "C" not null
);

-- The units of tenancy. A mutation locks its scope's row and takes the next revision.
create table scope (
    id text collate "C" primary key,
    revision bigint not null
);

-- Every fact of access: object # relation @ subject. subject_relation is '' for a plain subject.
create table relationship (
    scope text collate "C" not null references scope (id) on delete cascade,
    object_kind text collate "C" not null,
    object_id text collate "C" not null,
    relation text collate "C" not null,
    subject_kind text collate "C" not null,
    subject_id text collate "C" not null,
    subject_relation text collate "C" not null,
    primary key (scope, object_kind, object_id, relation, subject_kind, subject_id, subject_relation)
);
create index relationship_subject on relationship (subject_kind, subject_id, scope);

-- The history of relationship: what the index of each process follows, and what answers questions
-- about the past.
create table relationship_change (
    scope text collate "C" not null,
    revision bigint not null,
    position bigint not null,
    added bigint not null check (added in (0, 1)),
    object_kind text collate "C" not null,
    object_id text collate "C" not null,
    relation text collate "C" not null,
    subject_kind text collate "C" not null,
    subject_id text collate "C" not null,
    subject_relation text collate "C" not null,
    changed_at bigint not null,
    primary key (scope, revision, position)
);

create table user_account (
    id text collate "C" primary key,
    email text collate "C" not null,
    email_verified_at bigint,
    first_name text collate "C" not null,
    last_name text collate "C" not null,
    password_hash text collate "C" not null,
    password_changed_at bigint not null,
    -- The shared secret of the second factor, sealed; in force once confirmed.
    totp_sealed text collate "C",
    totp_confirmed_at bigint,
    -- The last time step a code was taken for, so that no code works twice (RFC 6238, 5.2).
    totp_last_step bigint,
    welcome_closed_at bigint,
    last_organization text collate "C",
    disabled_at bigint,
    created_at bigint not null
);
create unique index user_account_email on user_account (email);

create table recovery_code (
    user_id text collate "C" not null references user_account (id) on delete cascade,
    code_hash text collate "C" not null,
    used_at bigint,
    primary key (user_id, code_hash)
);

create table session (
    id text collate "C" primary key,
    user_id text collate "C" not null references user_account (id) on delete cascade,
    token_hash text collate "C" not null unique,
    remembered bigint not null check (remembered in (0, 1)),
    address text collate "C",
    user_agent text collate "C",
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null
);
create index session_of_user on session (user_id, last_seen_at);

create table api_key (
    id text collate "C" primary key,
    user_id text collate "C" not null references user_account (id) on delete cascade,
    name text collate "C" not null,
    token_hash text collate "C" not null unique,
    -- The last characters of the key, by which its owner tells keys apart.
    hint text collate "C" not null,
    created_at bigint not null,
    expires_at bigint,
    last_used_at bigint
);
create index api_key_user on api_key (user_id, created_at);

-- Single-use links that were mailed or printed: verification, reset, change of address, set-up.
create table mailed_link (
    token_hash text collate "C" primary key,
    purpose text collate "C" not null,
    user_id text collate "C" references user_account (id) on delete cascade,
    email text collate "C",
    -- The browser in which it was asked for, by the hash of its cookie.
    browser_hash text collate "C",
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index mailed_link_user on mailed_link (user_id, purpose);

-- Attempts since a time, per key such as an account or a network address.
create table throttle (
    throttle_key text collate "C" primary key,
    attempts bigint not null,
    since bigint not null
);

-- Outcomes of operations that were sent with an idempotency key, sealed.
create table idempotency (
    actor text collate "C" not null,
    idempotency_key text collate "C" not null,
    operation text collate "C" not null,
    fingerprint text collate "C" not null,
    outcome text collate "C" not null,
    created_at bigint not null,
    constraint idempotency_pkey primary key (actor, idempotency_key)
);
create index idempotency_age on idempotency (created_at);

create table organization (
    scope text collate "C" primary key references scope (id) on delete cascade,
    name text collate "C" not null,
    display_name text collate "C" not null,
    plan text collate "C" not null,
    -- NULL is without limit.
    seats bigint,
    created_at bigint not null,
    deleted_at bigint,
    purge_at bigint
);
create unique index organization_name on organization (name);
create index organization_purge on organization (purge_at) where purge_at is not null;

-- Attributes of a membership. That somebody is a member, and as what, is a relationship.
create table member (
    scope text collate "C" not null references scope (id) on delete cascade,
    user_id text collate "C" not null references user_account (id) on delete cascade,
    -- The person's name in lower case and their address, by which the list is ordered.
    sort_key text collate "C" not null,
    joined_at bigint not null,
    primary key (scope, user_id)
);
create index member_order on member (scope, sort_key, user_id);
create index member_user on member (user_id, scope);

-- Words of members' names and addresses in lower case: a search is a range of them, and the sort key
-- beside them gives its order.
create table member_term (
    scope text collate "C" not null,
    term text collate "C" not null,
    user_id text collate "C" not null,
    sort_key text collate "C" not null,
    primary key (scope, term, user_id) include (sort_key),
    foreign key (scope, user_id) references member (scope, user_id) on delete cascade
);
create index member_term_user on member_term (scope, user_id);

create table invitation (
    id text collate "C" primary key,
    scope text collate "C" not null references scope (id) on delete cascade,
    email text collate "C" not null,
    role text collate "C" not null,
    inviter_id text collate "C" not null,
    inviter_email text collate "C" not null,
    token_hash text collate "C" not null unique,
    status text collate "C" not null,
    created_at bigint not null,
    sent_at bigint not null,
    expires_at bigint not null,
    settled_at bigint
);
create unique index invitation_pending on invitation (scope, email) where status = 'pending';
create index invitation_email on invitation (email, status);
create index invitation_scope on invitation (scope, status, email, id);
create index invitation_standing on invitation (scope, expires_at) where status = 'pending';

-- Custom roles. What a role may do, and who holds it, are relationships.
create table role (
    id text collate "C" primary key,
    scope text collate "C" not null references scope (id) on delete cascade,
    name text collate "C" not null,
    name_key text collate "C" not null,
    description text collate "C" not null,
    created_at bigint not null
);
create unique index role_name on role (scope, name_key);

create table audit_event (
    id text collate "C" primary key,
    scope text collate "C" not null,
    revision bigint not null,
    at bigint not null,
    action text collate "C" not null,
    actor_kind text collate "C" not null,
    actor_id text collate "C",
    actor_name text collate "C" not null,
    via text collate "C",
    target_kind text collate "C" not null,
    target_id text collate "C" not null,
    target_name text collate "C",
    address text collate "C",
    user_agent text collate "C",
    request_id text collate "C",
    before text collate "C",
    after text collate "C"
);
create index audit_event_time on audit_event (scope, at, id);
create index audit_event_action on audit_event (scope, action, at, id);
create index audit_event_actor on audit_event (scope, actor_id, at, id);
create index audit_event_target on audit_event (scope, target_id, at, id);

-- Effects outside the database, written with the mutation that causes them.
create table outbox (
    id text collate "C" primary key,
    scope text collate "C" not null,
    kind text collate "C" not null,
    recipient text collate "C" not null,
    subject text collate "C" not null,
    -- The mail's content, sealed; erased once delivered.
    payload text collate "C",
    status text collate "C" not null,
    attempts bigint not null,
    created_at bigint not null,
    next_attempt_at bigint not null,
    leased_until bigint,
    sent_at bigint,
    last_error text collate "C"
);
create index outbox_due on outbox (next_attempt_at) where status = 'pending';
create index outbox_newest on outbox (created_at, id);

-- An organization's accounts at clouds. What is secret in one is sealed, and leaves only to a driver.
create table cloud_account (
    id text collate "C" primary key,
    scope text collate "C" not null references scope (id) on delete cascade,
    name text collate "C" not null,
    name_key text collate "C" not null,
    provider text collate "C" not null,
    -- What is not secret, and what is, sealed: JSON objects.
    settings text collate "C" not null,
    sealed text collate "C" not null,
    created_at bigint not null,
    changed_at bigint not null
);
create unique index cloud_account_name on cloud_account (scope, name_key);

create table cluster (
    id text collate "C" primary key,
    scope text collate "C" not null references scope (id) on delete cascade,
    name text collate "C" not null,
    name_key text collate "C" not null,
    version text collate "C" not null,
    cloud_account_id text collate "C" not null,
    size text collate "C" not null,
    -- Millionths of a credit that an hour consumes, as it was when the cluster was made.
    hourly bigint not null,
    user_management text collate "C" not null,
    state text collate "C" not null,
    state_since bigint not null,
    -- Whether its driver has made it; until then starting it means making it.
    made bigint not null check (made in (0, 1)),
    progress bigint,
    message text collate "C",
    url text collate "C",
    sign_in text collate "C",
    handle text collate "C",
    -- The administrator of a cluster that manages its users itself, the password sealed.
    admin_name text collate "C",
    admin_sealed text collate "C",
    created_by text collate "C" not null,
    created_by_email text collate "C" not null,
    created_at bigint not null,
    -- The move under way, until its driver has settled it.
    request text collate "C",
    verb text collate "C",
    target_version text collate "C",
    started_by text collate "C",
    -- Whether the driver has begun it, and is only asked how it goes from then on.
    accepted bigint not null default 0 check (accepted in (0, 1)),
    attempts bigint not null,
    due_at bigint,
    leased_until bigint,
    -- The job that brings accounts and ports to what they should be, while one process does it.
    tended_until bigint,
    described_at bigint,
    unreachable text collate "C",
    -- What was last found other than it had been made, and when.
    drift text collate "C",
    drifted_at bigint
);
create unique index cluster_name on cluster (scope, name_key) where state <> 'terminated';
create index cluster_scope on cluster (scope, created_at, id);
create index cluster_due on cluster (due_at) where due_at is not null;

-- The services of a cluster, whether their ports should be open, and whether they are.
create table cluster_service (
    scope text collate "C" not null,
    cluster_id text collate "C" not null references cluster (id) on delete cascade,
    name text collate "C" not null,
    label text collate "C" not null,
    ports text collate "C" not null,
    wanted bigint not null check (wanted in (0, 1)),
    applied bigint not null check (applied in (0, 1)),
    primary key (scope, cluster_id, name)
);

-- How a person is called on clusters, and the verifier of the password that they set.
create table cluster_identity (
    user_id text collate "C" primary key references user_account (id) on delete cascade,
    name text collate "C" not null,
    verifier text collate "C",
    changed_at bigint
);
create unique index cluster_identity_name on cluster_identity (name);

-- The accounts on a cluster: what each should be, and what it is. Never deleted with a membership;
-- a role of NULL is a blocked account.
create table cluster_account (
    scope text collate "C" not null,
    cluster_id text collate "C" not null references cluster (id) on delete cascade,
    user_id text collate "C" not null,
    name text collate "C" not null,
    wanted text collate "C",
    applied text collate "C",
    -- Whether it was ever made.
    made bigint not null check (made in (0, 1)),
    -- When the verifier that it has was set.
    verifier_at bigint,
    applied_at bigint,
    attempts bigint not null,
    due_at bigint not null,
    last_error text collate "C",
    primary key (scope, cluster_id, user_id)
);

-- Times at which a cluster ran: what it consumed is its rate times its running time.
create table cluster_run (
    scope text collate "C" not null,
    cluster_id text collate "C" not null,
    started_at bigint not null,
    ended_at bigint,
    hourly bigint not null,
    -- Millionths of a credit in all, once it has ended.
    consumed bigint,
    -- Who started it.
    user_id text collate "C" not null,
    user_email text collate "C" not null,
    primary key (scope, cluster_id, started_at)
);
create index cluster_run_open on cluster_run (scope, started_at) where ended_at is null;
-- Holds all that is asked about the runs of a time, so that the table is not read besides.
create index cluster_run_ended
    on cluster_run (scope, ended_at, cluster_id, started_at, hourly, user_id)
    where ended_at is not null;

create table credit_grant (
    id text collate "C" primary key,
    scope text collate "C" not null references scope (id) on delete cascade,
    amount bigint not null,
    note text collate "C" not null,
    granted_by text collate "C" not null,
    granted_at bigint not null
);
create index credit_grant_scope on credit_grant (scope, granted_at, id);

-- The sums of all grants, and of what all runs that have ended consumed: kept with each of them, so
-- that the balance need not count them all.
create table credit_balance (
    scope text collate "C" primary key references scope (id) on delete cascade,
    granted bigint not null,
    consumed bigint not null
);

-- The thresholds below which the balance has fallen and people were told, until it rises again.
create table credit_warning (
    scope text collate "C" not null references scope (id) on delete cascade,
    threshold bigint not null,
    warned_at bigint not null,
    primary key (scope, threshold)
);

insert into scope (id, revision) values ('system', 0);
