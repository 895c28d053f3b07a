//! How the console looks: one struct of plain data for each page, rendered by its template.

mod account;
mod api_key;
pub mod asset;
mod audit;
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
mod why;

pub use account::{
    CheckMailPage, ForgotPage, MailPurpose, RegisterPage, Registration, ResetPage,
    SecondFactorPage, SetUpPage, SignInPage, Verification, VerifyPage, password_hint,
};
pub use api_key::{ApiKeyPage, ApiKeyRow, ApiKeysPage, NewApiKeyPage};
pub use audit::{
    AuditEventPage, AuditFilter, AuditPage, EventRow, FieldChange, RelationshipChange,
};
pub use confirm::ConfirmPage;
pub use dashboard::{
    DashboardPage, Happening, NoOrganizationPage, OrganizationSummary, Seats, Step, WelcomePage,
};
pub use development::{ComponentsPage, DemoMailPage, DemoPage, DemoPerson};
pub use form::Form;
pub use icon::icon;
pub use invitation::{DeadInvitation, InvitationPage, InvitationView, PendingInvitation};
pub use member::{
    AddMembers, AdminBox, EditMemberPage, InvitationRow, MemberPermissions, MemberRow, MembersPage,
    Tab,
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
    SystemUsersPage, TextPart, UserRow, linked,
};
pub use why::{Ability, NodeKind, PathEdge, PathNode, PathPicture, PathStep, WhyPage};
