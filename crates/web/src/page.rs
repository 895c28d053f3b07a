//! How the console looks: one struct of plain data for each page, rendered by its template.
//!
//! A page struct knows no type of `app`: texts are already in words, addresses are already paths,
//! and what a person may do is already decided. A handler makes the page with its constructor (or
//! as a literal where there is none), sets the public fields that differ, and answers with
//! `page.render()` ([`askama::Template`]). Everything is escaped by the templates.
//!
//! # Frames
//!
//! Pages with a menu have a [`Shell`]: build it once per request with [`Shell::new`] and the
//! page's [`Section`], and fill organization, picker and [`OrganizationMenu`]. Pages without one
//! have an [`Entrance`]. Both carry the [`Notice`]s to show on top (what was just done).
//!
//! # Forms
//!
//! [`Form`] is the state of one form. After a refusal: `form.set(field, typed)` for each field but
//! passwords, `form.refuse(message)`, and `form.fault(field, message)` for each field at fault.
//! Messages may be lower case with user input in backticks; they become sentences with quotation
//! marks. A creating form carries `submission`, the idempotency key: use [`Form::creating`], and
//! keep the typed one when the form is shown again. Tick boxes send `on` or nothing.
//!
//! # Actions
//!
//! What may be offered is an [`Offer`]: `At(url)` where it can be used, `Refused(reason)` where it
//! is shown disabled with the reason, `Absent` where the person should not know. Anything that
//! loses something leads to a [`ConfirmPage`], whose [`Consequences`] are a dry run's forecast.
//! Row actions without a question (resend, end a session, take a role away) are small `post` forms.
//!
//! # Pages
//!
//! The address, the struct, and the fields that its forms send:
//!
//! - `/sign-in`: [`SignInPage`]; `email` `password` `next`
//! - `/sign-in/code`: [`SecondFactorPage`]; `code` `ticket` `next`
//! - `/register`: [`RegisterPage`]; `email` `first_name` `last_name` `password` `next`
//!   `submission`
//! - after a mail was sent: [`CheckMailPage`]; `email`
//! - `/verify/{token}`: [`VerifyPage`]
//! - `/forgot`, `/reset/{token}`: [`ForgotPage`], [`ResetPage`]; `email`; `password`
//! - `/setup/{token}`: [`SetUpPage`]; as `/register`
//! - `/invitation/{token}`: [`InvitationPage`]; none (Accept and Reject are forms)
//! - `/`, `/o/{org}/`: [`DashboardPage`], [`NoOrganizationPage`], at first [`WelcomePage`]
//! - `/organizations`, `…/new`: [`OrganizationsPage`], [`NewOrganizationPage`]; `display_name`
//!   `name` `submission`
//! - `/o/{org}/members`: [`MembersPage`]; `emails` `role` `submission`; `invite` `clusters`
//!   `ports`
//! - `…/members/{user}/edit`: [`EditMemberPage`], then [`ConfirmPage`]; `role`
//! - `…/members/{user}/remove`, `…/invitations/{inv}/withdraw`: [`ConfirmPage`]; as set in
//!   `hidden`
//! - `…/members/{user}/why`: [`WhyPage`]; `permission` (query)
//! - `/o/{org}/roles…`: [`RolesPage`], [`RoleFormPage`], [`RolePage`]; `name` `description`
//!   `permission`*; `email`
//! - `/o/{org}/clusters`, `…/new`: [`ClustersPage`], [`NewClusterPage`]; `q` `terminated` (query);
//!   `name` `version` `cloud_account` `size` `user_management` `submission`
//! - `/o/{org}/clusters/{cluster}`, `…/state`: [`ClusterPage`], [`ClusterStatePart`]; `password`
//! - `…/services`, `…/accounts`, `…/upgrade`: [`ClusterServicesPage`], [`ClusterAccountsPage`],
//!   [`ClusterUpgradePage`]; `service`*; `version`
//! - `…/admin-password`, `…/terminate`: [`ClusterAdminPage`], [`TerminateClusterPage`];
//!   `understood`
//! - `/o/{org}/settings/cloud-accounts…`: [`CloudAccountsPage`], [`ChooseProviderPage`],
//!   [`CloudAccountFormPage`]; `provider` `name` `submission` and the fields of the cloud
//! - `/o/{org}/settings`: [`OrganizationSettingsPage`]; `display_name`
//! - `…/settings/transfer`: [`TransferOwnershipPage`]; `email` `password`
//! - `…/settings/leave`, `…/delete`: [`ConfirmPage`]; `typed` `password`
//! - `…/settings/restore`: [`RestoreOrganizationPage`]
//! - `/o/{org}/usage`: [`UsagePage`]; `from` `until` `step` (query); `amount` `note`
//! - `/o/{org}/audit`, `/system/audit`: [`AuditPage`], [`AuditEventPage`]; `from` `to` `action`
//!   `user` `target` (query)
//! - `/settings/profile`: [`ProfilePage`]; `first_name` `last_name`
//! - `/settings/security`: [`SecurityPage`]; `current_password` `new_password`; `new_email`
//!   `current_password`
//! - `/settings/security/totp`: [`TotpPage`], [`RecoveryCodesPage`]; `code` `password`
//! - `/settings/security/totp/off`, `…/recovery-codes`: [`ConfirmPage`]; `password`
//! - `/settings/sessions`: [`SessionsPage`]
//! - `/settings/api-keys…`: [`ApiKeysPage`], [`NewApiKeyPage`], [`ApiKeyPage`]; `name` `expires`
//!   `submission`
//! - `/settings/account`: [`AccountPage`]; `typed` `password`
//! - `/system/…`: [`SystemOrganizationsPage`], [`SystemUsersPage`], [`OutboxPage`], [`MailPage`];
//!   `q` `show` (query)
//! - any answer of 400 and more: [`ProblemPage`]
//! - `/dev/mails`, `/dev/components`: [`DemoPage`], [`DemoMailPage`], [`ComponentsPage`]
//!
//! # Static files
//!
//! [`asset::ASSETS`] are served below `/assets/{version}/`, see [`asset::version`].
//!
//! `cargo run -p guildhall-web --example gallery -- DIR` writes every page with sample data.

