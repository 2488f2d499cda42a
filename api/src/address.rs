//! The client's network address: the peer's own, or what a proxy that we trust says about it.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The address of whoever sent the request. `X-Forwarded-For` is read from the right, because everything left of our own
/// proxies' entries was written by strangers: the first hop that is not a proxy of ours is the client.
pub(crate) fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_ours = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer?.to_canonical();
    if !is_ours(&client) {
        return Some(client);
    }
    let lines: Vec<&[u8]> = headers.get_all("x-forwarded-for").iter().map(|line| line.as_bytes()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        // a hop that we cannot read hides everything before it, and nothing after it
        let Some(hop) = std::str::from_utf8(hop).ok().and_then(|hop| parse(hop.trim())) else { break };
        client = hop;
        if !is_ours(&client) {
            break;
        }
    }
    Some(client)
}

/// An address, with or without a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    bare.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted = ["10.0.0.0/24".parse().unwrap(), "192.0.2.7/32".parse().unwrap()];
        client(Some(peer.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn behind_our_proxies_the_last_untrusted_hop_is_the_client() {
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(seen("192.0.2.7", &["10.0.1.1, 10.0.0.9"]), "10.0.1.1", "the next network is not ours");
        assert_eq!(seen("10.0.0.1", &["10.0.0.2"]), "10.0.0.2", "only proxies");
    }

    #[test]
    fn what_cannot_be_read_hides_what_came_before() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["é, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "é"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
