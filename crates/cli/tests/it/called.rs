//! A provisioner that is asked over HTTP and calls back: the cluster moves before anybody asks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use guildhall_app::cluster::callback::{Signed, WebhookSecrets};
use guildhall_model::{Clock, SystemClock};
use guildhall_testkit::HttpClient;
use serde_json::{Value, json};

use super::founded::Founded;
use super::server::{Server, guildhall};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A service that checks the signature of what it is asked and tells the test about it. A cluster
/// takes its time: to ask about it again would be too early for five minutes.
fn provisioner() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (asked, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let asked = asked.clone();
            thread::spawn(move || answer(stream.unwrap(), &asked));
        }
    });
    (address, requests)
}

/// Answers whatever comes on a connection, until it ends.
fn answer(stream: TcpStream, asked: &Sender<Value>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            match reader.read_line(&mut line) {
                Ok(read) if read > 0 => {}
                _ => return,
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let header = |name: &str| {
            let named = |line: &&String| line.to_lowercase().starts_with(&format!("{name}:"));
            let line = head.iter().find(named).map_or("", String::as_str);
            line.split_once(':').map_or("", |(_, value)| value.trim()).to_owned()
        };
        let mut body = vec![0; header("content-length").parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
        let signature = header("webhook-signature");
        let signed = Signed { id: &id, timestamp: &timestamp, signature: &signature };
        secret().verify(signed, &body, SystemClock.now()).unwrap();
        let request: Value = serde_json::from_slice(&body).unwrap();
        let report = match request["verb"].as_str() {
            Some("create") => json!({ "state": "starting", "poll_after": 300 }),
            _ => json!({ "state": "running" }),
        };
        let report = report.to_string();
        let length = report.len();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{report}");
        stream.write_all(answer.as_bytes()).unwrap();
        // The test may have seen enough.
        drop(asked.send(request));
    }
}

fn secret() -> WebhookSecrets {
    SECRET.parse().unwrap()
}

fn made(client: &mut HttpClient, path: &str, body: &Value) -> String {
    let answer = client.send("POST", path, &[], &body.to_string()).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made: Value = serde_json::from_str(&answer.body).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

#[test]
fn h72_a_provisioner_calls_back_and_the_cluster_runs() {
    let founded = Founded::on_sqlite();
    let (address, requests) = provisioner();
    let server = Server::run(
        guildhall(founded.folder.path())
            .env("GUILDHALL_CLUSTERS__LOCAL__DRIVER", "http")
            .env("GUILDHALL_CLUSTERS__LOCAL__URL", format!("http://{address}/clusters"))
            .env("GUILDHALL_CLUSTERS__LOCAL__SECRET", SECRET),
    );
    let mut owner = founded.program(server.address());
    let account = json!({ "name": "Lab", "provider": "local", "fields": {} });
    let account = made(&mut owner, &founded.path("/cloud-accounts"), &account);
    let cluster = json!({
        "name": "nightly", "version": "3.0", "cloud_account": account, "size": "small"
    });
    let cluster = made(&mut owner, &founded.path("/clusters"), &cluster);
    let create = requests.recv().unwrap();
    assert_eq!((&create["verb"], &create["cluster"]["id"]), (&json!("create"), &json!(cluster)));

    let report = json!({ "state": "running", "url": "https://10.0.0.7" });
    let request = &create["request"];
    let body = json!({ "cluster": cluster, "request": request, "report": report }).to_string();
    let (timestamp, signature) = secret().sign("msg_1", SystemClock.now(), body.as_bytes());
    let headers = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", &timestamp),
        ("webhook-signature", &signature),
    ];
    let path = format!("/api/v1/clusters/{cluster}/reports");
    let answer = HttpClient::new(server.address()).send("POST", &path, &headers, &body).unwrap();
    assert_eq!(answer.status, 204, "{}", answer.body);
    let seen = owner.get(&founded.path(&format!("/clusters/{cluster}"))).unwrap();
    let seen: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!((&seen["state"], &seen["url"]), (&json!("running"), &json!("https://10.0.0.7")));
    // The owner's account follows, without the cluster having been asked how it is.
    assert_eq!(requests.recv().unwrap()["verb"], "ensure_account");
}
