//! Tables of contacts and companies, out and in.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{companies, users};
use crate::app::{Caller, Instance, Reply};
use crate::desk::links::mailed;

pub async fn import(instance: &Instance, caller: &Caller, path: &str, csv: impl Into<Vec<u8>>) -> Reply {
    instance.send_raw(caller, "POST", path, Some("text/csv"), csv.into()).await
}

async fn contacts(instance: &Instance, caller: &Caller, csv: &str) -> Value {
    import(instance, caller, "/api/contacts/import", csv).await.with(200)
}

pub async fn export(instance: &Instance, caller: &Caller, what: &str) -> String {
    let reply = instance.send(caller, "POST", &format!("/api/{what}/export"), None).await;
    assert_eq!(reply.status.as_u16(), 200);
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    reply.text()
}

/// Everything that is kept, as the engine would tell: what an import that changes nothing leaves as it was.
fn rows(instance: &Instance) -> (i64, i64, i64) {
    store::read_once(&instance.directory, &instance.app.clock, |conn| {
        let count =
            |table: &str| conn.one(&format!("select count(*) as n from {table}"), params![], |row| row.get("n"));
        Ok((count("users")?.unwrap(), count("companies")?.unwrap(), count("audit")?.unwrap()))
    })
    .unwrap()
}

#[tokio::test]
async fn the_template_names_the_columns() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let contacts = instance.send(&admin, "GET", "/api/contacts/import/template", None).await;
    assert_eq!(contacts.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(contacts.text(), "name,email,phone,company,tags\r\n");
    let companies = instance.send(&admin, "GET", "/api/companies/import/template", None).await;
    assert_eq!(companies.text(), "name,description,domains,industry,healthScore,accountTier,renewalDate\r\n");
    assert_eq!(export(&instance, &admin, "contacts").await, contacts.text());
    assert_eq!(export(&instance, &admin, "companies").await, companies.text());
}

