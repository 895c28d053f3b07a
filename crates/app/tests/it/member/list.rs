//! The list of members: order, filters, search, pages both ways.

use guildhall_app::{
    Error,
    member::{ListMembers, MemberFilter},
};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    PageSize,
};

use crate::people::listing;
use crate::world::worlds;

#[tokio::test(flavor = "multi_thread")]
async fn a18_a23_s11_s17_members_are_filtered_searched_counted_and_paged_both_ways() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let rex = world.member(&alice, organization, "rex@elsewhere.example", Restricted).await;
        for n in 0..12 {
            world.member(&alice, organization, &format!("m{n:02}@example.org"), Member).await;
        }
        world.invite(&alice, organization, "bob@example.org carol@example.org", Member).await;
        let emails = async |query: ListMembers| {
            let page = world.answer(&ada.call, query).await;
            page.rows.into_iter().map(|row| row.email.to_string()).collect::<Vec<_>>()
        };
        let filtered = |filter| ListMembers { filter, ..listing(organization, "") };
        let admins = emails(filtered(MemberFilter::Admins)).await;
        assert_eq!(admins, ["ada@example.org", "alice@example.org"], "{}", world.engine);
        assert_eq!(emails(filtered(MemberFilter::Restricted)).await, ["rex@elsewhere.example"]);
        assert_eq!(emails(listing(organization, "elsew")).await, ["rex@elsewhere.example"]);
        assert_eq!(emails(listing(organization, "M0 exam")).await.len(), 10);
        assert_eq!(emails(listing(organization, "m07@example.org")).await, ["m07@example.org"]);
        assert!(emails(listing(organization, "lice")).await.is_empty(), "from the start of a word");
        let both = ListMembers { filter: MemberFilter::Admins, ..listing(organization, "al") };
        assert_eq!(emails(both).await, ["alice@example.org"]);
        let page = world.answer(&ada.call, filtered(MemberFilter::Admins)).await;
        let counts = page.counts;
        assert_eq!((counts.members, counts.admins, counts.restricted), (15, 2, 1));
        assert_eq!((counts.invited, page.seats.used, page.seats.limit), (2, 17, None));
        assert_eq!(page.total, Some(2));

        for search in ["", "example", "m"] {
            let whole = emails(listing(organization, search)).await;
            let mut query =
                ListMembers { size: PageSize::new(4).unwrap(), ..listing(organization, search) };
            let mut seen = Vec::new();
            let mut pages = Vec::new();
            loop {
                let page = world.answer(&ada.call, query.clone()).await;
                assert_eq!(page.first, seen.len() as u64 + 1);
                let rows: Vec<_> = page.rows.iter().map(|row| row.email.to_string()).collect();
                seen.extend(rows.clone());
                pages.push(rows);
                match page.next {
                    Some(next) => query.cursor = Some(next),
                    None => {
                        query.cursor = page.previous;
                        break;
                    }
                }
            }
            assert_eq!(seen, whole, "`{search}` on {}", world.engine);
            pages.pop();
            while let Some(expected) = pages.pop() {
                let page = world.answer(&ada.call, query.clone()).await;
                let rows: Vec<_> = page.rows.iter().map(|row| row.email.to_string()).collect();
                assert_eq!(rows, expected, "backwards, `{search}`");
                assert_eq!(page.first, pages.len() as u64 * 4 + 1);
                query.cursor = page.previous;
            }
            assert!(query.cursor.is_none());
        }
        let hidden = world.app.read(&rex.call, listing(organization, "")).await.map(|_| ());
        assert_eq!(hidden, Err(Error::Forbidden { permission: "can_list_members" }));
        let eve = world.person("eve@example.org").await;
        let hidden = world.app.read(&eve.call, listing(organization, "")).await.map(|_| ());
        assert_eq!(hidden, Err(Error::NotFound));
    }
}
