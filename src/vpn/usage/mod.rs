//! stub until the reports branch is merged
use crate::base::{Result, Time};
use crate::store::{Conn, Tx};
use std::collections::HashMap;
#[derive(Clone, Debug, Default)]
pub struct Usage {
    pub rx: u64,
    pub tx: u64,
    pub latest_handshake: Option<Time>,
    pub endpoint: Option<String>,
}
pub fn of_server(_: &Conn<'_>, _: i64) -> Result<HashMap<i64, Usage>> {
    Ok(HashMap::new())
}
pub fn forget(_: &Tx<'_>, _: i64, _: i64) -> Result<()> {
    Ok(())
}
