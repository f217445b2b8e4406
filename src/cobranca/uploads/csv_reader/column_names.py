"""What people call the official columns, and which columns of a file are meant.

A name is compared without case, accents, spaces, punctuation and hints in brackets. The number of a
document is the title's own ("seu número"), never the payer's tax id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, TAX_ID, USUAL_NAMES

#: Of debtId: names of what has an instalment every month, so that they do not tell one debt.
_CONTRACTS: Final = (
    "contrato numerodocontrato numcontrato nrcontrato nocontrato ncontrato nodocontrato "
    "ndocontrato codigodocontrato idcontrato contractid contract matricula"
)
#: What people call the official columns; compared as `_folded` makes them.
_ALIASES: Final[dict[str, str]] = {
    "name": (
        "name nome nomecompleto nomedopagador nomepagador nomedocliente nomecliente "
        "cliente pagador devedor sacado razaosocial fullname payername payer "
        "debtorname customername"
    ),
    "governmentId": (
        "governmentid cpf cnpj cpfcnpj cnpjcpf cpfoucnpj documento document "
        "taxid doc cpfdopagador cpfpagador "
        "cpfcnpjdopagador cpfcnpjpagador "
        "cnpjdopagador cnpjpagador cpfdocliente cnpjdocliente cpfcnpjdocliente"
    ),
    "email": (
        "email correio correioeletronico mail emailaddress enderecodeemail "
        "emaildopagador emailpagador emaildocliente emailcliente"
    ),
    "debtAmount": (
        "debtamount valor valordadivida valordivida valordacobranca valorcobranca "
        "valordoboleto valorboleto valordotitulo valortitulo valorr valorrs valorbrl valoremreais "
        "montante amount quantia valorparcela valordaparcela valormensalidade mensalidade"
    ),
    "debtDueDate": (
        "debtduedate vencimento datadevencimento datavencimento dtvencimento dtvencto "
        "vencto venc duedate datadovencimento vencimentoparcela vencimentodaparcela"
    ),
    "debtId": (
        "debtid id identificador codigo uuid iddadivida iddivida idcobranca "
        "iddacobranca codigodadivida codigodivida codigocobranca codigodacobranca "
        f"identificadordadivida identificadordacobranca billingid {_CONTRACTS}"
    ),
}
#: What else they are called, by words without those that say little; any name above counts first.
_LOOSE_ALIASES: Final[dict[str, str]] = {
    "name": (
        "nomerazaosocial razaosocialnome nomesacado nomedevedor sacadopagador responsavel "
        "nomeresponsavel responsavelfinanceiro nomeresponsavelfinanceiro aluno nomealuno condomino "
        "nomecondomino morador inquilino locatario associado nomeassociado contratante titular "
        "nometitular assinante mutuario tomador destinatario nomedestinatario customer client"
    ),
    "governmentId": (
        "numerocpf numerocnpj cpfnumero numerocpfcnpj cpfsacado cnpjsacado cpfcnpjsacado cpfcnpj "
        "cpfcnpjcliente cnpjcpfcliente cpfdevedor cpfcnpjdevedor cpfresponsavel cpfaluno "
        "cpftitular cpfcondomino documentocpfcnpj documentopagador documentocliente "
        "documentosacado cnpjcpfpagador cnpjcpfsacado inscricaofederal cgc cgccpf cpfcgc"
    ),
    "email": (
        "emailsacado emaildevedor emailresponsavel emailaluno emailtitular enderecoeletronico "
        "emailprincipal email1 emailcobranca emailfinanceiro emailcontato contatoemail emailenvio "
        "emailboleto emails"
    ),
    "debtAmount": (
        "valor valortitulo valorboleto valorcobranca valordivida valorparcela valormensalidade "
        "valorpagar valorreceber valornominal valortotal valoraberto valordevido valorcobrado "
        "valorfatura valordocumento valordebito totalpagar saldodevedor"
    ),
    "debtDueDate": (
        "vencimento datavencimento vencimentoboleto vencimentotitulo vencimentofatura "
        "vencimentoparcela datavencimentoboleto datavencimentotitulo datavencimentofatura "
        "datavencimentoparcela vence"
    ),
    "debtId": (
        "codigo codigotitulo idtitulo idboleto codigoboleto codigodebito iddebito "
        "codigoreferencia identificacao externalid externalreference"
    ),
}
_SHORT: Final = {
    "vlr": "valor", "vl": "valor", "dt": "data", "venc": "vencimento", "vcto": "vencimento",
    "vencto": "vencimento", "nr": "numero", "num": "numero", "no": "numero", "n": "numero",
    "nro": "numero", "nu": "numero", "cod": "codigo", "doc": "documento", "resp": "responsavel",
    "tit": "titulo",
}  # fmt: skip
_SAYS_LITTLE: Final = frozenset(
    {"de", "do", "da", "dos", "das", "o", "a", "os", "as", "em", "para", "p", "por", "e", "ou"}
)
_WORD: Final = re.compile(r"[^\W_]+")
_MAIL: Final = re.compile(r"\be[- ]mail")
#: Names so general that they give way to another column of the same meaning.
_GENERAL: Final = frozenset(
    {"id", "codigo", "identificador", "uuid", "contrato", "matricula", "mensalidade"}
)
_OFFICIAL_BY_ALIAS: Final = {
    alias: official for official, aliases in _ALIASES.items() for alias in aliases.split()
}
_OFFICIAL_BY_LOOSE: Final = {
    alias: official for official, aliases in _LOOSE_ALIASES.items() for alias in aliases.split()
}
_AS_NAMED: Final[Mapping[str, int]] = {}
_HINT: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: Hints that make another thing of a column: money of another size or kind, another person.
_OTHER_THING: Final = re.compile(
    r"centavo|\bcents?\b|\bmil\b|milha|us\$|\busd\b|dolar|\beur|€|£|%"
    r"|\bpag[oa]s?\b|recebid|desconto|multa|juros|\bmora\b|abatimento"
    r"|\bmae\b|\bpai\b|conjuge|avalista|fiador|copia|\bcc\b|secundari"
)
_MONTH_FIRST: Final = re.compile(r"\bmm?[/.-]dd?\b")


def official_of(name: str) -> str | None:
    """Return the official column that a name means."""
    whole = _OFFICIAL_BY_ALIAS.get(folded(name))
    if whole or tells_another_thing(name):
        return whole
    return _OFFICIAL_BY_ALIAS.get(folded(bare_of_hints(name)))


def loosely_official_of(name: str) -> str | None:
    """Return the official column that a name means where no other name means it more plainly."""
    if tells_another_thing(name):
        return None
    words: list[str] = _WORD.findall(_MAIL.sub("email", without_accents(bare_of_hints(name))))
    said = [word for word in words if word not in _SAYS_LITTLE]
    return _OFFICIAL_BY_LOOSE.get("".join(_SHORT.get(word) or word for word in said))


def is_contract(name: str) -> bool:
    """Tell whether a column of debts names contracts, of which each instalment is a debt."""
    return not {folded(name), folded(bare_of_hints(name))}.isdisjoint(_CONTRACTS.split())


def bare_of_hints(name: str) -> str:
    """Take off what stands in brackets."""
    return _HINT.sub(" ", name)


def tells_another_thing(name: str) -> bool:
    """Tell whether a hint makes another thing of a column: `Valor (centavos)`, `CPF (fiador)`."""
    return any(_OTHER_THING.search(without_accents(hint)) for hint in _HINT.findall(name))


def is_month_first(name: str) -> bool:
    """Tell whether a column of dates says that its months come first: `Vencimento (mm/dd/aaaa)`."""
    return _MONTH_FIRST.search(without_accents(name)) is not None


def without_accents(name: str) -> str:
    """Write a name in small letters without accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def folded(name: str) -> str:
    """Reduce a name to its letters and digits, so that `CPF/CNPJ` is `cpfcnpj`."""
    return "".join(character for character in without_accents(name) if character.isalnum())


