//! Which network addresses belong to the public internet, by the registries of special purposes (RFC 6890, as IANA keeps
//! them). Everything else is ours, our host's or nobody's, and no stranger may send us there.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

const RESERVED_V4: &[&str] = &[
    "0.0.0.0/8",        // this network
    "10.0.0.0/8",       // private
    "100.64.0.0/10",    // behind carriers' NAT
    "127.0.0.0/8",      // loopback
    "168.63.129.16/32", // a cloud's own services at an address that looks public
    "169.254.0.0/16",   // link-local, and the metadata of clouds
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocol assignments
    "192.0.2.0/24",     // documentation
    "192.88.99.0/24",   // relays of 6to4
    "192.168.0.0/16",   // private
    "198.18.0.0/15",    // benchmarks
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, and broadcast
];
/// Inside the part of IPv6 that is handed out.
const RESERVED_V6: &[&str] = &[
    "2001::/23",     // protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32", // documentation
    "2002::/16",     // 6to4: leads to any IPv4 address
    "3fff::/20",     // documentation
];
/// Only this part of IPv6 is handed out; loopback, link-local, private, multicast and the rest lie outside.
const GLOBAL_V6: &str = "2000::/3";
/// IPv4 as seen through NAT64 (RFC 6052).
const NAT64: &str = "64:ff9b::/96";

static V4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| RESERVED_V4.iter().map(|net| net.parse().expect("a constant network")).collect());
static V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| RESERVED_V6.iter().map(|net| net.parse().expect("a constant network")).collect());
static GLOBAL: LazyLock<Ipv6Net> = LazyLock::new(|| GLOBAL_V6.parse().expect("a constant network"));
static TRANSLATED: LazyLock<Ipv6Net> = LazyLock::new(|| NAT64.parse().expect("a constant network"));

/// Whether anybody on the internet could reach the address as we would.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !V4.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [.., a, b, c, d] = address.octets();
    if address.to_ipv4_mapped().is_some() || TRANSLATED.contains(&address) {
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL.contains(&address) && !V6.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_internet_is_not_public_however_it_is_written() {
        let reserved = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 100.100.100.200 127.0.0.1 127.255.255.254 \
            168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 \
            198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 \
            ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 100::1 fc00::1 fd00::1 \
            fd00:ec2::254 fe80::1 fec0::1 ff02::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 \
            4000::1 5f00::1";
        for text in reserved.split_ascii_whitespace() {
            assert!(!is_public(text.parse().expect(text)), "{text}");
        }
    }

    #[test]
    fn neighbours_of_what_is_reserved_are_public() {
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 168.63.129.17 \
            169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1 \
            223.255.255.255 ::ffff:8.8.8.8 64:ff9b::808:808 2001:200::1 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 3ffe::1";
        for text in public.split_ascii_whitespace() {
            assert!(is_public(text.parse().expect(text)), "{text}");
        }
    }
}
