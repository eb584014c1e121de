"""Completes OAuth flows against a live server, with Authlib as the application and requests as the user's browser."""

import html
import os
import re
import sys
from urllib.parse import parse_qs, urlsplit

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

url, email, password = sys.argv[1:]
callback = "http://127.0.0.1:9/callback"

admin = requests.Session()
admin.headers["Authorization"] = "Bearer " + admin.post(
    f"{url}/api/login", json={"email": email, "password": password}
).json()["token"]


def register(**more):
    body = {"name": "Authlib", "redirect_uris": [callback], "scopes": ["tickets:read", "tickets:write"], **more}
    answer = admin.post(f"{url}/api/oauth-clients", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


metadata = AuthorizationServerMetadata(requests.get(f"{url}/.well-known/oauth-authorization-server").json())
assert metadata["issuer"] == url
for check in ("response_types_supported", "grant_types_supported", "token_endpoint_auth_methods_supported",
              "authorization_endpoint", "token_endpoint", "revocation_endpoint", "code_challenge_methods_supported"):
    getattr(metadata, f"validate_{check}")()

# The browser knows the user by the cookie that login set.
browser = requests.Session()
browser.post(f"{url}/api/login", json={"email": email, "password": password}).raise_for_status()


def consent(address):
    page = browser.get(address, allow_redirects=False)
    assert page.status_code == 200, (page.status_code, page.text)
    fields = {name: html.unescape(value) for name, value in
              re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)}
    answer = browser.post(f"{url}/oauth/authorize", data={**fields, "decision": "allow"},
                          headers={"Origin": url}, allow_redirects=False)
    assert answer.status_code == 303, (answer.status_code, answer.text)
    place = answer.headers["Location"]
    assert place.startswith(callback), place
    assert parse_qs(urlsplit(place).query)["iss"] == [url]
    return place


for method in ("client_secret_basic", "client_secret_post", "none"):
    client = register(confidential=method != "none")
    session = OAuth2Session(
        client["client_id"], client.get("client_secret"), redirect_uri=callback, scope="tickets:read tickets:write",
        token_endpoint_auth_method=method, revocation_endpoint_auth_method=method, code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
    )
    verifier = generate_token(48)
    address, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    place = consent(address)
    token = session.fetch_token(metadata["token_endpoint"], authorization_response=place, code_verifier=verifier)
    assert token["token_type"] == "Bearer" and token["scope"] == "tickets:read tickets:write", token
    made = session.post(f"{url}/v1/tickets", json={"title": "By Authlib", "description": method})
    assert made.status_code == 201, made.text
    listed = session.get(f"{url}/v1/tickets").json()["tickets"]
    assert listed[0]["id"] == made.json()["id"], listed
    first = token["refresh_token"]
    second = session.refresh_token(metadata["token_endpoint"], refresh_token=first)
    assert second["refresh_token"] != first and second["access_token"] != token["access_token"]
    assert session.get(f"{url}/v1/tickets").status_code == 200
    assert session.revoke_token(
        metadata["revocation_endpoint"], token=second["refresh_token"], token_type_hint="refresh_token"
    ).status_code == 200
    gone = requests.get(f"{url}/v1/tickets", headers={"Authorization": "Bearer " + second["access_token"]})
    assert gone.status_code == 401, gone.text

client = register()
own = OAuth2Session(client["client_id"], client["client_secret"], scope="tickets:read")
token = own.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
assert "refresh_token" not in token and token["scope"] == "tickets:read", token
assert own.get(f"{url}/v1/tickets").status_code == 200
assert own.post(f"{url}/v1/tickets", json={}).status_code == 403
print("all flows completed")
