"""Every setting of the product, from the environment (`COBRANCA_*`) and DATA_DIR/cobranca.env.

Settings are documented in docs/settings.md; a test fails when one is missing there.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import (
    BaseModel,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from cobranca.domain.characters import unprintable
from cobranca.domain.email_address import ascii_address, check_address
from cobranca.domain.errors import InvalidField, SettingsInvalid
from cobranca.domain.tax_id import parse_tax_id
from cobranca.infra.hook_settings import HookSettings
from cobranca.infra.remittance_settings import RemittanceSettings
from cobranca.infra.return_settings import ReturnSettings, WebhookSettings
from cobranca.infra.second_copy_settings import SecondCopySettings
from cobranca.infra.terms_settings import TermsSettings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MIB = 1024 * 1024
#: Set by a supervisor whose environment has every setting: the file is its own, and not read again.
SETTINGS_GIVEN = "COBRANCA_SETTINGS_GIVEN"

Policy = Literal["warn", "reject"]
MailWhen = Literal["issue", "registered"]
MailMode = Literal["outbox", "smtp", "simulate"]
UncertainPolicy = Literal["hold", "resend_once"]

#: Of COBRANCA_API_KEY; what `make-secrets.sh` makes has 48.
API_KEY_CHARACTERS_MIN = 20


def is_loopback(host: str) -> bool:
    """Return whether an address, or the name `localhost`, is reached from this machine only."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


class BeneficiarySettings(BaseModel):
    """Who is paid, and the account at the bank (docs/boleto.md lists each bank's parameters).

    The default is a fictitious company, and every slip made with it is marked as a demonstration.
    """

    name: str = "Escola Aurora Demonstração Ltda"
    tax_id: str = "11222333000181"
    address: str = "Rua das Laranjeiras, 100 - Centro"
    city: str = "São Paulo"
    state: str = "SP"
    postal_code: str = "01001000"
    email: str = "cobranca@aurora.example"
    #: Where answers to the mails go; None = to their sender.
    reply_to: str | None = None
    #: An address for `List-Unsubscribe: <mailto:...>`; None = no such field, see docs/mail.md.
    list_unsubscribe: str | None = None
    bank: str = "341"
    #: The bank's own parameters, by name: branch, account, wallet, agreement, ...
    bank_parameters: dict[str, str] = Field(
        default_factory=lambda: {"wallet": "109", "branch": "0057", "account": "12345"}
    )
    #: First and last number of the range of our numbers that the bank gave; None = all that fit.
    our_number_first: int = 1
    our_number_last: int | None = None
    instructions: list[str] = Field(
        default_factory=lambda: ["Não receber após 30 dias do vencimento."]
    )
    #: Prints a static Pix QR beside the barcode. Both can then be paid: see docs/boleto.md.
    pix_static_key: str | None = None
    demonstration: bool = True
    #: Fine, interest, discounts and more of every billing, which a row of a file overrides.
    terms: TermsSettings = TermsSettings()

    @field_validator("reply_to", "list_unsubscribe")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        """Refuse at the start what would make every mail fail."""
        try:
            if value is not None:
                check_address("address", value)
        except InvalidField as error:
            raise ValueError(error.detail) from error
        return value

    @field_validator("email")
    @classmethod
    def _ascii_where_it_can_be(cls, value: str) -> str:
        """Write the domain as it goes over the wire; what is no address, its settings refuse."""
        try:
            return ascii_address("email", value)
        except InvalidField:
            return value

    @field_validator("tax_id")
    @classmethod
    def _bare_tax_id(cls, value: str) -> str:
        """Take a CPF or CNPJ with or without its mask; keep it without."""
        try:
            return parse_tax_id(value)
        except InvalidField as error:
            raise ValueError(error.detail) from error


