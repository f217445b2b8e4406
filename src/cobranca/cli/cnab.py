"""`cobranca cnab`: files for a bank and from it, without a server or a database.

`write` makes remittances, `read` reads return files, `explain` tells either field by field.
"""

from __future__ import annotations

import shutil
import sys
from tempfile import SpooledTemporaryFile
from typing import Final, NoReturn

import typer

from cobranca.cli.cnab_explain import explain_file
from cobranca.cli.cnab_json import key_of, read_remittance
from cobranca.cli.cnab_read import read
from cobranca.domain.cnab import RemittanceWriter, TitleRefused
from cobranca.domain.errors import InvalidField

app = typer.Typer(help="Files for a bank (CNAB 240 and 400).", no_args_is_help=True)

#: The input is one JSON object, held in memory; a file of 20,000 titles has some 12 MB.
INPUT_MAX_BYTES: Final = 512 << 20
#: What is written waits for the last title here, so that an error leaves nothing behind.
SPOOL_BYTES: Final = 64 << 20
#: What the writer's warnings mean.
WARNINGS: Final = {
    "ADDRESS_CUT": "address(es) are longer than their place and were cut",
    "MESSAGE_CUT": "line(s) of the slip are longer than their place and were cut",
    "INTEREST_BELOW_A_CENT": "title(s) have less than a cent of interest a day: none is asked for",
}


def write() -> None:
    """Write a remittance: one JSON object on stdin, the file's bytes on stdout.

    The object has `layout`, `beneficiary`, `account`, `file` and `titles`; docs/cnab.md shows one.
    What the layout cannot say is refused: one sentence on stderr, exit code 1, nothing on stdout.
    """
    given = sys.stdin.buffer.read(INPUT_MAX_BYTES + 1)
    if len(given) > INPUT_MAX_BYTES:
        _fail(f"The input is larger than {INPUT_MAX_BYTES >> 20} MB: write more files.")
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
        try:
            account, file, titles = read_remittance(given)
            writer = RemittanceWriter(account, file)
            spool.write(writer.begin())
            for part in writer.write(titles):
                spool.write(part)
            spool.write(writer.end())
        except TitleRefused as error:
            _fail(error.said_of(key_of(error.field)))
        except InvalidField as error:
            _fail(error.detail)
        _say_what_is_odd(writer.warnings, account.not_used)
        if not account.layout.proven:
            proof = account.layout.proof
            _say(f"layout {account.layout.code} is not proven ({proof}): have the bank check it")
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _say_what_is_odd(warnings: dict[str, int], not_used: list[str]) -> None:
    for code, count in sorted(warnings.items()):
        _say(f"{count} {WARNINGS[code]}")
    if not_used:
        _say(f"this layout does not use account.{', account.'.join(not_used)}")


def _say(text: str) -> None:
    typer.echo(f"warning: {text}.", err=True)


def _fail(detail: str) -> NoReturn:
    typer.echo(" ".join(detail.split()), err=True)
    raise typer.Exit(1)


app.command()(write)
app.command()(read)
app.command("explain")(explain_file)
