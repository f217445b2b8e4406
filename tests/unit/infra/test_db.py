"""Which errors of the database pass by themselves, and that no connection can hang for ever."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from cobranca.infra.db import guarded, passes

PASSING = {
    "08000": "connection exception",
    "08006": "connection failure",
    "25006": "read-only: a failover is under way",
    "25P03": "idle in transaction for too long",
    "25P04": "transaction for too long",
    "40001": "serialization failure",
    "40003": "statement completion unknown",
    "40P01": "deadlock",
    "53000": "insufficient resources",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "55P03": "lock not available",
    "57014": "statement time-out",
    "57P01": "shut down by an administrator",
    "57P02": "crash of another backend",
    "57P03": "starting up",
    "57P05": "idle for too long",
    "58030": "I/O error",
}
LASTING = {
    "22P02": "a text that is no number",
    "23505": "unique",
    "23514": "check",
    "25P02": "in a failed transaction",
    "28P01": "wrong password",
    "34000": "no such cursor",
    "3D000": "no such database",
    "40002": "a constraint failed at the commit",
    "42501": "no right to do this",
    "42601": "syntax",
    "42P01": "no such table",
    "54000": "limit of the program",
    "55006": "object in use",
    "57000": "operator intervention",
    "58P01": "a file is missing",
    "P0001": "raised by a function",
    "XX001": "data corrupted",
}


@pytest.mark.parametrize("sqlstate", PASSING)
def test_what_passes_is_tried_again(sqlstate: str) -> None:
    assert passes(_error(sqlstate))


@pytest.mark.parametrize("sqlstate", LASTING)
def test_what_does_not_pass_stays_an_error(sqlstate: str) -> None:
    assert not passes(_error(sqlstate))


def test_a_connection_that_is_lost_passes() -> None:
    assert passes(psycopg.OperationalError("the connection is lost"))
    assert not passes(psycopg.ProgrammingError("the query has a placeholder too many"))


def test_every_connection_has_its_time_outs_unless_the_address_says_otherwise() -> None:
    given = conninfo_to_dict(guarded("postgresql://u:p%20w@h/d?keepalives_idle=60"))
    assert given["password"] == "p w"  # noqa: S105
    assert given["keepalives_idle"] == "60"
    wanted = {"connect_timeout", "tcp_user_timeout", "keepalives_interval", "keepalives_count"}
    assert wanted <= given.keys()


def test_the_server_is_told_to_give_up_a_client_that_falls_silent() -> None:
    url = guarded("postgresql://h/d?options=-c%20search_path%3Dmine")
    options = conninfo_to_dict(url)["options"]
    assert "tcp_keepalives_idle" in options
    assert "idle_in_transaction_session_timeout" in options
    assert options.endswith("-c search_path=mine")
    assert guarded(url) == url


def _error(sqlstate: str) -> psycopg.Error:
    try:
        return errors.lookup(sqlstate)()
    except KeyError:
        error = psycopg.DatabaseError()
        error.sqlstate = sqlstate  # pyright: ignore[reportAttributeAccessIssue]
        return error
