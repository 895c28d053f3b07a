//! Start, stop and terminate: by whom, in which state, and what the pages offer.

use guildhall_app::cluster::driver::{DriverError, Report, Verb};
use guildhall_model::ClusterState;

use super::Shared;
use crate::support::{Ask, BASE, World, fault};

#[tokio::test]
async fn h29_h30_h52_every_member_starts_and_stops_whatever_the_switches_say() {
    for world in World::on_each_engine().await {
        let mut at = Shared::at(world).await;
        at.switch(false, false).await;
        let page = at.page();
        assert_eq!(at.member.sends(&format!("{page}/stop"), &[]).await, page);
        assert!(at.member.sees(&page).await.contains("nightly is being stopped."));
        at.driver.works(&at.world).await;
        assert!(at.member.sees(&page).await.contains("Stopped"));
        let from = [("from", "dashboard")];
        let led = at.member.sends(&format!("{page}/start"), &from).await;
        assert_eq!(led, format!("/o/{}/", at.owner.home), "back to where the button stands");
        at.driver.works(&at.world).await;
        assert!(at.member.sees(&page).await.contains("Running"), "{}", at.world.engine());
        assert_eq!((at.driver.heard(Verb::Stop), at.driver.heard(Verb::Start)), (1, 1));
    }
}

#[tokio::test]
async fn h46_h47_h53_members_create_and_terminate_only_while_the_switch_is_on() {
    let mut at = Shared::new().await;
    let (page, list) = (at.page(), at.list());
    let terminate = format!("{page}/terminate");
    let offers = |shown: &str| shown.contains(&format!("href=\"{terminate}\""));
    assert!(!offers(&at.member.sees(&page).await));
    let shown = at.member.sees(&list).await;
    assert!(shown.contains("have not let members create clusters"), "{shown}");
    assert_eq!(at.member.client.get(&terminate).await.status, 403);
    let yes = [("understood", "on")];
    assert_eq!(at.member.client.form(&terminate, &yes).await.status, 403);
    let ask = Ask::post(format!("{}/terminate", at.api())).header("origin", BASE);
    assert_eq!(at.member.client.send(ask).await.problem(), "403 forbidden");
    at.switch(true, false).await;
    assert!(offers(&at.member.sees(&page).await), "at the next request (H53)");
    assert!(at.member.sees(&list).await.contains(&format!("href=\"{list}/new\"")));
    at.switch(false, false).await;
    assert_eq!(at.member.client.form(&terminate, &yes).await.status, 403);
    at.switch(true, false).await;
    assert_eq!(at.member.sends(&terminate, &yes).await, page);
    at.driver.works(&at.world).await;
    assert!(at.member.sees(&page).await.contains("Terminated"));
}

#[tokio::test]
async fn h58_administrators_need_no_switch() {
    let mut at = Shared::new().await;
    at.switch(false, false).await;
    let page = at.page();
    assert_eq!(at.admin.client.get(&format!("{}/new", at.list())).await.status, 200);
    let services = format!("{page}/services");
    assert_eq!(at.admin.sends(&services, &[("service", "kafka")]).await, services);
    let version = [("version", "2.7.0")];
    assert_eq!(at.admin.sends(&format!("{page}/upgrade"), &version).await, page);
    at.driver.works(&at.world).await;
    assert!(at.admin.sees(&page).await.contains("Version 2.7.0"));
    let led = at.admin.sends(&format!("{page}/terminate"), &[("understood", "on")]).await;
    assert_eq!(led, page);
}

#[tokio::test]
async fn h74_terminating_names_what_is_lost_and_wants_the_box_ticked() {
    let mut at = Shared::new().await;
    let terminate = format!("{}/terminate", at.page());
    let page = at.owner.sees(&terminate).await;
    assert!(page.contains("Terminate <bdi>nightly</bdi>?"), "{page}");
    assert!(page.contains("everything that is stored on it"), "{page}");
    assert!(page.contains("The bucket in This machine"), "the bucket stays: {page}");
    assert!(page.contains("name=\"understood\" value=\"on\" required"), "{page}");
    let page = at.owner.is_refused(&terminate, &[]).await;
    assert_eq!(fault(&page, "terminate", "understood"), "Tick the box if you mean it.");
    assert_eq!(at.driver.heard(Verb::Terminate), 0);
    at.owner.sends(&terminate, &[("understood", "on")]).await;
    at.driver.works(&at.world).await;
    assert_eq!(at.driver.heard(Verb::Terminate), 1);
}

#[tokio::test]
async fn h72_each_state_offers_the_moves_that_it_allows() {
    let mut at = Shared::new().await;
    let page = at.page();
    let offered = |shown: &str| -> Vec<&'static str> {
        let has = |verb: &&str| shown.contains(&format!("{page}/{verb}\""));
        ["start", "stop", "terminate"].into_iter().filter(has).collect()
    };
    assert_eq!(offered(&at.owner.sees(&page).await), ["stop", "terminate"], "running");
    at.owner.sends(&format!("{page}/stop"), &[]).await;
    let shown = at.owner.sees(&page).await;
    assert!(shown.contains("Stopping") && shown.contains("data-live=\""), "{shown}");
    assert_eq!(offered(&shown), [""; 0], "stopping");
    // Somebody was faster: the notice says so, nothing else happens.
    assert_eq!(at.member.sends(&format!("{page}/stop"), &[]).await, page);
    let shown = at.member.sees(&page).await;
    assert!(shown.contains("This cluster is stopping, so it cannot stop now."), "{shown}");
    at.driver.works(&at.world).await;
    let shown = at.owner.sees(&page).await;
    assert_eq!(offered(&shown), ["start", "terminate"], "stopped");
    assert!(!shown.contains("data-live"), "it has settled");
    let (state, message) = (Some(ClusterState::Starting), Some("Booting two machines".to_owned()));
    at.driver.will(Ok(Report { state, message, progress: Some(40), ..Report::default() }));
    at.owner.sends(&format!("{page}/start"), &[]).await;
    at.driver.works(&at.world).await;
    let shown = at.owner.sees(&format!("{page}/state")).await;
    assert!(!shown.contains("<html"), "only the part: {shown}");
    assert!(shown.contains("Starting 40 %") && shown.contains("value=\"40\""), "{shown}");
    assert!(shown.contains("Booting two machines") && shown.contains("Look again"), "{shown}");
    assert_eq!(offered(&shown), ["terminate"], "starting");
}

#[tokio::test]
async fn what_failed_is_told_in_the_drivers_words_and_retried() {
    let mut at = Shared::new().await;
    let page = at.page();
    let words = "PostgreSQL is not installed: on Debian `apt install postgresql`";
    at.driver.will(Err(DriverError::Permanent(words.into())));
    at.owner.sends(&format!("{page}/stop"), &[]).await;
    at.driver.works(&at.world).await;
    let shown = at.member.sees(&page).await;
    assert!(shown.contains("Error") && shown.contains(words), "{shown}");
    assert!(shown.contains(">Retry</button>"), "{shown}");
    at.member.sends(&format!("{page}/stop"), &[]).await;
    at.driver.works(&at.world).await;
    assert!(at.member.sees(&page).await.contains("Stopped"));
}