class Settings(BaseSettings):
    """The settings of one installation. Sizes in bytes, durations in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="COBRANCA_",
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,  # It may be a secret.
    )

    data_dir: Path = Path("data")
    #: Address that the API and the page listen on. Anything but loopback needs `api_key`.
    host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=1, le=65535)
    ui_port: int = Field(default=8888, ge=1, le=65535)
    api_key: SecretStr | None = None
    #: Address of the API as a browser sees it; None = same host name, `api_port`.
    public_api_url: str | None = None
    #: Further origins that the page may be served from, beside its port on this machine.
    page_origins: list[str] = Field(default_factory=list)

    #: None = the embedded PostgreSQL, NATS and local folder of `data_dir`.
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    nats_url: str | None = Field(default=None, validation_alias="NATS_URL")
    #: Nodes of the NATS cluster that keep the events; 1 for a single server.
    nats_replicas: int = Field(default=1, ge=1, le=5)
    storage_url: str | None = None

    mail: MailMode = "outbox"
    #: When mails leave: with the boleto, or when the bank has entered the title.
    mail_when: MailWhen = "issue"
    smtp_url: SecretStr | None = Field(default=None, validation_alias="SMTP_URL")
    smtp_connections: int = Field(default=4, ge=1, le=100)
    #: Bound on mails a second of all workers together; None = as fast as the server takes them.
    mail_per_second: float | None = Field(default=None, gt=0)
    #: For how long deferred mails are tried again, from the first attempt at their batch.
    mail_retry_s: float = Field(default=86_400.0, ge=0)
    #: What becomes of a mail whose answer was lost: shown, or sent once more.
    uncertain: UncertainPolicy = "hold"
    #: Field by which the provider knows a mail that it has had, and for how long it does.
    smtp_idempotency_header: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]{1,64}$")
    smtp_idempotency_s: float = Field(default=86_400.0, gt=0)

    beneficiary: BeneficiarySettings = BeneficiarySettings()
    remittance: RemittanceSettings = Field(default=RemittanceSettings(), validate_default=True)
    returns: ReturnSettings = ReturnSettings()
    webhook: WebhookSettings = WebhookSettings()
    hooks: HookSettings = HookSettings()
    second_copy: SecondCopySettings = SecondCopySettings()
    tax_id_invalid: Policy = "warn"
    due_date_past: Policy = "warn"

    upload_bytes_max: int = Field(default=4096 * MIB, ge=1)
    #: Uploads that one API receives and reads at once; more are refused with 503.
    uploads_max: int = Field(default=24, ge=1, le=1000)
    #: What must stay free on the disk after an upload of the announced size has been taken.
    disk_free_bytes_min: int = Field(default=512 * MIB, ge=0)
    #: Mails that came back and were not understood; when there are more, the oldest go.
    bounces_kept_max: int = Field(default=1000, ge=0)
    bounces_kept_bytes_max: int = Field(default=64 * MIB, ge=0)
    #: What the process may use that reads one workbook; past it the workbook is refused.
    workbook_memory_bytes_max: int = Field(default=2048 * MIB, ge=256 * MIB)
    workbook_seconds_max: int = Field(default=120, ge=1, le=3600)
    #: Refused records of one upload that are kept for its report; more are counted only.
    rejects_max: int = Field(default=1_000_000, ge=0)
    #: Days after which the scheduler purges what has ended; None = never by itself.
    retention_days: int | None = Field(default=None, ge=1)
    batch_rows: int = Field(default=5000, ge=1, le=100_000)
    lease_s: float = Field(default=60.0, gt=0)
    sweep_s: float = Field(default=60.0, gt=0)
    attempts_max: int = Field(default=5, ge=1)
    workers: int = Field(default=2, ge=1, le=64)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    #: Where workers and scheduler answer `GET /metrics`; None = nowhere. The API has its own port.
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    metrics_host: str = "127.0.0.1"

    @field_validator("api_key", "smtp_url", "database_url", "nats_url", "storage_url")
    @classmethod
    def _not_empty(cls, value: SecretStr | str | None) -> SecretStr | str | None:
        """Refuse what is set and empty: `KEY=$UNSET` is a slip, not a wish to do without."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is not None and not text.strip():
            raise ValueError("is set and empty: give it a value, or take it away")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: str | None) -> str | None:
        """Refuse an address that the driver cannot read; its own words would show the password."""
        try:
            conninfo_to_dict(value or "")
        except (psycopg.Error, UnicodeError):
            raise ValueError(
                "is not a PostgreSQL address; in a password, write % as %25, @ as %40, / as %2F"
            ) from None
        return value

    @field_validator("api_key")
    @classmethod
    def _a_key(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a key that could be guessed, or that no header can carry."""
        key = value.get_secret_value() if value else None
        if key is not None and not (len(key) >= API_KEY_CHARACTERS_MIN and key.isascii()):
            raise ValueError(
                f"must have at least {API_KEY_CHARACTERS_MIN} ASCII characters,"
                " as `openssl rand -hex 24` gives"
            )
        if key is not None and (not key.isprintable() or " " in key):
            raise ValueError("must have no blanks and no control characters")
        return value

    @field_validator("beneficiary")
    @classmethod
    def _fits_mail_and_slip(cls, value: BeneficiarySettings) -> BeneficiarySettings:
        """Refuse what no mail could go out with, and what every slip would lose.

        Here, not where the fields are: what was stored with earlier uploads is printed as it is.
        """
        try:
            check_address("email", value.email)
        except InvalidField as error:
            raise ValueError(f"email {error.detail}") from error
        for field in ("name", "address", "city", "instructions"):
            text = getattr(value, field)
            if lost := unprintable(text if isinstance(text, str) else " ".join(text)):
                raise ValueError(f"{field}: the slip cannot print {lost!r}")
        if value.instructions != BeneficiarySettings().instructions:
            # What draws slips takes a tenth of a second to import: only where it is needed.
            from cobranca.domain.slip import check_instructions  # noqa: PLC0415

            try:
                check_instructions(value.instructions)
            except InvalidField as error:
                raise ValueError(error.detail) from error
        return value

    @field_validator("remittance")
    @classmethod
    def _a_layout_of_the_bank(
        cls, value: RemittanceSettings, info: ValidationInfo
    ) -> RemittanceSettings:
        """Refuse what no file could be written with."""
        beneficiary = info.data.get("beneficiary")
        if value.layout is None and info.data.get("mail_when") == "registered":
            raise ValueError("layout: COBRANCA_MAIL_WHEN=registered waits for the bank, so set it")
        if value.layout is None and value.automatic:
            raise ValueError("layout: without one nothing is registered automatically: set it")
        if value.layout is None or beneficiary is None:
            return value
        # The layouts take a tenth of a second to import: only where one is set.
        from cobranca.infra.remittance_check import check_remittance  # noqa: PLC0415

        check_remittance(
            value,
            bank=beneficiary.bank,
            bank_parameters=beneficiary.bank_parameters,
            name=beneficiary.name,
            tax_id=beneficiary.tax_id,
        )
        return value

    def key_for(self, host: str) -> str | None:
        """Return the key that calls to an address must carry; None = this machine's own need none.

        The one place where that is decided, for every process.

        Raises:
            SettingsInvalid: `host` is reached from other machines, and no key is set.
        """
        if self.api_key is not None:
            return self.api_key.get_secret_value()
        if is_loopback(host):
            return None
        raise SettingsInvalid(
            f"{host} can be reached from other machines: set COBRANCA_API_KEY, or listen on"
            " 127.0.0.1"
        )


def settings_file() -> Path | None:
    """Return where the settings stand that the environment does not give; it need not be there."""
    if os.environ.get(SETTINGS_GIVEN):
        return None
    return Path(os.environ.get("COBRANCA_DATA_DIR", "data")) / "cobranca.env"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the settings once; `DATA_DIR/cobranca.env` gives what the environment does not.

    Raises:
        SettingsInvalid: which one is wrong and why, without its value: it may be a secret.
    """
    path = settings_file()
    # What it cannot read is told by `settings_check`, when there is a log to tell it to.
    logging.getLogger("dotenv.main").setLevel(logging.ERROR)
    try:
        return Settings(_env_file=path)  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        raise SettingsInvalid("; ".join(map(_sentence, error.errors()))) from None
    except SettingsError as error:
        raise SettingsInvalid(_not_json(error)) from None
    except UnicodeDecodeError:
        raise SettingsInvalid(f"{path} is not UTF-8: save it as such") from None
    except OSError as error:
        raise SettingsInvalid(f"{path} cannot be read: {error.strerror}") from None


def _not_json(error: SettingsError) -> str:
    """Name the list or map whose text is no JSON."""
    named = re.search(r'field "(\w+)"', str(error))
    name = named[1].upper() if named else ""
    return f"COBRANCA_{name} must be JSON, as docs/settings.md shows it"


def _sentence(error: ErrorDetails) -> str:
    """Name the environment variable that is wrong, and say why."""
    name = "__".join(str(part) for part in error["loc"]).upper()
    known = name in {"DATABASE_URL", "NATS_URL", "SMTP_URL"}
    return f"{name if known else f'COBRANCA_{name}'} {error['msg'].removeprefix('Value error, ')}"
