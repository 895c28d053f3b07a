//! Clusters and cloud accounts towards those outside of the organization.

use super::Shared;
use crate::support::{Ask, BASE, Someone};
use serde_json::json;

#[tokio::test]
async fn h11_security_41_what_is_an_organizations_is_not_found_by_anybody_else() {
    let at = Shared::new().await;
    let eve = Someone::settled(&at.world, "eve").await;
    let theirs = super::configure(&at.world, &eve, "Eve's machine").await;
    let (foreign, own) = (at.owner.home, eve.home);
    let (cluster, account) = (at.cluster.cluster, at.account);
    let mut client = eve.client.clone();
    // Eve asks for what is not hers under its own organization, and smuggled under hers.
    for organization in [foreign, own] {
        for path in [
            format!("/o/{organization}/clusters/{cluster}"),
            format!("/o/{organization}/clusters/{cluster}/services"),
            format!("/o/{organization}/clusters/{cluster}/accounts"),
            format!("/o/{organization}/clusters/{cluster}/terminate"),
            format!("/o/{organization}/settings/cloud-accounts/{account}/edit"),
            format!("/api/v1/organizations/{organization}/clusters/{cluster}"),
            format!("/api/v1/organizations/{organization}/clusters/{cluster}/accounts"),
            format!("/api/v1/organizations/{organization}/cloud-accounts/{account}"),
        ] {
            assert_eq!(client.get(&path).await.status, 404, "{path}");
        }
        let api = format!("/api/v1/organizations/{organization}/clusters/{cluster}");
        for verb in ["start", "stop", "terminate", "admin-password"] {
            let ask = Ask::post(format!("{api}/{verb}")).header("origin", BASE);
            assert_eq!(client.send(ask).await.status, 404, "{verb}");
        }
        let body = json!({ "open": ["kafka"] });
        let ask = Ask::new("PUT", format!("{api}/services")).header("origin", BASE).json(&body);
        assert_eq!(client.send(ask).await.status, 404);
    }
    for path in [
        format!("/o/{foreign}/clusters"),
        format!("/o/{foreign}/settings/cloud-accounts"),
        format!("/api/v1/organizations/{foreign}/clusters"),
        format!("/api/v1/organizations/{foreign}/cloud-accounts"),
    ] {
        assert_eq!(client.get(&path).await.status, 404, "{path}");
    }
    // A cluster of one's own cannot be made with somebody else's credentials.
    let all = format!("/api/v1/organizations/{own}/clusters");
    let post = |account: String| {
        let body = json!({
            "name": "mine", "version": "3.0", "cloud_account": account, "size": "small"
        });
        Ask::post(&all).header("origin", BASE).json(&body)
    };
    let answer = client.send(post(account.text())).await;
    assert_eq!(answer.problem(), "422 cluster.no_cloud_account cloud_account");
    assert_eq!(client.send(post(theirs.text())).await.status, 201);
}
