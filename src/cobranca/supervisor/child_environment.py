"""The environment that gives a child process exactly the settings of its supervisor."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pydantic import BaseModel, SecretStr

from cobranca.infra.settings import SETTINGS_GIVEN

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.settings import Settings


def child_environment(
    settings: Settings, *, data_dir: Path, database_url: str, nats_url: str
) -> dict[str, str]:
    """Return our environment with every setting in it, also those that a command line changed."""
    env = dict(os.environ)
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in type(settings).model_fields.items():
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else f"{prefix}{name}".upper()
        text = _as_text(getattr(settings, name))
        if text is None:
            env.pop(variable, None)
        else:
            env[variable] = text
    env["COBRANCA_DATA_DIR"] = str(data_dir)
    env["DATABASE_URL"] = database_url
    env["NATS_URL"] = nats_url
    env["PYTHONUNBUFFERED"] = "1"
    env[SETTINGS_GIVEN] = "1"
    return env


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return json.dumps(value) if isinstance(value, list | dict) else str(value)
