"""Bring the database of DATABASE_URL to the newest schema, before anything else uses it."""

import os

from cobranca.infra.migrations import migrate

migrate(os.environ["DATABASE_URL"])
