//! A connection to a server that somebody named, to no address but one that was judged.

use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::resolve::{addresses, why};
use super::{Guard, Refusal};
use crate::base::{Error, Result};

/// Connects; what went wrong is told in words for people.
pub async fn reach(host: &str, port: u16, is_tls: bool, guard: &Guard) -> std::result::Result<TcpStream, String> {
    let good = judged(host, port, is_tls, guard).await?;
    let connected = TcpStream::connect(good.as_slice()).await;
    connected.map_err(|error| format!("The server at {host}:{port} cannot be reached: {error}."))
}

/// Whether a server may be connected to as things are: an error of the field `host` says why not.
pub async fn check_host(host: &str, port: u16, is_tls: bool, guard: &Guard) -> Result<()> {
    judged(host, port, is_tls, guard).await.map(drop).map_err(|why| Error::field("host", why))
}

/// All addresses of a host, when there are some and each may be connected to.
async fn judged(host: &str, port: u16, is_tls: bool, guard: &Guard) -> std::result::Result<Vec<SocketAddr>, String> {
    let found = addresses(host, port).await;
    if found.is_empty() {
        return Err("No address is known for this host.".to_owned());
    }
    for address in &found {
        guard.judge(address.ip(), is_tls).map_err(|refusal| match refusal {
            Refusal::Inside => why(refusal).to_owned(),
            Refusal::Plain => {
                "Without TLS only hosts are connected to that an operator allows with --webhook-allow.".to_owned()
            }
        })?;
    }
    Ok(found)
}
