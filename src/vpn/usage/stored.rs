//! Reading and writing the ledger of a server.

use std::collections::HashMap;

use super::ledger::{Closed, Ledger, Run};
use super::{Usage, blob};
use crate::base::Result;
use crate::store::{Conn, Tx, params};

fn newest(conn: &Conn<'_>, server: i64) -> Result<Ledger> {
    let found = conn.one("select totals from usage where server = :server", params! {":server": server}, |row| {
        blob::read(row.blob("totals")?)
    })?;
    Ok(found.unwrap_or_default())
}

/// What each peer of a server has used, by peer number.
pub fn of_server(conn: &Conn<'_>, server: i64) -> Result<HashMap<i64, Usage>> {
    Ok(newest(conn, server)?.peers.into_iter().map(|(peer, known)| (peer, known.usage)).collect())
}

/// The ledger of a server, with its closed runs unless the next report in line is all that will be counted.
pub fn load(conn: &Conn<'_>, server: i64, is_enough: impl FnOnce(&Ledger) -> bool) -> Result<Ledger> {
    let mut ledger = newest(conn, server)?;
    if !is_enough(&ledger) {
        ledger.closed = conn.all(
            "select epoch_order, epoch, first_seq, last_seq, first_counters, last_counters from report_runs
             where server = :server order by epoch_order, first_seq",
            params! {":server": server},
            |row| {
                let (order, epoch) = (row.get("epoch_order")?, row.get_u64("epoch")?);
                let run = Run { order, epoch, first: row.get_u64("first_seq")?, last: row.get_u64("last_seq")? };
                let firsts = blob::read_counters(row.blob("first_counters")?)?;
                Ok(Closed { run, firsts, lasts: blob::read_counters(row.blob("last_counters")?)? })
            },
        )?;
    }
    Ok(ledger)
}

/// Writes a ledger back; its closed runs only when they were loaded.
pub fn save(tx: &Tx<'_>, server: i64, ledger: &Ledger, with_closed: bool) -> Result<()> {
    tx.execute(
        "insert into usage (server, totals) values (:server, :totals)
         on conflict (server) do update set totals = :totals",
        params! {":server": server, ":totals": blob::write(ledger)},
    )?;
    if with_closed {
        tx.execute("delete from report_runs where server = :server", params! {":server": server})?;
        for closed in &ledger.closed {
            let run = closed.run;
            tx.execute(
                "insert into report_runs (server, epoch_order, epoch, first_seq, last_seq, first_counters, last_counters)
                 values (:server, :epoch_order, :epoch, :first, :last, :firsts, :lasts)",
                params! {":server": server, ":epoch_order": run.order, ":epoch": run.epoch.cast_signed(),
                ":first": run.first.cast_signed(), ":last": run.last.cast_signed(),
                ":firsts": blob::write_counters(&closed.firsts), ":lasts": blob::write_counters(&closed.lasts)},
            )?;
        }
    }
    Ok(())
}

/// Forgets a peer that was removed.
pub fn forget(tx: &Tx<'_>, server: i64, peer: i64) -> Result<()> {
    let mut ledger = newest(tx, server)?;
    match ledger.peers.remove(&peer) {
        Some(_) => save(tx, server, &ledger, false),
        None => Ok(()),
    }
}