#[tokio::test]
async fn good_rows_go_in_and_bad_ones_are_told_by_row_and_field() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let key = instance.api_key(&admin, &["users:read", "users:write"]).await;
    companies::make(&instance, &key, json!({"name": "Acme"})).await.with(201);
    let csv = "name,email,phone,company,tags\n\
        Anne,anne@example.org,+49 30,acme,\"vip, eu\"\n\
        ,nameless@example.org,,,\n\
        Bob,no address,1,,\n\
        Carl,carl@example.org,,Nobody Ltd,\n\
        Dora,ADMIN@example.org,,,\n\
        \"Eve\nEvil\",eve@example.org,,,\n\
        Fred,fred@example.org\n\
        Gus,gus@example.org,,,,too many\n";
    let report = contacts(&instance, &key, csv).await;
    assert_eq!((&report["created"], &report["updated"], &report["skipped"]), (&json!(2), &json!(0), &json!(6)));
    let errors: Vec<(i64, Option<&str>)> = report["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["row"].as_i64().unwrap(), error["field"].as_str()))
        .collect();
    assert_eq!(
        errors,
        [(3, Some("name")), (4, Some("email")), (5, Some("company")), (6, Some("email")), (7, Some("name")), (9, None)]
    );
    assert_eq!(report.as_object().unwrap().keys().collect::<Vec<_>>(), ["created", "errors", "skipped", "updated"]);
    assert_eq!(
        export(&instance, &key, "contacts").await,
        "name,email,phone,company,tags\r\n\
        Anne,anne@example.org,'+49 30,Acme,\"vip, eu\"\r\n\
        Fred,fred@example.org,,,\r\n"
    );
    let listed = instance.send(&key, "GET", "/api/users?role=customer", None).await.with(200);
    assert_eq!((&listed[0]["username"], &listed[0]["emailVerified"]), (&json!("anne"), &json!(false)));
    assert!(mailed(&instance).is_empty(), "an import is silent");
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_what_differs_is_changed() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let csv = "email,name,tags\na@example.org,A,x\nb@example.org,B,\n";
    assert_eq!(contacts(&instance, &admin, csv).await["created"], json!(2));
    let before = rows(&instance);
    let again = contacts(&instance, &admin, csv).await;
    assert_eq!(again, json!({"created": 0, "updated": 0, "skipped": 2, "errors": []}));
    assert_eq!(rows(&instance), before);
    let changed = contacts(&instance, &admin, "tags,email,name\n,A@EXAMPLE.org,Ann\ny,b@example.org,\n").await;
    assert_eq!(changed, json!({"created": 0, "updated": 2, "skipped": 0, "errors": []}));
    assert_eq!(
        export(&instance, &admin, "contacts").await,
        "name,email,phone,company,tags\r\nAnn,a@example.org,,,x\r\nB,b@example.org,,,y\r\n",
        "what is blank stays"
    );
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_changes_nothing() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    contacts(&instance, &admin, "email,name\nold@example.org,Old\nsame@example.org,Same\n").await;
    let csv = "email,name\nold@example.org,Older\nsame@example.org,Same\nnew@example.org,New\nwrong,\n\
        new@example.org,Newer\n";
    let before = rows(&instance);
    let dry = import(&instance, &admin, "/api/contacts/import?dryRun=true", csv).await.with(200);
    assert_eq!(rows(&instance), before);
    assert_eq!((&dry["created"], &dry["updated"], &dry["skipped"]), (&json!(1), &json!(2), &json!(2)));
    assert_eq!(contacts(&instance, &admin, csv).await, dry);
    import(&instance, &admin, "/api/contacts/import?dryRun=perhaps", csv).await.with(400);
    let dry = import(&instance, &admin, "/api/companies/import?dryRun=1", "name\nA\na\nB\n").await.with(200);
    assert_eq!((&dry["created"], &dry["updated"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn spreadsheets_write_it_in_many_ways() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for (n, csv) in [
        "\u{feff}Name,EMAIL\r\nÄnne,{}@example.org\r\n",
        "\u{feff}\"name\",\"email\"\n\"Änne\",\"{}@example.org\"\n",
        "name;email;phone\nÄnne;{}@example.org;1\n",
        "name\temail\nÄnne\t{}@example.org",
        " email , name \n\n{}@example.org,Änne\n\n",
        "email,name,,\n{}@example.org,Änne,,\n",
    ]
    .iter()
    .enumerate()
    {
        let report = contacts(&instance, &admin, &csv.replace("{}", &format!("a{n}"))).await;
        assert_eq!(report, json!({"created": 1, "updated": 0, "skipped": 0, "errors": []}), "{csv:?}");
    }
    let listed = instance.send(&admin, "GET", "/api/users?role=customer", None).await.with(200);
    assert!(listed.as_array().unwrap().iter().all(|user| user["name"] == json!("Änne")));
}

#[tokio::test]
async fn what_is_no_table_is_refused_and_what_is_odd_is_told() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for csv in ["", "\n\n", "name,phone\nA,1\n", "a@example.org,A\n"] {
        let refused = import(&instance, &admin, "/api/contacts/import", csv).await.with(400);
        assert!(refused["details"]["file"][0].is_string(), "{refused}");
    }
    let odd = "email,name,email,shoe size\na@example.org,A,b@example.org,44\nemail,name,email,shoe size\n";
    let report = contacts(&instance, &admin, odd).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(1), &json!(1)));
    let rows: Vec<&Value> = report["errors"].as_array().unwrap().iter().map(|error| &error["row"]).collect();
    assert_eq!(rows, [1, 1, 3]);
    for end in ["\n", "\r\n"] {
        let lines = ["", "email,name", "", "", "n1@example.org,\"A\n\nB\"", "", "wrong,N", "also wrong,N", ""];
        let report = contacts(&instance, &admin, &lines.join(end)).await;
        let rows: Vec<&Value> = report["errors"].as_array().unwrap().iter().map(|error| &error["row"]).collect();
        assert_eq!(rows, [4, 6, 7], "blank lines count, as in a spreadsheet");
    }
    let latin = import(
        &instance,
        &admin,
        "/api/contacts/import",
        b"email,name\nb@example.org,\xc4nne\nc@example.org,C".to_vec(),
    );
    let report = latin.await.with(200);
    assert_eq!((&report["created"], &report["errors"][0]["row"]), (&json!(1), &json!(2)));
    let report = contacts(&instance, &admin, "email,name\nd@example.org,a\0b\n").await;
    assert_eq!((&report["created"], &report["errors"][0]["field"]), (&json!(0), &json!("name")));
    instance.send(&admin, "POST", "/api/contacts/import", Some(json!({"a": 1}))).await.with(415);
}

