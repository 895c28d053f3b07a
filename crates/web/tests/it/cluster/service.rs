//! The Services tab.

use guildhall_app::cluster::driver::Verb;

use super::Shared;
use crate::support::World;

#[tokio::test]
async fn h68_h69_h70_services_are_ticked_open_and_closed_again() {
    for world in World::on_each_engine().await {
        let mut at = Shared::at(world).await;
        let services = format!("{}/services", at.page());
        let page = at.owner.sees(&services).await;
        assert!(page.contains("All service ports are closed."), "{page}");
        for (label, ports) in [
            ("Feature store", "8020, 30010, 9083, 9085"),
            ("Online feature store", "3306"),
            ("Kafka", "9092"),
            ("SSH", "22"),
        ] {
            assert!(page.contains(label) && page.contains(ports), "{label}: {page}");
        }
        assert!(!page.contains(" checked"), "closed by default: {page}");
        let ticked = [("service", "kafka"), ("service", "ssh")];
        assert_eq!(at.owner.sends(&services, &ticked).await, services);
        let page = at.owner.sees(&services).await;
        let says = "The selected services are available from the Internet: Kafka, SSH.";
        assert!(page.contains(says), "{page}");
        assert!(page.contains("the cluster is being changed"), "not yet: {page}");
        at.driver.works(&at.world).await;
        assert!(!at.owner.sees(&services).await.contains("the cluster is being changed"));
        assert_eq!(at.driver.last_services(Verb::OpenPorts), ["kafka", "ssh"]);
        at.owner.sends(&services, &[]).await;
        at.driver.works(&at.world).await;
        assert_eq!(at.driver.last_services(Verb::ClosePorts), ["kafka", "ssh"]);
        let page = at.owner.sees(&services).await;
        assert!(page.contains("All service ports are closed."), "{}: {page}", at.world.engine());
    }
}

#[tokio::test]
async fn h48_h49_members_open_and_close_ports_only_while_the_switch_is_on() {
    let mut at = Shared::new().await;
    let services = format!("{}/services", at.page());
    let page = at.member.sees(&services).await;
    assert!(page.contains("disabled") && page.contains("can open and close these."), "{page}");
    assert!(!page.contains(">Update</button>"), "{page}");
    let ticked = [("service", "kafka")];
    assert_eq!(at.member.client.form(&services, &ticked).await.status, 403);
    at.switch(false, true).await;
    assert!(at.member.sees(&services).await.contains(">Update</button>"));
    assert_eq!(at.member.sends(&services, &ticked).await, services);
    assert!(at.member.sees(&services).await.contains("available from the Internet: Kafka."));
    assert_eq!(at.member.sends(&services, &[]).await, services, "closing is the same right");
    at.switch(true, false).await;
    assert_eq!(at.member.client.form(&services, &ticked).await.status, 403, "another switch");
}
