//! The list to choose from, and making another organization.

use guildhall_app::organization::CreateOrganization;

use crate::support::{Someone, World, fault, hidden};

const NEW: &str = "/organizations/new";

#[tokio::test]
async fn b60_all_ones_organizations_are_listed_with_the_role_and_found_by_a_part_of_the_name() {
    for world in World::on_each_engine().await {
        let maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        maya.takes_in(&world, &bob).await;
        let page = bob.sees("/organizations").await;
        for home in [maya.home, bob.home] {
            assert!(page.contains(&format!("<a href=\"/o/{home}/\">")), "{page}");
        }
        assert!(page.contains(">Owner<") && page.contains(">Member<"), "{}", world.engine());
        let page = bob.sees("/organizations?q=MAYA").await;
        let table = page.split("<tbody").nth(1).expect("a table");
        assert!(table.contains(&maya.home.text()) && !table.contains(&bob.home.text()));
        let page = bob.sees("/organizations?q=%3Cnobody%3E").await;
        assert!(page.contains("Nothing found for “&#60;nobody&#62;”"), "{page}");
        let elsewhere = bob.client.get("/organizations?cursor=x").await;
        assert_eq!(elsewhere.status, 422);
    }
}

#[tokio::test]
async fn the_built_in_roles_say_how_many_people_have_them() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        for name in ["bob", "eve"] {
            maya.takes_in(&world, &Someone::settled(&world, name).await).await;
        }
        let page = maya.sees(&format!("/o/{}/roles", maya.home)).await;
        assert!(page.contains("4 roles, all of them built in."), "{page}");
        let people = page.split("data-label=\"People\">").skip(1);
        let people: Vec<_> = people.filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(people, ["1", "0", "2", "0"], "owner, administrators, members, restricted");
    }
}

#[tokio::test]
async fn b60_a_long_list_comes_in_pages() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    for day in 0..3 {
        for number in 0..20 {
            let display_name = format!("Lab {day}{number:02}").parse().expect("a name");
            maya.does(&world, CreateOrganization { display_name, name: None }).await;
        }
        world.clock.advance(std::time::Duration::from_secs(25 * 3_600));
    }
    maya = maya.signs_in_again(&world).await;
    let first = maya.sees("/organizations").await;
    assert!(first.contains("1–50 of 61"), "{first}");
    let (_, rest) = first.split_once("/organizations?cursor=").expect("a page after this one");
    let cursor = rest.split('"').next().expect("an address");
    let second = maya.sees(&format!("/organizations?cursor={cursor}")).await;
    assert!(second.contains("51–61 of 61"), "{second}");
    assert!(first.contains("Lab 000") && !second.contains("<a href=\"/o/x/\">Lab 000</a>"));
}

#[tokio::test]
async fn b69_another_organization_is_made_once_and_its_maker_owns_it() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let submission = hidden(&maya.sees(NEW).await, "submission");
        let typed = [
            ("display_name", "Acme Research"),
            ("name", "acme-research"),
            ("submission", submission.as_str()),
        ];
        let led = maya.sends(NEW, &typed).await;
        assert_eq!(maya.sends(NEW, &typed).await, led, "sent twice is one effect");
        let page = maya.sees(&led).await;
        assert!(page.contains("Acme Research is ready, and you are its owner."), "{page}");
        assert!(page.contains("<dd>Owner</dd>"), "{}", world.engine());
        assert_eq!(maya.is_led_from("/").await, led, "the one last used");
        let list = maya.sees("/organizations").await;
        assert_eq!(list.matches("<small>acme-research</small>").count(), 1, "{list}");
        let unnamed = maya.sends(NEW, &[("display_name", "Second"), ("name", "")]).await;
        assert!(maya.sees(&unnamed).await.contains("<h1>Second</h1>"), "a name is made");
    }
}

#[tokio::test]
async fn b69_a_name_that_cannot_be_is_refused_at_its_field_and_stays_in_the_form() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        maya.sends(NEW, &[("display_name", "Acme"), ("name", "acme")]).await;
        for (display_name, name, field, words) in [
            ("", "fine", "display_name", ""),
            ("Acme & <b>Sons", "x", "name", "3"),
            ("Acme", "a b c", "name", ""),
            ("Acme", "admin", "name", ""),
            ("Acme", "ACME", "name", "This name is taken."),
            ("Ac\u{202e}me", "fine", "display_name", "invisible"),
        ] {
            let typed = [("display_name", display_name), ("name", name)];
            let page = maya.is_refused(NEW, &typed).await;
            let told = fault(&page, "organization", field);
            assert!(!told.is_empty() && told.contains(words), "{display_name} {name}: {told}");
            let kept =
                display_name.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
            for value in [kept.as_str(), name] {
                assert!(page.contains(&format!("value=\"{value}\"")), "{value} is kept: {page}");
            }
        }
        assert_eq!(
            maya.sees("/organizations").await.matches("<td role=\"cell\" class=\"lead\"").count(),
            2
        );
    }
}

#[tokio::test]
async fn a22_where_one_may_not_make_another_the_page_says_why() {
    for (create_organizations, words) in [
        (false, "Making organizations is switched off in this installation."),
        (true, "An account can be in one organization only here"),
    ] {
        let world = World::set(|settings| {
            settings.create_organizations = create_organizations;
            settings.one_organization = create_organizations;
        })
        .await;
        let mut maya = Someone::settled(&world, "maya").await;
        let page = maya.sees(NEW).await;
        assert!(page.contains(words) && !page.contains("name=\"display_name\""), "{page}");
        let page = maya.is_refused(NEW, &[("display_name", "Acme"), ("name", "")]).await;
        assert!(page.contains(words), "{page}");
        let list = maya.sees("/organizations").await;
        assert!(!list.contains("href=\"/organizations/new\""), "it is not offered");
    }
}
