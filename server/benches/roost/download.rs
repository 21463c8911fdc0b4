//! What a browser loads to show the first page: the page and everything its head names, as it is sent to one that takes brotli.

use std::collections::BTreeSet;

use crate::numbers::kb;

pub(crate) async fn run() {
    let home = crate::roomy().await;
    let get = async |path: &str, accepted: &str| {
        let request = home
            .client
            .get(format!("{}{path}", home.base))
            .bearer_auth(&home.token)
            .header("accept-encoding", accepted);
        let answer = request.send().await.unwrap();
        let encoding = answer
            .headers()
            .get("content-encoding")
            .map_or("plain".to_owned(), |value| value.to_str().unwrap().to_owned());
        (answer.status(), encoding, answer.bytes().await.unwrap())
    };
    let (status, encoding, page) = get("/", "br").await;
    assert!(status.is_success(), "{status}");
    let mut total = page.len();
    println!("  {:>10}  {encoding:<6} /", kb(page.len() as u64));
    let (_, _, plain) = get("/", "identity").await;
    let text = String::from_utf8_lossy(&plain).into_owned();
    let addresses: BTreeSet<&str> =
        text.split(['"', '\'']).filter(|part| part.starts_with("/assets/")).collect();
    assert!(!addresses.is_empty(), "the page names nothing that is loaded: is the site built?");
    for address in addresses {
        let (status, encoding, body) = get(address, "br").await;
        assert!(status.is_success(), "{address}: {status}");
        total += body.len();
        println!("  {:>10}  {encoding:<6} {address}", kb(body.len() as u64));
    }
    println!("  {:>10}  together", kb(total as u64));
}
