"""Reads {"secret", "headers", "body"} a line, and says of each whether the package for Python takes it."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    asked = json.loads(line)
    try:
        Webhook(asked["secret"]).verify(asked["body"], asked["headers"])
        print("taken", flush=True)
    except WebhookVerificationError as error:
        print(f"refused: {error}", flush=True)
