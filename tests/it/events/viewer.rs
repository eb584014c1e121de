//! What is decided in memory is what the database says.

use gatehouse::base::{Actor, Kind, Role, Who};
use gatehouse::store::{Conn, Tx, params};
use gatehouse::ticket::{self, Viewer};

use super::{file, staffed};

/// Fills a small world at random: every kind of user, scope, project, group and ticket in every relation.
fn shuffle(tx: &Tx<'_>, seed: u64) -> gatehouse::base::Result<()> {
    let mut random = fastrand::Rng::with_seed(seed);
    let users = tx.all("select id from users", params! {}, |row| row.get::<i64>("id"))?;
    let tickets = tx.all("select id from tickets", params! {}, |row| row.get::<i64>("id"))?;
    tx.execute("delete from project_agents", params! {})?;
    tx.execute("delete from group_members", params! {})?;
    for user in &users {
        let role = random.choice(Role::ALL).unwrap().as_str();
        let scope = *random.choice(["all", "group", "assigned"].iter()).unwrap();
        tx.execute(
            "update users set role = :role, ticket_scope = :scope where id = :id",
            params! {":role": role, ":scope": scope, ":id": user},
        )?;
        for number in 1..=2_i64 {
            if random.bool() {
                tx.execute(
                    "insert into project_agents (user_id, project_id, created_at) values (:user, :number, 0)",
                    params! {":user": user, ":number": number},
                )?;
            }
            if random.bool() {
                tx.execute(
                    "insert into group_members (user_id, group_id, created_at) values (:user, :number, 0)",
                    params! {":user": user, ":number": number},
                )?;
            }
        }
    }
    for ticket in tickets {
        let mut somebody = || random.bool().then(|| *random.choice(users.iter()).unwrap());
        let (creator, assignee) = (somebody(), somebody());
        let group = random.bool().then(|| random.i64(1..=2));
        tx.execute(
            "update tickets set creator_id = :creator, assignee_id = :assignee, group_id = :group,
               project_id = :project, deleted_at = :deleted where id = :id",
            params! {":creator": creator, ":assignee": assignee, ":group": group, ":project": random.i64(1..=2),
            ":deleted": (random.u8(0..5) == 0).then_some(1), ":id": ticket},
        )?;
    }
    Ok(())
}

/// Every actor there is, also those who come with a key.
fn actors(conn: &Conn<'_>) -> gatehouse::base::Result<Vec<Actor>> {
    let mut actors = conn.all("select id, role from users", params! {}, |row| {
        let role: String = row.get("role")?;
        let who = Who::Person {
            user: row.get("id")?,
            email: String::new(),
            role: Role::parse(&role).unwrap(),
            session: String::new(),
        };
        Ok(Actor::new(who, None))
    })?;
    actors.push(Actor::system());
    actors.push(Actor::nobody(None));
    actors.push(Actor::new(Who::KeyPair { pair: 1, name: String::new(), project: 2 }, None));
    Ok(actors)
}

#[tokio::test]
async fn memory_and_database_agree_on_who_sees_which_ticket() {
    let (instance, admin, ..) = staffed().await;
    for number in 0..4 {
        instance.person(&format!("more{number}@example.org"), Role::Agent);
    }
    for _ in 0..8 {
        file(&instance, &admin).await;
    }
    instance.sql(
        "insert into projects (uuid, name, slug, prefix, created_at, updated_at) values ('p', 'p', 'p', 'PPPP', 0, 0)",
    );
    for name in ["a", "b"] {
        instance.sql(&format!(
            "insert into agent_groups (uuid, name, created_at, updated_at) values ('{name}', '{name}', 0, 0)"
        ));
    }
    let (mut seen, mut unseen) = (0, 0);
    for seed in 0..60 {
        instance.app.store.write(move |tx| shuffle(tx, seed)).await.unwrap();
        let judge = |conn: &Conn<'_>| {
            let (mut seen, mut unseen) = (0, 0);
            for actor in actors(conn)? {
                let viewer = Viewer::of(conn, &actor)?;
                for id in 1..=8 {
                    let place = ticket::place(conn, id)?.unwrap();
                    let found = match ticket::itself(conn, &actor, id) {
                        Ok(_) => true,
                        Err(error) if error.kind == Kind::NotFound => false,
                        Err(error) => return Err(error),
                    };
                    assert_eq!(viewer.sees(&place), found, "{actor:?} {place:?} {viewer:?}");
                    if found { seen += 1 } else { unseen += 1 }
                }
            }
            Ok((seen, unseen))
        };
        let (more, less) = instance.app.store.read(judge).await.unwrap();
        (seen, unseen) = (seen + more, unseen + less);
    }
    assert!(seen > 1_000 && unseen > 1_000, "{seen} {unseen}");
}
