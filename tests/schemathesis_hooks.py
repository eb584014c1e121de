"""What tests/schemathesis.sh needs beyond settings: callers live through it, and what no schema can say is no failure."""

import os

import schemathesis

OWN = set(os.environ.get("OWN_IDS", "").split())


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nobody deletes, locks out or gives another password to the very account that asks."""
    for name in ("user", "id"):
        if str((case.path_parameters or {}).get(name)) in OWN:
            case.path_parameters[name] = "4711"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Of data that should have been refused."""
    if type(failure).__name__ != "AcceptedNegativeData":
        return True
    # Two surfaces answer here; what belongs to the other one is an unknown field, and those are ignored.
    about = case.operation.definition.raw.get("description", "")
    if about.startswith("The credential chooses the surface"):
        return False
    # Blank is missing.
    return not any(value == "" for value in (case.query or {}).values())
