//! What a browser loads to show the first page: the page and everything its head names, as it is sent to one that takes brotli.

use std::collections::BTreeSet;

use crate::numbers::kb;

pub(crate) async fn run() {
    let home = crate::roomy().await;
    let get = async |path: &str| {
        let request = home
            .client
            .get(format!("{}{path}", home.base))
            .bearer_auth(&home.token)
            .header("accept-encoding", "br");
        let answer = request.send().await.unwrap();
        let encoding = answer
            .headers()
            .get("content-encoding")
            .map_or("plain".to_owned(), |value| value.to_str().unwrap().to_owned());
        (answer.status(), encoding, answer.bytes().await.unwrap())
    };
    let (status, encoding, page) = get("/").await;
    assert!(status.is_success(), "{status}");
    let mut total = page.len();
    println!("  {:>10}  {encoding:<6} /", kb(page.len() as u64));
    let text = String::from_utf8_lossy(&page).into_owned();
    let addresses: BTreeSet<&str> =
        text.split(['"', '\'']).filter(|part| part.starts_with("/assets/")).collect();
    if addresses.is_empty() {
        println!("  the site is not built: only the page was counted");
    }
    for address in addresses {
        let (status, encoding, body) = get(address).await;
        assert!(status.is_success(), "{address}: {status}");
        total += body.len();
        println!("  {:>10}  {encoding:<6} {address}", kb(body.len() as u64));
    }
    println!("  {:>10}  together", kb(total as u64));
}
