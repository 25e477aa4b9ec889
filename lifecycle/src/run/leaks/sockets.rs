//! Descriptors in words: addresses of sockets, paths of files.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Instant;

use crate::words::leak::Leak;

/// A socket's protocol, its own address and the other end's.
type Ends = (&'static str, Option<String>, Option<String>);

/// What these descriptors are; addresses of sockets are looked for until then. One that stands for a process is left
/// out: the process itself is told of.
pub(super) fn described(descriptors: &BTreeMap<u32, String>, until: Instant) -> Vec<Leak> {
    let inodes = descriptors.values().filter_map(|what| inode_of(what)).map(|inode| (inode.to_owned(), None)).collect();
    let sockets = find(inodes, until);
    let leak = |(descriptor, what): (&u32, &String)| {
        let descriptor = *descriptor;
        if let Some(inode) = inode_of(what) {
            let (protocol, local, remote) = sockets.get(inode).cloned().flatten().unwrap_or(("socket", None, None));
            return Some(Leak::Socket { descriptor, protocol: protocol.to_owned(), local, remote });
        }
        Some(match what.as_str() {
            "anon_inode:[pidfd]" => return None,
            what if what.starts_with("pipe:[") => Leak::Pipe { descriptor },
            path if path.starts_with('/') => Leak::File { descriptor, path: path.to_owned() },
            what => Leak::Descriptor { descriptor, what: what.to_owned() },
        })
    };
    descriptors.iter().filter_map(leak).collect()
}

fn inode_of(what: &str) -> Option<&str> {
    what.strip_prefix("socket:[")?.strip_suffix(']')
}

/// The tables have a line per connection of the whole system. What is not found in time has no address.
fn find(mut sockets: HashMap<String, Option<Ends>>, until: Instant) -> HashMap<String, Option<Ends>> {
    for protocol in ["tcp", "tcp6", "udp", "udp6", "unix"] {
        if sockets.values().all(Option::is_some) {
            break;
        }
        let Ok(table) = std::fs::File::open(format!("/proc/thread-self/net/{protocol}")) else { continue };
        for line in BufReader::new(table).lines().map_while(Result::ok) {
            if Instant::now() > until {
                return sockets;
            }
            let read = if protocol == "unix" { unix(&line) } else { internet(&line) };
            let Some((inode, local, remote)) = read else { continue };
            if let Some(socket) = sockets.get_mut(inode) {
                *socket = Some((protocol, local, remote));
            }
        }
    }
    sockets
}

/// `sl local rem st tx:rx tr:when retrnsmt uid timeout inode …`, addresses as in `0100007F:1F90`.
fn internet(line: &str) -> Option<(&str, Option<String>, Option<String>)> {
    let words: Vec<_> = line.split_ascii_whitespace().take(10).collect();
    let [_, local, remote, .., inode] = words[..] else { return None };
    let text = |address: &str| {
        let address = address_of(address)?;
        (address.port() != 0).then(|| address.to_string())
    };
    (words.len() == 10).then(|| (inode, text(local), text(remote)))
}

/// Each group of eight digits is a word of the address as the machine reads it.
fn address_of(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let word = |at: usize| u32::from_str_radix(host.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    let host = match host.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut bytes = [0; 16];
            for (at, four) in bytes.chunks_exact_mut(4).enumerate() {
                four.copy_from_slice(&word(at * 8)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(host, u16::from_str_radix(port, 16).ok()?))
}

/// `num refs protocol flags type state inode [path]`.
fn unix(line: &str) -> Option<(&str, Option<String>, Option<String>)> {
    let mut words = line.split_ascii_whitespace();
    let inode = words.nth(6)?;
    Some((inode, words.next().map(str::to_owned), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let local = u32::from_ne_bytes([127, 0, 0, 1]);
        assert_eq!(address_of(&format!("{local:08X}:1F90")), Some("127.0.0.1:8080".parse().unwrap()));
        let one = u32::from_ne_bytes([0, 0, 0, 1]);
        let text = format!("{:024X}{one:08X}:0050", 0);
        assert_eq!(address_of(&text), Some("[::1]:80".parse().unwrap()));
        for bad in ["", "7F:1", "0100007F", "0100007F:x", "ääää:1"] {
            assert_eq!(address_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_first_line_of_a_table_names_no_socket() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
        assert!(internet(head).is_none_or(|(inode, ..)| inode.parse::<u64>().is_err()));
        let head = "Num       RefCount Protocol Flags    Type St Inode Path";
        assert!(unix(head).is_none_or(|(inode, ..)| inode.parse::<u64>().is_err()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_socket_is_found_by_its_inode() {
        use std::os::fd::AsRawFd;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let number = u32::try_from(listener.as_raw_fd()).unwrap();
        let what = std::fs::read_link(format!("/proc/self/fd/{number}")).unwrap().to_string_lossy().into_owned();
        let until = Instant::now() + std::time::Duration::from_secs(60);
        let leaks = described(&BTreeMap::from([(number, what)]), until);
        let expected = Leak::Socket {
            descriptor: number,
            protocol: "tcp".to_owned(),
            local: Some(listener.local_addr().unwrap().to_string()),
            remote: None,
        };
        assert_eq!(leaks, [expected]);
    }
}
