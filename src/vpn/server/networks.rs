//! The networks behind all servers.

use ipnet::IpNet;

use crate::base::Result;
use crate::store::{Conn, params};

/// The networks of every server, whoever asks: nothing outside may lead into them.
pub fn networks(conn: &Conn<'_>) -> Result<Vec<IpNet>> {
    let texts = conn.all("select address, address6 from servers", params! {}, |row| {
        Ok([Some(row.get::<String>("address")?), row.get::<Option<String>>("address6")?])
    })?;
    Ok(texts.into_iter().flatten().flatten().filter_map(|text| text.parse().ok()).collect())
}