def count_known(names: Sequence[str]) -> int:
    """Return how many of the names mean an official column."""
    return sum((official_of(name) or loosely_official_of(name)) is not None for name in names)


def knows_names(names: Sequence[str]) -> bool:
    """Whether a line names columns, so that it is no record."""
    return any(official_of(name) for name in names)


def find_positions(names: Sequence[str], chosen: Mapping[str, int] = _AS_NAMED) -> tuple[int, ...]:
    """Return the position of each official column; a CNPJ beside the CPF comes seventh.

    Args:
        names: the header.
        chosen: positions of official columns that somebody has said, whatever the names say.

    Raises:
        CsvInvalid: NO_HEADER, MISSING_COLUMNS or DUPLICATE_COLUMN.
    """
    found: dict[str, int] = {}
    second: list[int] = []
    official_names = _meanings(names, chosen)
    for position, (name, official) in enumerate(zip(names, official_names, strict=True)):
        if official is None or (folded(name) in _GENERAL and official_names.count(official) > 1):
            continue
        if official not in found:
            found[official] = position
        elif not second and _are_cpf_and_cnpj(names[found[official]], name):
            second.append(position)
        else:
            raise _twice(official, [names[found[official]], name])
    for official in OFFICIAL_COLUMNS:
        if official not in found and official_names.count(official) > 1:
            twice = [n for n, o in zip(names, official_names, strict=True) if o == official]
            raise _twice(official, twice[:2])
    missing = [official for official in OFFICIAL_COLUMNS if official not in found]
    if not found:
        wanted = ",".join(OFFICIAL_COLUMNS)
        detail = f"A primeira linha não é um cabeçalho. Comece o arquivo com: {wanted}"
        raise CsvInvalid(detail, code="NO_HEADER")
    if missing:
        usual = ", ".join(USUAL_NAMES[OFFICIAL_COLUMNS.index(name)] for name in missing)
        detail = (
            f"Faltam colunas no cabeçalho: {', '.join(missing)}. Em português: {usual}."
            f" Há no arquivo: {', '.join(name for name in names if name)[:500]}."
            " Inclua ou renomeie as que faltam e envie de novo."
        )
        raise CsvInvalid(detail, code="MISSING_COLUMNS")
    return (*(found[official] for official in OFFICIAL_COLUMNS), *second)