#[tokio::test]
async fn no_import_makes_staff_or_touches_them() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    instance.person("agent@example.org", Role::Agent);
    let csv = "email,name,role\na@example.org,A,admin\nb@example.org,B,customer\nc@example.org,C,\n\
        agent@example.org,Mallory,\n";
    let report = contacts(&instance, &admin, csv).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(2), &json!(2)));
    assert_eq!(report["errors"][0]["field"], json!("role"));
    let staff = instance.send(&admin, "GET", "/api/users?role=agent", None).await.with(200);
    assert_eq!((staff.as_array().unwrap().len(), &staff[0]["name"]), (1, &json!("agent")));
}

#[tokio::test]
async fn a_form_brings_the_file_too() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let form = |dry: &str, name: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"dryRun\"\r\n\r\n{dry}\r\n\
            --b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"../../a.csv\"\r\n\
            Content-Type: text/csv\r\n\r\nname\r\nAcme\r\n\r\n--b--\r\n"
        )
    };
    let media = Some("multipart/form-data; boundary=b");
    let send = |body: String| instance.send_raw(&admin, "POST", "/api/companies/import", media, body);
    assert_eq!(send(form("true", "file")).await.with(200)["created"], json!(1));
    assert_eq!(rows(&instance).1, 0);
    assert_eq!(send(form("false", "file")).await.with(200)["created"], json!(1));
    assert_eq!(rows(&instance).1, 1);
    send(form("", "other")).await.with(400);
    send("no form".to_owned()).await.with(400);
    let twice = form("", "file").replace("--b--", "--b") + &form("", "file");
    send(twice).await.with(400);
}

#[tokio::test]
async fn a_retry_gets_the_first_answer_and_another_file_does_not() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await.header("idempotency-key", "k");
    let path = "/api/contacts/import";
    let first = import(&instance, &admin, path, "email,name\na@example.org,A\n").await.with(200);
    let other = Caller { headers: Vec::new(), ..admin.clone() };
    contacts(&instance, &other, "email,name\na@example.org,Changed\n").await;
    assert_eq!(import(&instance, &admin, path, "email,name\na@example.org,A\n").await.with(200), first);
    assert!(export(&instance, &other, "contacts").await.contains("Changed"));
    import(&instance, &admin, path, "email,name\nb@example.org,B\n").await.with(422);
    import(&instance, &admin, "/api/contacts/import?dryRun=true", "email,name\na@example.org,A\n").await.with(422);
}

#[tokio::test]
async fn the_same_request_twice_at_once_has_one_effect_and_one_answer() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await.header("idempotency-key", "k");
    let csv = "email,name\na@example.org,A\nb@example.org,B\n";
    let send = || import(&instance, &admin, "/api/contacts/import", csv);
    let (one, other) = tokio::join!(send(), send());
    let (one, other) = (one.with(200), other.with(200));
    assert_eq!((&one["created"], &one), (&json!(2), &other));
}

#[tokio::test]
async fn a_quote_that_is_never_closed_ends_the_file_and_not_the_rows_before() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let mut csv = "email,name\na@example.org,A\nb@example.org,\"".to_owned();
    csv.push_str(&"x".repeat(3 << 20));
    let report = contacts(&instance, &admin, &csv).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(1), &json!(1)));
    assert_eq!((&report["errors"][0]["row"], &report["errors"][0]["field"]), (&json!(3), &Value::Null));
}

#[tokio::test]
async fn a_thousand_errors_are_told_and_the_rest_counted() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let csv = format!("email,name\n{}last@example.org,Last\n", "wrong,N\n".repeat(1_200));
    let report = contacts(&instance, &admin, &csv).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(1), &json!(1_200)));
    assert_eq!((report["errors"].as_array().unwrap().len(), &report["errorsLeftOut"]), (1_000, &json!(200)));
}

