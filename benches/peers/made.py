"""The tickets of a Gatehouse data directory, for others to be filled with the same, and the requests that ask them."""

import ctypes
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

# What the load is signed in as.
EMAIL = "agent@example.org"
PASSWORD = "correct horse battery staple"
# What is searched: a customer's name, and what they wrote of. Few tickets hold both.
WORDS = ["lindqvist", "television"]
# linux/prctl.h
PR_SET_PDEATHSIG = 1
# Rows of a page, in all of them.
PAGE = 20


def tickets(database):
    """Each ticket with its messages, the description first, oldest first."""
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows.row_factory = sqlite3.Row
    messages = rows.execute("select * from messages order by ticket_id, id")
    message = messages.fetchone()
    for ticket in rows.execute("select * from tickets where deleted_at is null order by id"):
        own = []
        while message and message["ticket_id"] <= ticket["id"]:
            if message["ticket_id"] == ticket["id"]:
                own.append(message)
            message = messages.fetchone()
        yield ticket, own


def request(method, path, headers, body=None):
    """One request as the load sends it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    text = "" if body is None else json.dumps(body)
    if text:
        lines += ["Content-Type: application/json", f"Content-Length: {len(text)}"]
    return "\r\n".join([*lines, "", text])


def save(folder, requests):
    """Leaves the requests for the load: the names of what is measured, each with the whole request."""
    with open(os.path.join(folder, "requests.json"), "w", encoding="utf-8") as file:
        json.dump(requests, file, indent=1)


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, path):
    """Waits until the server on this port answers at all."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing answers on port {port}")


def end_with_parent():
    """Asks the kernel to end this process with the one that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(command, port, path, folder):
    """Starts a server and says where it listens, as the benchmark expects; ends with it."""
    with open(os.path.join(folder, "server.log"), "ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=end_with_parent)

    # Only that: whoever waits below sees it end.
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    answers(port, path)
    print(f"listening on http://127.0.0.1:{port}", flush=True)
    server.wait()