def known_positions(names: Sequence[str], chosen: Mapping[str, int] = _AS_NAMED) -> dict[str, int]:
    """Return where each official column stands first, of a header that lacks some or has two."""
    found: dict[str, int] = {}
    for position, official in enumerate(_meanings(names, chosen)):
        if official is not None:
            found.setdefault(official, position)
    return found


def _meanings(names: Sequence[str], chosen: Mapping[str, int]) -> list[str | None]:
    """Return the official column that each name means; what was chosen no other name means."""
    meanings = [official_of(name) for name in names]
    missing = set(OFFICIAL_COLUMNS).difference(meanings)
    if missing:
        loose = [loosely_official_of(name) for name in names]
        meanings = [
            plain or (other if other in missing else None)
            for plain, other in zip(meanings, loose, strict=True)
        ]
    if not chosen:
        return meanings
    meanings = [None if official in chosen else official for official in meanings]
    for official, position in chosen.items():
        if position < len(meanings):
            meanings[position] = official
    return meanings


def _are_cpf_and_cnpj(one: str, other: str) -> bool:
    """Tell two columns of tax ids that take turns from two that say the same."""
    if (official_of(one) or loosely_official_of(one)) != OFFICIAL_COLUMNS[TAX_ID]:
        return False
    kinds = [("cpf" in folded(name), "cnpj" in folded(name)) for name in (one, other)]
    return sorted(kinds) == [(False, True), (True, False)]


def _twice(official: str, both: Sequence[str]) -> CsvInvalid:
    usual = USUAL_NAMES[OFFICIAL_COLUMNS.index(official)]
    detail = (
        f"Duas colunas do cabeçalho dizem o mesmo, {usual} ({official}):"
        f" {' e '.join(map(repr, both))}. Deixe só uma."
    )
    return CsvInvalid(detail, code="DUPLICATE_COLUMN")
