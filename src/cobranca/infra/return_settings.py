"""Return files of banks, and calls that tell of payments, as settings."""

from __future__ import annotations

import base64
import binascii

from pydantic import BaseModel, Field, SecretStr, field_validator

_KEY_BYTES = range(24, 65)
_PREFIX = "whsec_"


class ReturnSettings(BaseModel):
    """What is done with return files."""

    #: So many first files are only shown; a person posts them.
    shown_files: int = Field(default=0, ge=0, le=1000)
    #: How headers of our files name us, where the account's parameters do not say it.
    agreements: list[str] = Field(default_factory=list[str])
    #: A folder that is looked through for new files; None = none.
    folder: str | None = None
    #: A file of the folder is taken when it has not changed for so long.
    stable_s: float = Field(default=5.0, ge=0)


class WebhookSettings(BaseModel):
    """How calls that tell of payments prove who sends them."""

    #: `whsec_` and base64; several while a secret is being changed.
    secrets: list[SecretStr] = Field(default_factory=list[SecretStr])

    @field_validator("secrets")
    @classmethod
    def _are_keys(cls, value: list[SecretStr]) -> list[SecretStr]:
        """Refuse at the start what no call could be signed with."""
        for secret in value:
            webhook_key(secret.get_secret_value())
        return value


def webhook_key(secret: str) -> bytes:
    """Return the key of a secret.

    Raises:
        ValueError: it is none; its text is not in the message.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(_PREFIX) or len(key) not in _KEY_BYTES:
        raise ValueError("must be `whsec_` and the base64 of 24 to 64 bytes")
    return key
