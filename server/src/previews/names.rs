//! By which names a browser may call a preview, and which pages may send to it: those of the preview itself.

use std::net::SocketAddr;

use crate::http::Hosts;

/// The names of one preview: those of the server, with the preview's port.
#[derive(Clone, Debug)]
pub(super) struct Names(Hosts);

impl Names {
    /// `configured` are the server's own, whose ports are not the preview's.
    pub(super) fn new(listen: SocketAddr, configured: &[String], port: u16) -> Self {
        let here = SocketAddr::new(listen.ip(), port);
        let names = configured.iter().map(|name| format!("{}:{port}", without_port(name)));
        Self(Hosts::new(here, &names.collect::<Vec<_>>()))
    }

    /// Whether a `Host` header names this preview.
    pub(super) fn allows(&self, host: &str) -> bool {
        self.0.allows(host)
    }

    /// Whether an `Origin` header is a page of this preview.
    pub(super) fn allows_origin(&self, origin: &str) -> bool {
        self.0.allows_origin(origin)
    }
}

fn without_port(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_has_the_names_of_the_server_and_a_port_of_its_own() {
        let listen = SocketAddr::from(([127, 0, 0, 1], 7676));
        let names = Names::new(listen, &["Roost.example".to_owned(), "box:9000".to_owned()], 41_000);
        for host in ["127.0.0.1:41000", "localhost:41000", "[::1]:41000", "roost.example:41000", "box:41000"]
        {
            assert!(names.allows(host), "{host}");
            assert!(names.allows_origin(&format!("http://{host}")), "{host}");
        }
        for host in ["127.0.0.1:7676", "evil.example:41000", "box:9000", "roost.example", "", "127.0.0.1"] {
            assert!(!names.allows(host), "{host}");
        }
        assert!(!names.allows_origin("null"));
        assert!(!names.allows_origin("http://127.0.0.1:7676"), "a page of Roost sends nothing to a preview");
    }
}
