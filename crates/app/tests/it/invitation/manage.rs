//! Withdrawing, sending again, and the list of what is pending.

use guildhall_app::{
    Error, Settings,
    invitation::{
        AcceptInvitation, ListInvitations, ResendInvitation, ResendInvitationRefusal,
        WithdrawInvitation,
    },
    organization::{Switches, UpdateMemberPermissions},
};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    PageSize,
};

use crate::world::worlds;

#[tokio::test(flavor = "multi_thread")]
async fn h22_a36_b54_withdrawn_by_administrators_or_by_who_invited_and_the_person_is_told() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let bob = world.person("bob@example.org").await;
        let switches = Switches { invite: true, ..Switches::default() };
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        let own = world.invite(&max, organization, "bob@example.org", Member).await[0].id;
        let others = world.invite(&alice, organization, "carol@example.org", Member).await[0].id;
        let withdraw = |invitation| WithdrawInvitation { organization, invitation };
        assert_eq!(world.waiting(&bob).await.len(), 1);
        let hidden = world.end(&max.call, withdraw(others)).await;
        assert_eq!(hidden, Err(Error::NotFound), "another's invitation, {}", world.engine);
        let mut list = world.answer(&max.call, listing(organization)).await.rows;
        assert_eq!(list.iter().map(|row| row.can_withdraw).collect::<Vec<_>>(), [true, false]);
        list = world.answer(&ada.call, listing(organization)).await.rows;
        assert!(list.iter().all(|row| row.can_withdraw && row.can_resend && row.can_change_role));

        world.done(&max.call, withdraw(own)).await;
        assert!(world.waiting(&bob).await.is_empty());
        let accept = AcceptInvitation { organization, invitation: own };
        assert_eq!(world.end(&bob.call, accept).await, Err(Error::NotFound));
        assert_eq!(world.kinds_of_mail(&bob.email).await, ["invitation", "invitation_withdrawn"]);
        assert_eq!(world.events(organization).await[0].action, "invitation.withdraw");
        world.done(&ada.call, withdraw(others)).await;
        assert_eq!(world.end(&ada.call, withdraw(others)).await, Err(Error::NotFound), "gone");

        let stranger = world.person("eve@example.org").await;
        let third = world.invite(&max, organization, "dan@example.org", Member).await[0].id;
        let switches = Switches::default();
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        let off = world.end(&max.call, withdraw(third)).await;
        assert_eq!(off, Err(Error::Forbidden { permission: "can_withdraw" }), "switch off");
        assert_eq!(world.end(&stranger.call, withdraw(third)).await, Err(Error::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a20_a21_security_11_17_resending_renews_the_link_and_the_time_within_limits() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.person("bob@example.org").await;
        let invited = world.invite(&alice, organization, "bob@example.org", Member).await.remove(0);
        let invitation = invited.id;
        let resend = || ResendInvitation { organization, invitation };
        let old = world.link(&bob.email).await.hash();
        world.clock.advance(Settings::default().invitation_lifetime);
        let resent = world.done(&alice.call, resend()).await;
        assert!(resent.expires_at > invited.expires_at);
        assert_ne!(world.link(&bob.email).await.hash(), old);
        let kinds = world.kinds_of_mail(&bob.email).await;
        assert_eq!(kinds, ["invitation", "invitation_reminder"], "{}", world.engine);
        for _ in 0..4 {
            world.done(&alice.call, resend()).await;
        }
        let limited = world.end(&alice.call, resend()).await;
        let too_many = |ended: &Result<(), Error<ResendInvitationRefusal>>| {
            matches!(ended, Err(Error::Refused(ResendInvitationRefusal::TooMany { .. })))
        };
        assert!(too_many(&limited), "{limited:?}");
        world.done(&bob.call, AcceptInvitation { organization, invitation }).await;
        let joined = world.end(&alice.call, resend()).await;
        assert_eq!(joined, Err(Error::NotFound), "nothing to send to a member");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_invitations_are_searched_and_paged_both_ways_and_hidden_from_the_restricted() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let rex = world.member(&alice, organization, "rex@example.org", Restricted).await;
        let emails: Vec<_> = (0..25).map(|n| format!("p{n:02}@example.org")).collect();
        world.invite(&alice, organization, &emails.join(","), Member).await;
        let mut query =
            ListInvitations { size: PageSize::new(10).unwrap(), ..listing(organization) };
        let mut seen = Vec::new();
        let last = loop {
            let page = world.answer(&alice.call, query.clone()).await;
            assert_eq!((page.first, page.total), (seen.len() as u64 + 1, 25));
            seen.extend(page.rows.iter().map(|row| row.email.to_string()));
            match page.next.clone() {
                Some(next) => query.cursor = Some(next),
                None => break page,
            }
        };
        assert_eq!(seen, emails, "{}", world.engine);
        query.cursor = last.previous;
        let middle = world.answer(&alice.call, query.clone()).await;
        assert_eq!((middle.first, middle.rows.len()), (11, 10));
        query.cursor = middle.previous;
        let first = world.answer(&alice.call, query.clone()).await;
        assert_eq!((first.first, first.rows[0].email.to_string()), (1, emails[0].clone()));
        assert!(first.previous.is_none() && first.next.is_some());
        let found = ListInvitations { search: "P1".to_owned(), ..listing(organization) };
        assert_eq!(world.answer(&alice.call, found).await.rows.len(), 10);
        let hidden = world.app.read(&rex.call, listing(organization)).await.map(|_| ());
        assert_eq!(hidden, Err(Error::Forbidden { permission: "can_list_members" }));
    }
}

fn listing(organization: guildhall_model::OrganizationId) -> ListInvitations {
    ListInvitations { organization, search: String::new(), cursor: None, size: PageSize::MAX }
}
