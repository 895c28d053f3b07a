//! What is done with passwords before an operation: proving one, judging and hashing a new one.

use guildhall_app::account::{ChosenPasswordRefusal, Names};
use guildhall_app::session::{OpenTicket, TicketRefusal};
use guildhall_app::{NewPassword, PasswordProof, PasswordRefusal, WeakPassword};
use guildhall_model::{Email, Password, ResetSecret, VerificationSecret};

use super::{Client, Failure};

impl Client {
    /// Proves a password at sign-in, with the link that confirms the address if one led here.
    pub(crate) async fn prove_sign_in(
        &self,
        email: &Email,
        password: Password,
        link: Option<&VerificationSecret>,
    ) -> Result<PasswordProof, Failure<PasswordRefusal>> {
        let proof = self.app().prove_sign_in(self.origin(), email, password, link).await;
        proof.map_err(Failure::of)
    }

    /// Opens what proves the first step of signing in, for one attempt at the second.
    pub(crate) async fn open_ticket(
        &self,
        ticket: &str,
    ) -> Result<OpenTicket, Failure<TicketRefusal>> {
        self.app().open_ticket(ticket).await.map_err(Failure::of)
    }

    /// Proves the password of whoever is signed in.
    pub(crate) async fn prove_password(
        &self,
        password: Password,
    ) -> Result<PasswordProof, Failure<PasswordRefusal>> {
        let user = self.user()?;
        self.app().prove_password(user, password).await.map_err(Failure::of)
    }

    /// Judges and hashes the password of somebody who registers.
    pub(crate) async fn registration_password(
        &self,
        email: &Email,
        names: &Names,
        password: Password,
    ) -> Result<NewPassword, Failure<ChosenPasswordRefusal>> {
        let chosen = self.app().registration_password(self.origin(), email, names, password).await;
        chosen.map_err(Failure::of)
    }

    /// Judges and hashes the new password of whoever is signed in.
    pub(crate) async fn new_password(
        &self,
        password: Password,
    ) -> Result<NewPassword, Failure<WeakPassword>> {
        let user = self.user()?;
        self.app().new_password(user, password).await.map_err(Failure::of)
    }

    /// Judges and hashes the new password that is chosen with a mailed link.
    pub(crate) async fn new_password_by_link(
        &self,
        secret: &ResetSecret,
        password: Password,
    ) -> Result<NewPassword, Failure<WeakPassword>> {
        self.app().new_password_by_link(secret, password).await.map_err(Failure::of)
    }
}
