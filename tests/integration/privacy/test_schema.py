"""Every column that can hold a text is said to tell who somebody is, or not to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.privacy import service
from tests.support.people import ANA, ANA_TOO, PERSON, PERSONAL, archive_of, fill, run

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

#: What no payer stands in; a new column of text goes here or into PERSONAL, and is then erased.
NOBODYS = {
    ("batch", "object_path"): "ids and a digest",
    ("batch", "state"): "one of a few words",
    ("beneficiary", "name"): "who is paid, of the settings",
    ("beneficiary", "tax_id"): "who is paid, of the settings",
    ("column_mapping", "header_sha256"): "a digest of a header",
    ("column_mapping", "positions"): "positions of columns",
    ("boleto", "barcode"): "bank, amount, due date, our number",
    ("boleto", "pdf_sha256"): "a digest; goes with the slip",
    ("billing_removal", "asked_by"): "who has the key",
    ("billing_removal", "reason"): "one of a few words",
    ("bounce", "status"): "three numbers",
    ("job", "act"): "one of a few words",
    ("job", "asked_by"): "who has the key",
    ("job", "filter"): "days, cents, words and ids; a search is refused",
    ("job", "format"): "one of a few words",
    ("job", "planned"): "counts and sums",
    ("job", "reason"): "one of a few words",
    ("job", "tally"): "counts and sums",
    ("job_file", "path"): "ids and chance; the object goes after a day, or when anybody is erased",
    ("job_part", "outcome"): "one of a few words",
    ("mail_account", "account"): "ours, at the mail server",
    ("mail_account", "cause"): "one of a few words",
    ("mail_account", "recent"): "marks of answers",
    ("mail_account", "settings"): "a digest of settings",
    ("mail_rate", "transport"): "one of a few words",
    ("mail_resend", "asked_by"): "who has the key",
    ("mail_resend", "bounce_status"): "three numbers",
    ("mail_resend", "former_state"): "one of a few words",
    ("mail_second_copy", "barcode"): "bank, number, day and sum",
    ("mail_second_copy", "pix"): "who is paid, and a location or sum",
    ("notification", "state"): "one of a few words",
    ("notification_attempt", "state"): "one of a few words",
    ("our_number_series", "series"): "bank and wallet",
    ("outbox_object", "path"): "ids and a digest",
    ("profile", "content"): "the beneficiary's settings",
    ("profile", "sha256"): "a digest",
    ("reject", "code"): "one of a few words",
    ("reject", "column_name"): "one of the file's six columns",
    ("registration", "reasons"): "the bank's codes",
    ("registration", "state"): "one of a few words",
    ("remittance", "layout"): "a bank and a width",
    ("remittance", "name"): "a bank, a number, a day",
    ("remittance", "sha256"): "a digest of the whole file",
    ("remittance", "storage_path"): "a digest of the whole file",
    ("remittance_order", "account"): "the beneficiary's settings",
    ("remittance_order", "asked_by"): "who has the key",
    ("remittance_order", "held_back"): "reasons, counts and debtIds",
    ("remittance_order", "idempotency_key"): "the caller's own",
    ("remittance_series", "account"): "the beneficiary's, at a bank",
    ("payment_call", "body_sha256"): "a digest of a call",
    ("payment_call", "call_id"): "the sender's name of its call",
    ("payment_call", "paid_at"): "an instant",
    ("return_file", "agreement"): "the beneficiary's number at the bank",
    ("return_file", "bank"): "three digits",
    ("return_file", "came_by"): "one of a few words",
    ("return_file", "code"): "one of a few words",
    ("return_file", "content_sha256"): "a digest of a whole file",
    ("return_file", "identity"): "the bank's name of its file",
    ("return_file", "message"): "what is wrong with a file, and where",
    ("return_file", "records_sha256"): "a digest of a whole file",
    ("return_file", "sequence"): "a number",
    ("return_file", "sha256"): "a digest of a whole file",
    ("return_file", "storage_path"): "a digest of a whole file",
    ("return_file", "tally"): "counts and sums",
    ("return_file", "verdict"): "one of a few words",
    ("return_record", "note"): "one of a few words",
    ("return_record", "occurrence"): "the bank's code",
    ("return_record", "our_number"): "the bank's number of a title",
    ("return_record", "paid_at"): "a bank's number",
    ("return_record", "reasons"): "the bank's codes",
    ("settlement_act", "asked_by"): "who has the key",
    ("settlement_act", "idempotency_key"): "random",
    ("suspense", "our_number"): "the bank's number of a title",
    ("suspense", "why"): "one of a few words",
    ("suspense_end", "ended_by"): "who has the key",
    ("suspense_search", "seen"): "counts and ids",
    ("title_event", "kind"): "one of a few words",
    ("title_resend", "asked_by"): "who has the key",
    ("title_pix", "emv"): "who is paid, at the bank",
    ("title_pix", "txid"): "the bank's name of a transaction",
    ("title_pix", "url"): "the bank's",
    ("upload", "delimiter"): "one character",
    ("upload", "encoding"): "one of a few words",
    ("upload", "mail"): "one of a few words",
    ("upload", "read_as"): "names of columns, and how values are read",
    ("upload", "rejects_by_code"): "counts",
    ("upload", "sha256"): "a digest of the whole file",
    ("upload", "storage_path"): "a digest of the whole file",
    ("upload", "traceparent"): "random",
    ("upload", "warnings"): "counts",
    ("upload_check", "mail"): "one of a few words",
    ("upload_check", "options"): "positions of columns, yes and no, a digest",
    ("upload_check", "sha256"): "a digest of the whole file",
    ("upload_check", "storage_path"): "a digest of the whole file",
    ("webhook_attempt", "answer"): "what the user's system says of ids and cents",
    ("webhook_attempt", "error"): "one of a few sentences",
    ("webhook_delivery", "data"): "ids, cents, days, states",
    ("webhook_delivery", "event_id"): "a digest",
    ("webhook_delivery", "last_answer"): "what the user's system says of ids and cents",
    ("webhook_delivery", "last_error"): "one of a few sentences",
    ("webhook_delivery", "state"): "one of a few words",
    ("webhook_delivery", "type"): "one of a few words",
    ("webhook_endpoint", "events"): "a few words",
    ("webhook_endpoint", "switched_off_why"): "one of a few sentences",
    ("webhook_endpoint", "url"): "where the user's system is",
    ("webhook_secret", "key"): "random",
    ("work", "kind"): "one of a few words",
    ("work", "state"): "one of a few words",
    ("work_group", "traceparent"): "random",
}
#: The table of the migrations.
MACHINERY = {"migration", "schema_migration"}


async def _columns(resources: Resources) -> set[tuple[str, str]]:
    rows = await run(
        resources,
        "SELECT c.table_name, c.column_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND (c.data_type IN ('text', 'jsonb', 'json', 'bytea', 'character varying', 'inet',"
        " 'character', 'xml', 'USER-DEFINED')"
        " OR c.udt_name IN ('_text', '_varchar', '_jsonb', '_bytea'))",
    )
    return {(found["table_name"], found["column_name"]) for found in rows}


async def test_every_text_is_declared_as_personal_or_not(resources: Resources) -> None:
    columns = {one for one in await _columns(resources) if one[0] not in MACHINERY}
    assert sorted(columns - PERSONAL - NOBODYS.keys()) == [], "say whether it tells who one is"
    assert sorted((PERSONAL | NOBODYS.keys()) - columns) == [], "there is no such column"
    assert not PERSONAL & NOBODYS.keys()


async def test_every_personal_column_is_emptied_of_who_is_erased(resources: Resources) -> None:
    await fill(resources)
    told = sorted(PERSONAL)
    assert [place for place in told if await _names_ana(resources, *place)] == told
    archive = await archive_of(resources)
    await service.erase(archive, await service.search(archive, PERSON), with_slips=True)
    assert [place for place in told if await _names_ana(resources, *place)] == []


async def _names_ana(resources: Resources, table: str, column: str) -> bool:
    values = await run(resources, f"SELECT {column}::text AS value FROM {table}")  # noqa: S608
    text = "\n".join(str(found["value"]) for found in values).lower()
    return any(value.lower() in text for value in (*ANA, *ANA_TOO))
