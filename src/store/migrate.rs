//! The schema: the embedded files of `migrations/`, run in the order of their names.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::{Directory, fault, open};
use super::{Tx, params};
use crate::base::{Error, Kind, Result};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// One file of `migrations/`.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001-people`.
    pub name: &'static str,
    /// Its statements, opening with why.
    pub sql: &'static str,
}

/// A migration, and whether a database has it.
#[derive(Clone, Copy, Debug)]
pub struct MigrationState {
    /// `0001-people`.
    pub name: &'static str,
    /// Whether it has been run.
    pub applied: bool,
}

/// How far the schema of a database is, and how far this program knows it, in migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Those that the database has.
    pub applied: usize,
    /// Those that are built in.
    pub known: usize,
}

/// Every migration, oldest first.
pub fn migrations() -> Vec<Migration> {
    let mut all: Vec<Migration> = FILES
        .files()
        .filter_map(|file| Some(Migration { name: file.path().file_stem()?.to_str()?, sql: file.contents_utf8()? }))
        .collect();
    all.sort_by_key(|migration| migration.name);
    all
}

/// Which migrations the database of a directory has; none where there is no database yet.
pub fn migration_state(directory: &Directory) -> Result<Vec<MigrationState>> {
    let path = directory.database();
    let applied = if path.exists() { version(&open::reader(&path)?)? } else { 0 };
    Ok(migrations()
        .into_iter()
        .enumerate()
        .map(|(index, migration)| MigrationState { name: migration.name, applied: index < applied })
        .collect())
}

/// How far the schema of a directory's database is.
pub fn schema(directory: &Directory) -> Result<Schema> {
    Ok(Schema { applied: version(&open::reader(&directory.database())?)?, known: migrations().len() })
}

/// What a database with every migration has too much, too little, or with other columns.
pub fn differences(directory: &Directory) -> Result<Vec<String>> {
    let mut fresh = open::memory()?;
    to_latest(&mut fresh)?;
    let (wanted, found) = (shape(&fresh)?, shape(&open::reader(&directory.database())?)?);
    let differs = |name: &&String| wanted.get(*name) != found.get(*name);
    let names: BTreeSet<&String> = wanted.keys().chain(found.keys()).filter(differs).collect();
    Ok(names.into_iter().cloned().collect())
}

/// Tables, indexes and triggers by name, with their columns.
fn shape(raw: &Connection) -> Result<BTreeMap<String, Option<String>>> {
    let sql = "select type || ' ' || name,
                 (select group_concat(c.name) from pragma_table_info(m.name) c where m.type = 'table')
               from sqlite_master m where name not like 'sqlite_%'";
    let mut statement = raw.prepare(sql).map_err(fault::translate)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fault::translate)?;
    rows.collect::<rusqlite::Result<_>>().map_err(fault::translate)
}

/// Runs what is missing in one transaction, so that it is done or not; refuses a database from the future.
pub fn to_latest(raw: &mut Connection) -> Result<()> {
    let known = migrations();
    if version(raw)? > known.len() {
        return Err(Error::new(
            Kind::Conflict,
            "This database was written by a newer Gatehouse. Start that version, or restore an older backup.",
        ));
    }
    let steps = known.iter().map(|migration| M::up(migration.sql).foreign_key_check()).collect();
    Migrations::new(steps).to_latest(raw).map_err(Error::internal)
}

fn version(raw: &Connection) -> Result<usize> {
    let version: i64 = raw.query_row("pragma user_version", [], |row| row.get(0)).map_err(fault::translate)?;
    usize::try_from(version).map_err(Error::internal)
}

/// Ties the database to its secret at first start; later refuses another one.
pub fn bind_to_secret(tx: &Tx<'_>) -> Result<()> {
    let known = tx.one("select secret_check from instance", params![], |row| row.get::<Vec<u8>>("secret_check"))?;
    match known {
        Some(check) if check == tx.keys().check() => Ok(()),
        Some(_) => Err(Error::new(
            Kind::Conflict,
            "The instance secret does not belong to this database. Put back the secret.key (or GATEHOUSE_SECRET_KEY) \
             that it was made with: nothing sealed can be read without it.",
        )),
        None => {
            tx.execute(
                "insert into instance (id, secret_check, created_at) values (1, :check, :now)",
                params! {":check": tx.keys().check(), ":now": tx.now().0},
            )?;
            Ok(())
        }
    }
}