#[tokio::test]
async fn a_file_leaves_nothing_behind_whether_it_was_taken_or_not() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    contacts(&instance, &admin, "email,name\na@example.org,A\n").await;
    import(&instance, &admin, "/api/contacts/import", "wrong").await.with(400);
    let large = vec![b'x'; (110 << 20) + 1];
    import(&instance, &admin, "/api/contacts/import", large).await.with(413);
    let folder = instance.directory.attachments().join("incoming");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}

#[tokio::test]
async fn a_key_of_one_project_takes_in_what_is_its_own() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    users::make(&instance, &admin, users::body("foreign")).await.with(201);
    companies::make(&instance, &admin, json!({"name": "Hidden"})).await.with(201);
    let made = json!({"name": "narrow", "projectId": "1", "scopes": ["users:read", "users:write"]});
    let made = instance.send(&admin, "POST", "/api/api-keys", Some(made)).await.with(201);
    let key = Caller::bearer(made["key"].as_str().unwrap());
    let csv = "email,name,company\nforeign@example.org,X,\nmine@example.org,M,\nother@example.org,O,Hidden\n";
    let report = contacts(&instance, &key, csv).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(1), &json!(2)));
    assert_eq!(export(&instance, &key, "contacts").await, "name,email,phone,company,tags\r\nM,mine@example.org,,,\r\n");
    let taken = import(&instance, &key, "/api/companies/import", "name,industry\nHidden,i\nOwn,i\n").await.with(200);
    assert_eq!((&taken["created"], &taken["errors"][0]["field"]), (&json!(1), &json!("name")));
}

#[tokio::test]
async fn custom_fields_are_columns_by_their_names() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for (name, kind) in [("=seats", "number"), ("Phone", "text"), ("plan", "dropdown"), ("Plan", "text")] {
        let field = json!({"entityType": "contact", "name": name, "fieldType": kind, "options": ["free", "paid"],
            "isRequired": name == "plan"});
        users::define(&instance, &admin, field).await;
    }
    let template = instance.send(&admin, "GET", "/api/contacts/import/template", None).await.text();
    assert_eq!(template, "name,email,phone,company,tags,'=seats,plan,Plan\r\n", "phone is a column of its own");
    let csv = "email,name,'=seats,plan,Plan\na@example.org,A,5,free,-1\nb@example.org,B,many,paid,\n\
        c@example.org,C,1,,\n";
    let report = contacts(&instance, &admin, csv).await;
    assert_eq!((&report["created"], &report["skipped"]), (&json!(1), &json!(2)));
    let fields: Vec<&Value> = report["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["=seats", "plan"]);
    let listed = instance.send(&admin, "GET", "/api/users?role=customer", None).await.with(200);
    assert_eq!(listed[0]["customFields"], json!({"=seats": 5, "plan": "free", "Plan": "-1"}));
    assert!(export(&instance, &admin, "contacts").await.ends_with("A,a@example.org,,,,5,free,'-1\r\n"));
    let report = contacts(&instance, &admin, "email,=SEATS,plan\na@example.org,,paid\n").await;
    assert_eq!(report["updated"], json!(1));
    let listed = instance.send(&admin, "GET", "/api/users?role=customer", None).await.with(200);
    assert_eq!(listed[0]["customFields"]["=seats"], json!(5), "what is blank stays");
}

/// A field of every type.
const FIELDS: [(&str, &str); 8] = [
    ("=text", "text"),
    ("textarea", "textarea"),
    ("number", "number"),
    ("decimal", "decimal"),
    ("dropdown", "dropdown"),
    ("multi, select", "multiselect"),
    ("date", "date"),
    ("checkbox", "checkbox"),
];

fn values() -> impl Strategy<Value = Value> {
    let options = vec!["red", "=green", "bl\"ue,"];
    let chosen = proptest::sample::subsequence(options.clone(), 0..=3);
    let lines = (line(), "[=' \n,;-]{0,4}[a-z][ \n]{0,2}", any::<i64>(), -1.0e9..1.0e9);
    let picked = (proptest::sample::select(options), chosen, any::<bool>(), any::<[bool; 8]>());
    (lines, picked).prop_map(|((text, area, number, decimal), (one, some, checked, given))| {
        let all = [
            json!(text),
            json!(area),
            json!(number),
            json!(decimal),
            json!(one),
            json!(some),
            json!("2026-02-28"),
            json!(checked),
        ];
        let given = FIELDS.iter().zip(all).zip(given).filter(|(_, given)| *given);
        Value::Object(given.map(|(((name, _), value), _)| ((*name).to_owned(), value)).collect())
    })
}

