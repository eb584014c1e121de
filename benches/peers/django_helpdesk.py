"""django-helpdesk (PyPI) under gunicorn, on SQLite, with the tickets of a Gatehouse data directory.

`make FOLDER DATABASE` fills it and leaves the requests of the load, `serve FOLDER` serves it. The settings are those of its
documentation for a deployment: no debugging, sessions in the database, SQLite with a write-ahead log.
"""

import base64
import json
import os
import sys
import urllib.parse

import django
from django.conf import settings
from django.urls import include, path

import made

HOST = "127.0.0.1"
FOLDER = os.environ.get("PEER_FOLDER") or (sys.argv[2] if len(sys.argv) > 2 else ".")
# As many as it is usual to run on two cores.
WORKERS = 5
STATUS = {"open": 1, "in_progress": 1, "pending": 2, "resolved": 3, "closed": 4}
PRIORITY = {"urgent": 1, "high": 2, "medium": 3, "low": 4}

settings.configure(
    DEBUG=False,
    SECRET_KEY="a benchmark on loopback",
    ALLOWED_HOSTS=[HOST],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    SITE_ID=1,
    HELPDESK_TEAMS_MODE_ENABLED=False,
    HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[],
    STATIC_URL="/static/",
    LOGIN_URL="helpdesk:login",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.sites", "django.contrib.humanize", "django.contrib.staticfiles",
        "rest_framework", "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(FOLDER, "helpdesk.db"),
        "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE",
                    "init_command": "pragma journal_mode = wal; pragma synchronous = full"},
    }},
)
django.setup()

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def application(environ, start_response):
    """What gunicorn serves."""
    from django.core.handlers.wsgi import WSGIHandler

    global application
    application = WSGIHandler()
    return application(environ, start_response)


def moment(milliseconds):
    import datetime

    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)


def fill(database):
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from helpdesk.models import FollowUp, Queue, Ticket

    call_command("migrate", verbosity=0)
    agent = get_user_model().objects.create_superuser("agent", made.EMAIL, made.PASSWORD)
    queue = Queue.objects.create(title="Support", slug="support", allow_public_submission=True)
    tickets, followups = [], []

    def flush():
        Ticket.objects.bulk_create(tickets)
        FollowUp.objects.bulk_create(followups)
        tickets.clear()
        followups.clear()

    for ticket, messages in made.tickets(database):
        tickets.append(Ticket(
            id=ticket["id"], queue=queue, title=ticket["subject"][:200], description=messages[0]["body"],
            submitter_email=ticket["customer_email"], status=STATUS[ticket["status"]],
            priority=PRIORITY[ticket["priority"]], created=moment(ticket["created_at"]),
            modified=moment(ticket["updated_at"]), assigned_to=agent if ticket["assignee_id"] else None, secret_key="-"))
        followups += [
            FollowUp(ticket_id=ticket["id"], title="Comment", comment=message["body"], public=not message["is_private"],
                     date=moment(message["created_at"]), user=agent if message["is_staff"] else None)
            for message in messages[1:]
        ]
        if len(tickets) == 1_000:
            flush()
    flush()
    return agent, queue, Ticket.objects.count()


def make(folder, database):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    agent, queue, count = fill(database)
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    secret = "c" * 32
    headers = {"Cookie": f"sessionid={session.session_key}; csrftoken={secret}", "X-CSRFToken": secret}

    def listed(words):
        query = {"filtering": {"status__in": list(range(1, 6))}, "sorting": "created", "sortreverse": True, "search_string": words}
        page = {"draw": 1, "start": 0, "length": made.PAGE, "search[value]": words, "order[0][column]": 5, "order[0][dir]": "desc"}
        named = urllib.parse.quote(base64.b64encode(json.dumps(query).encode()).decode())
        return f"/datatables_ticket_list/{named}?{urllib.parse.urlencode(page)}"

    new = {"queue": queue.pk, "title": "Somebody wrote this", "description": "Somebody wrote this",
           "submitter_email": "somebody@example.org", "priority": 3}
    made.save(folder, {
        "list": made.request("GET", listed(""), headers),
        "open": made.request("GET", f"/tickets/{count // 2}/", headers),
        "search": made.request("GET", listed(made.WORDS[0]), headers),
        "create": made.request("POST", "/api/tickets/", headers, new),
        "dashboard": made.request("GET", "/dashboard/", headers),
    })


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(FOLDER, sys.argv[3])
    else:
        port = made.free_port()
        os.environ["PEER_FOLDER"] = FOLDER
        gunicorn = os.path.join(os.path.dirname(sys.executable), "gunicorn")
        command = [gunicorn, "--bind", f"{HOST}:{port}", "--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4",
                   "--keep-alive", "60", "--no-control-socket", "--chdir", os.path.dirname(os.path.abspath(__file__)), "django_helpdesk:application"]
        made.run(command, port, "/login/", FOLDER)
