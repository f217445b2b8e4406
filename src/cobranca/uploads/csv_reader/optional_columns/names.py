"""What people call the optional columns: one table, compared as the official names are.

A sign in a name says what its numbers are: `Multa (%)` holds percentages, `Multa (R$)` money.
Names so general that they may mean anything (`Número`, `Estado`) count only beside an address, and
no name counts that people give to notes of their own: a message is printed and mailed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader.column_names import (
    bare_of_hints,
    folded,
    without_accents,
)

PERCENT: Final = "%"
MONEY: Final = "R$"
ANY: Final = ""

_ADDRESS: Final = (
    "payerAddress", "payerDistrict", "payerCity", "payerPostalCode",
)  # fmt: skip
#: Aliases by column and by what the numbers are.
_ALIASES: Final[dict[tuple[str, str], str]] = {
    ("payerAddress", ANY): (
        "payeraddress endereco logradouro rua street address enderecopagador enderecodopagador "
        "enderecocliente enderecodocliente enderecosacado "
        "enderecodosacado enderecocompleto "
        "ruaav ruaavenida end"
    ),
    ("payerAddressNumber", ANY): (
        "payeraddressnumber addressnumber numeroendereco numerodoendereco enderecodonumero "
        "endereconumero numerodacasa numero num nro no n "
        "nodoendereco noendereco"
    ),
    ("payerAddressComplement", ANY): (
        "payeraddresscomplement addresscomplement complementoendereco complementodoendereco "
        "enderecocomplemento complemento compl"
    ),
    ("payerDistrict", ANY): (
        "payerdistrict district bairro bairropagador bairrodopagador bairrocliente "
        "bairrodocliente bairrosacado bairrodosacado"
    ),
    ("payerCity", ANY): (
        "payercity city cidade municipio cidadepagador cidadedopagador cidadecliente "
        "cidadedocliente cidadesacado cidadedosacado localidade"
    ),
    ("payerState", ANY): (
        "payerstate uf siglauf ufpagador ufdopagador ufcliente ufdocliente ufsacado ufdosacado "
        "estado state"
    ),
    ("payerPostalCode", ANY): (
        "payerpostalcode postalcode cep codigopostal zip zipcode ceppagador cepdopagador "
        "cepcliente cepdocliente cepsacado cepdosacado"
    ),
    ("payerPhone", ANY): (
        "payerphone phone phonenumber telefone fone tel celular whatsapp telefonepagador "
        "telefonedopagador telefonecelular numerodetelefone "
        "telefone1 telefone2 telefonecliente telefonedocliente telcelular celularwhatsapp whats "
        "telefonefixo telefoneresidencial telefonecomercial celularpagador celulardopagador "
        "celularcomddd telefonecomddd dddtelefone fonecelular"
    ),
    ("copyEmails", ANY): (
        "copyemails copyemail emailcopia emailscopia emailemcopia emailsemcopia copiaemail "
        "copiaporemail emailadicional emailsadicionais outrosemails emailcc ccemail cc email2 "
        "segundoemail "
        "emailsecundario emailalternativo emailcomcopia"
    ),
    ("documentNumber", ANY): (
        "documentnumber numerododocumento numerodocumento numdocumento nrdocumento nrdodocumento "
        "nodocumento nododocumento ndocumento ndodocumento seunumero numerodotitulo numerotitulo "
        "seuno nodoc numerodoc documentono nodotitulo notitulo"
    ),
    ("instalment", ANY): (
        "instalment installment parcela numerodaparcela numeroparcela nrparcela noparcela "
        "nparcela prestacao "
        "nodaparcela parcelano parcelaatual parc noprestacao"
    ),
    ("message", ANY): (
        "message payermessage mensagem mensagemdoboleto mensagemnoboleto mensagemboleto "
        "mensagemaopagador mensagempagador textodoboleto textonoboleto"
    ),
    ("fine", ANY): "fine multa multaporatraso multaatraso multaaposvencimento "
        "taxamulta taxademulta",
    ("fine", PERCENT): (
        "finepercent multapct pctmulta pctdemulta multapercentual percentualmulta "
        "percentualdemulta percentualdamulta "
        "multaporatrasopct multaatrasopct multaempct multaaposvencimentopct percmulta percdemulta "
        "taxamultapct taxademultapct"
    ),
    ("fine", MONEY): "fineamount multars rsmulta multavalor valormulta valordamulta multaemreais "
        "vlrmulta vlmulta multaporatrasors multaatrasors multareais",
    ("interest", ANY): "interest juros mora jurosdemora jurosmora "
        "taxajuros taxadejuros",
    ("interest", PERCENT): (
        "interestpercent interestpercentmonth jurospct pctjuros pctdejuros jurosaomes jurosmes "
        "jurosmensal jurosmensais jurosam jurospctaomes jurospctam jurosaomespct jurosmensalpct "
        "jurosampct jurospercentual percentualjuros percentualdejuros jurosdemorapct "
        "percentualdejurosaomes moramensal "
        "jurosmensaispct moramensalpct morapct taxajurospct taxadejurospct taxajurosam "
        "taxadejurosam jurospormes jurospormespct jurosmespct pctdejurosaomes jurosdemoraaomes "
        "jurosdemoraam"
    ),
    ("interest", MONEY): (
        "interestamount interestamountday jurosrs jurosrsaodia jurosaodiars jurosaodia jurosdia "
        "jurosdiario jurosdiarios jurosad valorjuros valordosjuros valorjurosdia valordejurosaodia "
        "valorjurosaodia moradiaria moradia moradiariars valordamoradiaria "
        "morarsdia jurosrsdia jurospordia jurospordiars jurosdiariosrs jurosdiarios vlrjuros "
        "jurosdemoraaodia jurosdemoraaodiars jurosmoradiaria"
    ),
    ("discount1", ANY): "discount1 desconto",
    ("discount1Until", ANY): "discount1until",
    ("discount2", ANY): "discount2",
    ("discount2Until", ANY): "discount2until",
    ("discount3", ANY): "discount3",
    ("discount3Until", ANY): "discount3until",
    ("rebate", ANY): "rebate abatimento abatimentors valorabatimento valordoabatimento "
        "vlrabatimento vlabatimento abat",
    ("paymentLimit", ANY): (
        "paymentlimit limitepagamento limitedepagamento datalimite datalimitepagamento "
        "datalimitedepagamento datalimiteparapagamento diaslimite diasparapagamento "
        "diaslimitepagamento naoreceberapos "
        "pagavelate pagarate pagamentoate receberate aceitarate"
    ),
    ("protestDays", ANY): (
        "protestdays protesto diasprotesto diasparaprotesto diasdeprotesto protestarapos "
        "protestaraposdias "
        "protestarem prazoprotesto prazodeprotesto diaspprotesto protestoemdias"
    ),
    ("writeOffDays", ANY): (
        "writeoffdays baixa diasbaixa diasparabaixa diasdebaixa baixaautomatica baixarapos "
        "baixaraposdias "
        "baixaapos prazobaixa prazodebaixa diaspbaixa baixaemdias diasparadevolucao"
    ),
}  # fmt: skip
_OF_DISCOUNTS: Final[dict[tuple[str, str], str]] = {
    ("discount", ANY): (
        "discount{n} desconto{n} {n}odesconto descontopontualidade{n} descontodepontualidade{n}"
    ),
    ("discount", PERCENT): (
        "discount{n}percent desconto{n}pct pctdesconto{n} descontopct{n} desconto{n}percentual "
        "percentualdesconto{n} percentualdedesconto{n} percentualdodesconto{n} "
        "desc{n}pct pctdesc{n} {n}odescontopct"
    ),
    ("discount", MONEY): (
        "discount{n}amount desconto{n}rs descontors{n} desconto{n}valor valordesconto{n} "
        "valordodesconto{n} valordedesconto{n} "
        "vlrdesconto{n} vldesconto{n} desc{n}rs {n}odescontors"
    ),
    ("until", ANY): (
        "discount{n}until datadesconto{n} datadodesconto{n} datadedesconto{n} dtdesconto{n} "
        "desconto{n}ate descontoate{n} desconto{n}data datalimitedesconto{n} "
        "datalimitedodesconto{n} datalimiteparadesconto{n} limitedesconto{n} "
        "desc{n}ate descate{n} dtlimitedesconto{n} descontovalidoate{n} validadedesconto{n} "
        "validadedodesconto{n} prazodesconto{n} vencimentodesconto{n} vencimentododesconto{n} "
        "{n}odescontoate data{n}odesconto datalimite{n}odesconto"
    ),
}
#: Names that mean a part of an address only beside one that cannot mean anything else.
_BESIDE_ADDRESS: Final = frozenset(
    {"numero", "num", "nro", "no", "n", "complemento", "compl", "estado", "state"}
)
#: Columns of percentages or money, and what may be said of a period of theirs.
_PORTIONS: Final = frozenset({"fine", "interest", "discount1", "discount2", "discount3", "rebate"})
_A_DAY: Final = re.compile(r"\bdia\b|\bdiari|\ba\.? ?d\b")
_A_MONTH: Final = re.compile(r"\bmes\b|\bmensa|\ba\.? ?m\b")
_A_YEAR: Final = re.compile(r"\bano\b|\banua|\ba\.? ?a\b")
_OTHER_MONEY: Final = re.compile(r"centavo|us\$|\busd\b|dolar|\beur|€|£")
#: Two of these are no contradiction: the first one counts.
_FIRST_COUNTS: Final = frozenset({"payerPhone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalField:
    """One optional column of a file."""

    #: As docs/csv.md calls it.
    column: str
    #: What its numbers are: PERCENT, MONEY, or ANY, where each value must say it.
    unit: str
    #: Where it stands among the file's columns.
    position: int
    #: As the file calls it.
    name: str


def _with_discounts() -> dict[str, tuple[str, str]]:
    """Give column and unit by alias."""
    named = {alias: key for key, text in _ALIASES.items() for alias in text.split()}
    for number in (1, 2, 3):
        for (kind, unit), text in _OF_DISCOUNTS.items():
            column = f"discount{number}" + ("Until" if kind == "until" else "")
            for alias in text.split():
                named[alias.format(n=number)] = (column, unit)
                if number == 1:
                    named[alias.format(n="")] = (column, unit)
    return named


_BY_ALIAS: Final = _with_discounts()
#: Every optional column, as docs/csv.md calls it, in the order in which they are checked.
OPTIONAL_COLUMNS: Final = tuple(dict.fromkeys(column for column, _ in _BY_ALIAS.values()))


def optional_of(name: str) -> tuple[str, str] | None:
    """Return the optional column that a name means, and what its numbers are."""
    upper = name.upper()
    signed = upper.replace("%", " PCT ").replace("R$", " RS ")
    sign = " PCT" if "%" in name else " RS" if "R$" in upper else ""
    meant = _BY_ALIAS.get(folded(signed)) or _BY_ALIAS.get(folded(bare_of_hints(name) + sign))
    return None if meant is None or _tells_other_terms(without_accents(name), *meant) else meant


def _tells_other_terms(plain: str, column: str, unit: str) -> bool:
    """Tell whether a name says terms that its column cannot hold, such as a percentage a year."""
    if column.endswith("Days") or column == "paymentLimit":
        return "uteis" in plain
    if column not in _PORTIONS:
        return False
    day, month = _A_DAY.search(plain) is not None, _A_MONTH.search(plain) is not None
    if _A_YEAR.search(plain) or _OTHER_MONEY.search(plain):
        return True
    if column == "interest":  # A percentage a day is more than two decimals can say.
        return day if unit == PERCENT else unit == MONEY and month
    return day or month


def find_optional(names: Sequence[str], taken: Collection[int]) -> tuple[OptionalField, ...]:
    """Return the optional columns among the names that are not taken by official ones.

    Raises:
        CsvInvalid: DUPLICATE_COLUMN. A percentage beside money is none: a row has one of them.
    """
    found = [
        OptionalField(column=meant[0], unit=meant[1], position=position, name=name)
        for position, name in enumerate(names)
        if position not in taken and (meant := optional_of(name)) is not None
    ]
    if not any(field.column in _ADDRESS for field in found):
        found = [field for field in found if folded(field.name) not in _BESIDE_ADDRESS]
    kept: dict[tuple[str, str], OptionalField] = {}
    for field in found:
        before = next((k for k in kept.values() if _are_the_same(k, field)), None)
        if before is None:
            kept[field.column, field.unit] = field
        elif field.column not in _FIRST_COUNTS:
            detail = (
                f"Duas colunas do cabeçalho dizem o mesmo ({field.column}): {before.name!r} e"
                f" {field.name!r}. Deixe só uma."
            )
            raise CsvInvalid(detail, code="DUPLICATE_COLUMN")
    order = {column: number for number, column in enumerate(OPTIONAL_COLUMNS)}
    return tuple(sorted(kept.values(), key=lambda field: order[field.column]))


def _are_the_same(one: OptionalField, other: OptionalField) -> bool:
    if one.column != other.column:
        return False
    return one.unit == other.unit or ANY in (one.unit, other.unit)