mod account;
mod api_key;
pub mod asset;
mod audit;
mod cloud_account;
mod cluster;
mod confirm;
mod dashboard;
mod development;
mod form;
mod icon;
mod invitation;
mod member;
mod organization;
mod part;
mod problem;
mod role;
mod settings;
mod shell;
mod system;
#[cfg(test)]
mod tests;
mod usage;
mod why;

pub use account::{
    CheckMailPage, ForgotPage, MailPurpose, RegisterPage, Registration, ResetPage,
    SecondFactorPage, SetUpPage, SignInPage, Verification, VerifyPage, password_hint,
};
pub use api_key::{ApiKeyPage, ApiKeyRow, ApiKeysPage, NewApiKeyPage};
pub use audit::{
    AuditEventPage, AuditFilter, AuditPage, EventRow, FieldChange, RelationshipChange,
};
pub use cloud_account::{
    ChooseProviderPage, CloudAccountField, CloudAccountFormPage, CloudAccountRow,
    CloudAccountsPage, ProviderChoice,
};
pub use cluster::{
    ClusterAccountRow, ClusterAccountsPage, ClusterAdminPage, ClusterHead, ClusterPage, ClusterRow,
    ClusterServicesPage, ClusterSignIn, ClusterStanding, ClusterStatePart, ClusterUpgradePage,
    ClustersPage, FirstStep, NewClusterPage, ServiceRow, TerminateClusterPage,
};
pub use confirm::ConfirmPage;
pub use dashboard::{
    DashboardPage, Happening, NoOrganizationPage, OrganizationSummary, Seats, Step, WelcomePage,
};
pub use development::{ComponentsPage, DemoMailPage, DemoPage, DemoPerson};
pub use form::{Form, sentence};
pub use icon::icon;
pub use invitation::{DeadInvitation, InvitationPage, InvitationView, PendingInvitation};
pub use member::{
    AddMembers, EditMemberPage, InvitationRow, MemberPermissions, MemberRow, MembersPage, Tab,
};
pub use organization::{
    NewOrganizationPage, OrganizationRow, OrganizationSettingsPage, OrganizationsPage,
    RestoreOrganizationPage, TransferOwnershipPage,
};
pub use part::{
    Choice, Consequences, Moment, Notice, Offer, Pager, Person, Tone, count_of, initials, number,
    svg_data_uri, tint,
};
pub use problem::ProblemPage;
pub use role::{
    AssigneeRow, PermissionChoice, PermissionGroup, RoleFormPage, RolePage, RoleRow, RolesPage,
};
pub use settings::{
    AccountPage, ProfilePage, RecoveryCodesPage, SecondFactor, SecurityPage, SessionRow,
    SessionsPage, TotpPage,
};
pub use shell::{
    Entrance, MenuEntry, MenuGroup, OrganizationEntry, OrganizationMenu, Section, Shell,
    people_and_invitations,
};
pub use system::{
    MailPage, MailRow, MailState, OutboxPage, SystemOrganizationRow, SystemOrganizationsPage,
    SystemUserPage, SystemUsersPage, TextPart, UserAct, UserRow, linked,
};
pub use usage::{Bar, CreditBalance, GrantRow, UsagePage, UsagePeriod, UsageShare};
pub use why::{Ability, NodeKind, PathEdge, PathNode, PathPicture, PathStep, WhyPage};
