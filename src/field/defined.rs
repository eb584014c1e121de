//! The fields that are in use, kept in memory for as long as nobody changes one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::definition::{Definition, Entity, read};
use crate::base::{Error, Result, secret};
use crate::store::{Conn, Tx, params};

/// States of which the definitions are kept; one database is in one state.
const KEPT: usize = 64;

/// The fields of one entity that are in use, in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defined(Vec<Definition>);

impl Defined {
    /// These, in this order; those out of use are left out.
    pub fn new(definitions: impl IntoIterator<Item = Definition>) -> Self {
        Self(definitions.into_iter().filter(|definition| definition.is_active).collect())
    }

    /// The field with this name.
    pub fn named(&self, name: &str) -> Option<&Definition> {
        self.0.iter().find(|definition| definition.name == name)
    }

    /// Each field in turn.
    pub fn iter(&self) -> std::slice::Iter<'_, Definition> {
        self.0.iter()
    }
}

/// The fields of all three entities, by the state of the database they were read from. A state's token is random, so
/// that no two databases share one, and a change that is rolled back takes its token with it.
static KNOWN: LazyLock<Mutex<HashMap<i64, [Arc<Defined>; 3]>>> = LazyLock::new(Mutex::default);

/// Stands for the definitions as they are: another one after each change, never one that stood for others before. None
/// where nobody has ever defined a field.
pub fn state(conn: &Conn<'_>) -> Result<Option<i64>> {
    conn.one("select token from custom_field_state where id = 1", params! {}, |row| row.columns().take())
}

/// The fields of an entity that are in use: for everything that reads or sets values, whoever asks.
pub fn defined(conn: &Conn<'_>, entity: Entity) -> Result<Arc<Defined>> {
    let Some(token) = state(conn)? else { return Ok(Arc::default()) };
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&token).cloned();
    let all = match known {
        Some(all) => all,
        None => {
            let [ticket, contact, company] = Entity::ALL.map(|entity| load(conn, entity).map(Arc::new));
            let all = [ticket?, contact?, company?];
            let mut kept = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(token, all.clone());
            all
        }
    };
    let [ticket, contact, company] = all;
    Ok(match entity {
        Entity::Ticket => ticket,
        Entity::Contact => contact,
        Entity::Company => company,
    })
}

fn load(conn: &Conn<'_>, entity: Entity) -> Result<Defined> {
    let definitions = conn.all(
        "select id, uuid, entity_type, name, label, field_type, options, is_required, required_on_close,
           customer_can_view, customer_can_edit, placeholder, help_text, position, is_active, created_at
         from custom_fields where entity_type = :entity order by position, id",
        params! {":entity": entity.as_str()},
        read,
    )?;
    Ok(Defined::new(definitions))
}

/// Says that definitions changed in this transaction.
pub(super) fn changed(tx: &Tx<'_>) -> Result<()> {
    let token = i64::from_be_bytes(secret::random::<8>()?);
    tx.execute(
        "insert into custom_field_state (id, token) values (1, :token) on conflict (id) do update set token = :token",
        params! {":token": token},
    )?;
    Ok(())
}

/// What a name that two fields would share means.
pub(super) fn taken(error: Error) -> Error {
    error.when("custom_fields.entity_type, custom_fields.name", || {
        Error::conflict("name", "There is another field with this name. Choose another name.")
    })
}
