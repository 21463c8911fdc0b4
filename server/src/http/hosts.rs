//! Which names a browser may call this server by, and which origins may send to it. Pure; never resolves a name.

use std::{collections::HashSet, net::SocketAddr};

/// The allowed names, each with its port unless that is the scheme's own.
#[derive(Clone, Debug)]
pub struct Hosts(HashSet<String>);

impl Hosts {
    /// Loopback's names with the port listened on, the address listened on, and the configured ones.
    #[must_use]
    pub fn new(listen: SocketAddr, configured: &[String]) -> Self {
        let port = listen.port();
        let mut names: HashSet<String> =
            ["localhost", "127.0.0.1", "[::1]"].map(|name| normal(&format!("{name}:{port}"))).into();
        if !listen.ip().is_unspecified() {
            names.insert(normal(&listen.to_string()));
        }
        names.extend(configured.iter().map(|name| normal(name)));
        Self(names)
    }

    /// Whether a `Host` header, or the authority of a URL, names this server.
    #[must_use]
    pub fn allows(&self, host: &str) -> bool {
        self.0.contains(&normal(host))
    }

    /// Whether an `Origin` header is a page of this server. `null`, which sandboxed pages send, is not.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(|host| self.allows(host))
    }
}

/// Lower case, without a port that the scheme implies.
fn normal(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")).map(str::to_owned).unwrap_or(host)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_with_the_right_port_pass() {
        let hosts = Hosts::new(
            "127.0.0.1:7676".parse().unwrap(),
            &["Roost.example".to_owned(), "box:9000".to_owned()],
        );
        for host in [
            "localhost:7676",
            "LOCALHOST:7676",
            "127.0.0.1:7676",
            "[::1]:7676",
            "roost.example",
            "roost.example:443",
            "box:9000",
        ] {
            assert!(hosts.allows(host), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:7677",
            "localhost.:7676",
            "evil.example",
            "127.0.0.1.evil.example:7676",
            "box",
            "0.0.0.0:7676",
        ] {
            assert!(!hosts.allows(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_known_name_and_nothing_else() {
        let hosts = Hosts::new("0.0.0.0:7676".parse().unwrap(), &["roost.example".to_owned()]);
        for origin in ["http://localhost:7676", "https://roost.example", "https://roost.example:443"] {
            assert!(hosts.allows_origin(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "localhost:7676",
            "file://localhost:7676",
            "http://localhost:7676.evil.example",
            "http://localhost:7676/",
            "http://a@localhost:7676",
            "http://0.0.0.0:7676",
        ] {
            assert!(!hosts.allows_origin(origin), "{origin}");
        }
    }
}