async fn define_all(instance: &Instance, admin: &Caller) {
    for entity in ["contact", "company"] {
        for (name, kind) in FIELDS {
            let field =
                json!({"entityType": entity, "name": name, "fieldType": kind, "options": ["red", "=green", "bl\"ue,"]});
            users::define(instance, admin, field).await;
        }
    }
}

pub fn line() -> impl Strategy<Value = String> {
    "['=+@＝-]{0,2}[a-zäЖ漢,;\"'🦀][a-z ,;\"'=]{0,6}[a-z\"';,]".prop_map(|text| text.trim().to_owned())
}

fn company() -> impl Strategy<Value = Value> {
    let words = proptest::sample::select(vec![Value::Null, json!("happy"), json!("at_risk")]);
    let tiers = proptest::sample::select(vec![Value::Null, json!("free"), json!("enterprise")]);
    let dates = proptest::sample::select(vec![Value::Null, json!("2027-02-28"), json!("1999-12-31")]);
    let text = proptest::option::of("[=' \"\r\n\tab,;-]{0,9}");
    let domains = proptest::collection::vec("[a-z]{1,5}\\.example", 0..3);
    (line(), text, domains, proptest::option::of(line()), words, tiers, dates, values()).prop_map(
        |(name, description, domains, industry, health, tier, renewal, custom)| {
            json!({"name": name, "description": description, "domains": domains, "industry": industry,
                "healthScore": health, "accountTier": tier, "renewalDate": renewal, "customFields": custom})
        },
    )
}

fn contact() -> impl Strategy<Value = Value> {
    let tags = proptest::collection::vec(line(), 0..4);
    (line(), proptest::option::of(line()), tags, proptest::option::of(0..6_usize), values()).prop_map(
        |(name, phone, tags, company, custom)| {
            json!({"name": name, "phone": phone, "tags": tags, "company": company, "customFields": custom})
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_was_exported_and_imported_is_what_there_was(
        firms in proptest::collection::vec(company(), 0..6),
        people in proptest::collection::vec(contact(), 0..6),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let (from, to) = (Instance::start(), Instance::start());
            let admins = [from.signed_in("admin@example.org", Role::Admin).await, to.signed_in("admin@example.org", Role::Admin).await];
            for (instance, admin) in [&from, &to].into_iter().zip(&admins) {
                define_all(instance, admin).await;
            }
            let mut made = Vec::new();
            for firm in firms {
                let reply = companies::make(&from, &admins[0], firm).await;
                if reply.status.as_u16() == 201 {
                    made.push(reply.json()["id"].clone());
                } else {
                    assert_eq!(reply.status.as_u16(), 409, "{}", reply.text());
                }
            }
            for (n, person) in people.into_iter().enumerate() {
                let company = person["company"].as_u64().filter(|_| !made.is_empty());
                let company = company.map(|index| &made[index as usize % made.len()]);
                let body = json!({"username": format!("u{n}"), "email": format!("={n}@example.org"), "name": person["name"],
                    "phone": person["phone"], "tags": person["tags"], "companyId": company, "customFields": person["customFields"]});
                users::make(&from, &admins[0], body).await.with(201);
            }
            for what in ["companies", "contacts"] {
                let csv = export(&from, &admins[0], what).await;
                let count = csv::Reader::from_reader(csv.as_bytes()).records().count();
                let path = format!("/api/{what}/import");
                let again = import(&from, &admins[0], &path, csv.clone()).await.with(200);
                assert_eq!(again, json!({"created": 0, "updated": 0, "skipped": count, "errors": []}), "{csv}");
                let report = import(&to, &admins[1], &path, csv.clone()).await.with(200);
                assert_eq!(report, json!({"created": count, "updated": 0, "skipped": 0, "errors": []}), "{csv}");
                assert_eq!(export(&to, &admins[1], what).await, csv);
            }
        });
    }
}
