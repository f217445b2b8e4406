"""What the words of a mail server's answer speak of: the account, the mailbox, the line, the mail.

A table of word families, read from the top: what speaks of us outweighs what speaks of a mailbox
for the time being, and that outweighs what says that there is none. Whoever is in doubt so stays
off the suppression list. The words are English and Portuguese, and the most frequent ones of
Spanish, French and German.

Every expression is a row of words with gaps of bounded length, on a text of bounded length.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

#: More of an answer is not looked at; servers say what matters first.
TEXT_MAX = 2000
DETAIL_LENGTH_MAX = 200

_ADDRESS = re.compile(r"[\w.+=/*-]{0,64}@[\w.*-]{1,255}")
_URL = re.compile(r"\bhttps?:(?://)?\S{0,300}")
_STATUS = re.compile(r"#?\b[245]\.\d{1,3}\.\d{1,3}\b")
_REPLY_CODE = re.compile(r"\b[245]\d\d(?=[\s-]|$)-?")
_HOST = re.compile(r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){2,8}\b")
#: Lists of bad senders are often named by nothing but a link.
_LISTS = re.compile(r"spamhaus|spamcop|barracuda|sorbs|abuseat|dnsbl|/rbl|blocklist|blacklist")


class Topic(StrEnum):
    """What an answer is about."""

    #: Exchange's way to say that there is no such mailbox, in the words of a refusal.
    HIDDEN_UNKNOWN = "HIDDEN_UNKNOWN"
    #: The mailbox gets too many mails, from whomever.
    RECEIVING_RATE = "RECEIVING_RATE"
    #: The mailbox takes no more.
    FULL = "FULL"
    #: The person behind the mailbox does not want the mail.
    CHOICE = "CHOICE"
    #: The message is too large or of a wrong form.
    FORM = "FORM"
    #: How many mails we may send.
    QUOTA = "QUOTA"
    #: Greylisting, and what passes by itself.
    PASSING = "PASSING"
    #: The mailbox is locked for now.
    LOCKED = "LOCKED"
    #: Login, relay, name or address of ours.
    SETTINGS = "SETTINGS"
    #: Our account; where the code speaks of the mailbox, it may be the payer's.
    ACCOUNT = "ACCOUNT"
    #: Reputation, content or authentication of what we send.
    POLICY = "POLICY"
    #: A quota, and not said whose.
    WEAK_QUOTA = "WEAK_QUOTA"
    #: It is to be tried again, and no code speaks of the mailbox.
    LATER = "LATER"
    #: The mailbox was closed for good.
    CLOSED = "CLOSED"
    #: The domain is called invalid, and not said whose.
    ROUTE = "ROUTE"
    #: The domain is known not to be.
    NO_DOMAIN = "NO_DOMAIN"
    #: The mailbox is known not to be, or closed for good.
    NO_MAILBOX = "NO_MAILBOX"
    #: The address is refused, and not said why.
    ADDRESS = "ADDRESS"
    #: The server or the line.
    SERVER = "SERVER"


_MAILBOX = (
    r"(?:user|mail ?box|inbox|recipients?|rcpt|address(?:es|ee)?|local-part|account|alias|person"
    r"|destinatari[oa]s?|usuari[oa]|conta|caixa(?: postal| de entrada| de correio)?|endereco"
    r"|cuenta|buzon|casilla|direccion|utilisateur|destinataires?|boite|compte|adresse"
    r"|empfanger|benutzer|postfach|konto)"
)
_SENDER = (
    r"(?:senders?|mail ?from|from(?: header| address| domain|:)|'from'|envelope.?from|originator"
    r"|remetente|remitente|emetteur|expediteur|absender|return.?path"
    r"|sending (?:domain|address|user|host))"
)
_REFUSED = (
    r"(?:reject|denied|refus|invalid|unknown|unverif|does not|doesn't|must|block|black|verif|banned"
    r"|unauth|disallow|unrout|spammer|empty|null ?mx|negad|nao |inexist|no existe|recusad"
    r"|not (?:be )?(?:owned|allowed|verified|authori[sz]ed|valid|permitted|exist|accept|found"
    r"|logged))"
)
_NOT_THERE = (
    r"(?:unknown|(?:un|not )avail?able|no such|invalid|incorrect|wrong|non-?existent|has moved"
    r"|not (?:be )?(?:found|known|exists?|recogni[sz]ed|listed|present|valid|activ|ok\b)"
    r"|(?:does|do) ?n[o']t (?:exist|have)|doesn't (?:exist|have)|isn't (?:known|valid)"
    r"|no longer (?:valid|on|accepts|active|exists|available)"
    r"|desconhecid|inexistente|invalid[oa]|nao (?:existe|cadastrad|localizad|e valid)"
    r"|nao (?:foi |pode ser )?encontrad|desconocid|no existe|no (?:fue |se ha )?encontrad"
    r"|inconnu|n'existe|invalide|unbekannt|existiert nicht|nicht gefunden|sconosciut|inesistente)"
)
_CLOSED = (
    r"(?:disabled|deactivated|inactive|expired|closed|discontinued|terminated|deleted|removed"
    r"|desativad|desabilitad|inativ|encerrad|cancelad|excluid|deshabilitad|desactivad)"
)
_MANY = r"(?:e?mails?|messages?|mensagens|mensajes|correos|recipients|connections?|conexoes|envios)"
_PERIOD = (
    r"(?:(?:per|por|an?|this|\d+) ?(?:second|minute|hour|day|month|hora|dia|minuto|mes)s?|hourly"
    r"|daily"
    r"|monthly|mensal|diari[oa]|today|24 ?h)"
)
_OVER = r"(?:exceed|reach|over|beyond|hit|ating|atinj|exced|ultrapass|alcan[cz]|surpass)"

#: From the top: the first family that has a word in the answer tells what it is about.
_FAMILIES: tuple[tuple[Topic, tuple[str, ...]], ...] = (
    (Topic.HIDDEN_UNKNOWN, (r"recipient address(?:es)? rejected ?: access denied",)),
    (
        Topic.RECEIVING_RATE,
        (
            r"receiving (?:e?mails?|messages).{0,30}(?:too|rate)",
            r"recipients? has exceeded|(?:messages|emails) they can receive",
            r"receb\w+ (?:e?mails?|mensagens).{0,30}(?:rapid|taxa)",
        ),
    ),
    (
        Topic.FULL,
        (
            r"(?:mail ?box|inbox|mail ?dir|folder|disk|disc|storage|space|caixa|espaco|buzon|boite"
            r"|postfach|casilla)[^;.]{0,60}(?:full\b|quota|limit|space|exceed|alloc|cheia|lotad"
            r"|esgotad|insuficiente|lleno|llena|pleine|voll\b|used up)",
            r"full (?:mail ?box|inbox)|(?:cota|quota).{0,20}(?:disco|armazenamento)",
            r"too many messages (?:on|in) (?:the |this |h(?:is|er) )?(?:server|mail|inbox)"
            r"|too much mail data|not have enough space",
            r"(?:exceed|out of|insufficient(?! system)|not sufficient|no)[^;.]{0,20}(?:storage"
            r"|space"
            r"|armazenamento)",
        ),
    ),
    (
        Topic.CHOICE,
        (
            r"\b(?:user|recipient)s? refus",
            r"(?:recipient|user)(?:'s)? (?:preferences|rules|entry)|user (?:domain )?entry",
            r"(?:blocked|rejected|refus\w+|bloquead\w) (?:by|pelo) (?:the |o )?(?:recipient|user"
            r"|destinatario)",
            r"allowed.?senders|list of senders|not (?:a )?member(?! of (?:the )?domain)"
            r"|members?.only|not subscribed",
            r"only accept(?:s|ing) mail from",
        ),
    ),
    (
        Topic.FORM,
        (
            r"too (?:large|big|long)\b|size (?:limit|exceed)|(?:exceed|excede)\w*.{0,40}(?:size"
            r"|tamanho)",
            r"(?:message|email) (?:size|length)|line (?:length )?limit|muito grande",
            r"(?:tamanho|taille).{0,40}(?:maxim|permitid|exced)|demasiado grande|headers? too",
        ),
    ),
    (
        Topic.QUOTA,
        (
            rf"{_OVER}\w*.{{0,60}}{_PERIOD}|{_PERIOD}.{{0,60}}(?:limit|quota|cota\b|{_OVER})",
            rf"only \d{{0,9}} ?{_MANY} {_PERIOD}|(?:limit|quota|cota|max\w*).{{0,50}}{_PERIOD}",
            r"(?:out ?going|out ?bound|send(?:ing)?|relay|recipient rate|sender'?s?|envios?"
            r"|message count|enviad[oa]s).{0,40}(?:limit|quota|cota\b|threshold|throttl)",
            r"(?:limite?|quota|cota) de (?:envio|mensagens|emails?|disparo|destinatarios|conexoes)",
            rf"too (?:many|frequent|much) (?:\w+ ){{0,2}}{_MANY}|too (?:many"
            rf"|frequent) (?:\w+ ){{0,2}}"
            r"(?:connects|sessions|login|requests|commands|spams)",
            r"(?:many|demasiad[oa]s|muit[oa]s|trop de) (?:\w+ ){0,2}(?:invalid recipients"
            r"|emails?|mensagens|conexoes|correos|mensajes|connexions)",
            r"unusual (?:rate|sending)|rate.?limit|(?:frequency|connection rate|thread) limit"
            r"|throttl|slow(?:ing)? down|concurrent connections|sending rate",
            r"number of (?:\w+ ){0,2}(?:messages|emails).{0,20}exceed|credits? (?:exceeded"
            r"|expired)|threshold|excessive volume|wait to send|permitted limits",
            rf"{_OVER}\w* (?:\w+ ){{0,6}}(?:out ?going|out ?bound|send|envio|relay|rate\b)",
        ),
    ),
    (
        Topic.PASSING,
        (
            r"gr[ae]y.{0,2}list|temporar\w+ (?:lookup|failure|local|error|system|inactive|unavail"
            r"|reject)|(?:dns query|server) fail|unverified address|lost connection",
            r"timed? ?out|servfail|not respond|no (?:answer|response) from"
            r"|malformed or unexpected name server|did not accept our requests",
        ),
    ),
    (
        Topic.LOCKED,
        (
            r"(?:recipient|destinatario|destinataire|user|usuario|mail ?box|caixa postal)\b"
            r"(?: @)?[^;.]{0,16}(?:suspend|locked|blocked|frozen|bloque|suspens|restrict|archived)",
            r"recipient address rejected: blocked|temporary locked|boite du destinataire archivee",
        ),
    ),
    (
        Topic.SETTINGS,
        (
            r"auth(?:entication)? (?:failed|error|mechanism)|domain is not allowed",
            r"relay(?:ing)?\b.{0,30}(?:denied|prohibit|disallow|refused|negad|proibid"
            r"|not (?:permitted|allowed|configured))",
            r"(?:unable|not (?:configured|allowed|permitted|authori[sz]ed)|cannot|can't|insecure"
            r"|open|as a|do not|don't|credentials for|required to|disallowed) (?:\w+ ){0,3}relay",
            r"no relaying|relaying (?:mail )?(?:to|disallowed)|allowed rcpthosts?|not a gateway",
            r"handle mail for|not local host|non-?local email|mail server requires",
            r"authenticat\w* (?:is )?(?:required|needed|failed|unsuccessful|credentials)"
            r"|(?:requires?|turn on|must|please|without|not|need to|wants) (?:\w+ ){0,3}authenticat"
            r"|unauthenticated|smtp auth|not logged|log in|credentials|password|autentica",
            r"starttls|(?:tls|encryption).{0,30}required|not support tls|\bsenha\b",
            r"\b(?:h|e)h?elo\b|reverse dns|\brdns\b|\bptr\b|ip name lookup|mismatches client ip"
            r"|find your (?:reverse )?host ?name|fully.?qualified|dns reverso|reverso",
            rf"\b{_SENDER}.{{0,60}}{_REFUSED}",
            rf"(?:invalid|unknown|unauthori[sz]ed|unroutable|unverified|banned|bad|bogus|verify"
            rf"|unconfigured|verified|not a valid|outbound|reject\w*) .{{0,12}}{_SENDER}",
            r"owned by user|send ?as\b|sendasdenied|purported responsible|badmailfrom",
            r"(?:allowed|authori[sz]ed|permissions?|autorizado) (?:to send|a enviar)",
            r"not (?:an? )?(?:verified|authori[sz]ed|sender signature)|failed the check"
            r"|nao verificad",
            r"sender table|sender login|check (?:for new )?mail before|pop.?before"
            r"|pertence ao usuario|delivery is not allowed to this address|use the smtp server",
            r"open resolver|invalid dns|unregistered domain",
        ),
    ),
    (
        Topic.CLOSED,
        (
            r"receiving (?:is )?disabled",
            rf"(?<!your )(?:mail ?box|recipient(?! address)|caixa postal"
            rf"|destinatario)\b.{{0,40}}{_CLOSED}",
            rf"(?:message to|reach|deliver).{{0,60}}account.{{0,24}}{_CLOSED}"
            rf"|account.{{0,30}}discontinu",
        ),
    ),
    (
        Topic.ACCOUNT,
        (
            r"sending (?:has been |is )?(?:paused|disabled|suspended|blocked)|paused for this",
            r"(?:your|sending|smtp|out ?going|tenant|sua) (?:\S{1,30} ){0,2}(?:account|mail ?box"
            r"|mail|domain"
            r"|access|ip|conta|service)\b.{0,40}(?:suspend|disabl|block|deactivat"
            r"|locked|paused|not (?:yet )?activ|compromis|suspens|bloquead|restrict)",
            r"\b(?:account|conta|cuenta)\b (?:\S{1,30} ){0,4}(?:suspend|suspens|block|bloquead"
            r"|locked"
            r"|restrict|disabled|desativad|desabilitad)",
            r"activate your|(?:your|smtp) .{0,30}not (?:yet )?activ|free accounts?"
            r"|upgrade (?:your|or)|billing"
            r"|unpaid|inadimpl|contact support",
            r"(?:your|seu) plan|regularize|pagamento|payment|verify your"
            r"|(?:servico|envio) (?:\S{1,30} ){0,2}(?:suspens|bloquead|desativad)",
        ),
    ),
    (
        Topic.POLICY,
        (
            r"\bmail \S{1,60} is rejected|invalid (?:data|structure)",
            r"spam|unsolicited|\bube\b|junk|phish|virus|malware|malicious|infected",
            r"black ?-?list|block ?-?list|lista negra|(?<!not )listed (?:in|at|on|by)|spamhaus"
            r"|spamcop|sorbs|dnsbl|\brbl\b|reputa",
            r"polic(?:y|ies)|politica|dmarc|dkim|\bspf\b|blocked|bloquead|banned|abus[eo]"
            r"|complaint",
            r"suspicious|suspeit|prohibit|proibid|(?:access|acceso|acesso) (?:denied|denegado"
            r"|negado)",
            r"client host rejected|not accept(?:ed|ing) (?:connections|from)|your ip\b|\bip address"
            r"|adresse ip|\bip=|ip for sending|no smtp service|weren't sent"
            r"|by (?:the )?administrator",
            r"(?:content|message|mail|mensagem|mensaje|header|command) (?:\w+ ){0,2}(?:reject"
            r"|rejeit|recus"
            r"|refus|denied|not allowed|not accepted|violat|bloque)",
            r"transaction failed|protocol violation|rfc ?(?:5?[38]2[12]|2822|1035|7489)\b|8-bit"
            r"|network,? not allowed",
            r"(?:missing|multiple|duplicate|invalid|disallowed) .{0,24}header|headers? (?:error"
            r"|are|field)",
            r"(?:illegal|blocked|executable|potential|other) attachment|attachment.{0,30}(?:block"
            r"|reject|forbid)",
            r"forbidden|not authori[sz]ed|unauthori[sz]ed|authentication (?:checks|level)|go away",
            r"spoof|media error|duplicate|redundant|unwanted|mail rejete|rejected by destination",
            r"from address|envelope blocked|security",
        ),
    ),
    (Topic.WEAK_QUOTA, (r"over ?-?quota|quota|\bcota\b|\bfull\b|\bcheia\b|overdrawn",)),
    (Topic.LATER, (r"try again|\blater\b|mais tarde|mas tarde|plus tard|tente novamente",)),
    (Topic.ROUTE, (r"(?:invalid|illegal|bad) (?:host|domain)|dominio invalido",)),
    (
        Topic.NO_DOMAIN,
        (
            r"nxdomain|null ?mx|no such domain|not accept (?:any )?mail|doesn't receive email",
            r"nonexistent ?domain|unknown (?:host|domain)|bad destination system",
            r"(?:domain|host|dominio)(?:\b.{0,40}| name )(?:not found|not exist|doesn't exist"
            r"|unknown"
            r"|nao existe|inexistente|no existe|nonexist)",
        ),
    ),
    (
        Topic.NO_MAILBOX,
        (
            rf"\b{_MAILBOX}\b.{{0,40}}(?:{_NOT_THERE}|{_CLOSED})",
            rf"(?:no such|unknown|invalid|illegal|nonexistent|incorrect|{_CLOSED}) (?:or \w+ )?"
            rf"(?:\w+ ){{0,2}}{_MAILBOX}\b",
            r"no (?:mail ?box|account) (?:here|found|by|available)|no mail box|no one at this",
            r"not (?:our|a (?:known|valid|local|registered)) (?:\w+ )?(?:user|customer|mailbox"
            r"|recipient"
            r"|address)",
            r"(?:doesn't|does not) have an? (?:\S{1,40} )?(?:account|mailbox)|not a member of"
            r"|not in (?:the )?recipient list|@>? is no longer|email (?:invalido|inexistente)",
            r"badrcptto|undeliverable address|recip\w*notfound|name is not recogni|delivery userid",
            r"unrout(?:e)?able address|utente|missing home|mailbox by that name|unknown user",
        ),
    ),
    (Topic.ADDRESS, (r"(?:recipient |@ ?)?address(?:es)? (?:is )?reject",)),
    (
        Topic.SERVER,
        (
            r"connect(?:ion)?\b.{0,40}(?:refused|reset|lost|failed|dropped|expired)|try (?:again"
            r"|later)"
            r"|tente (?:novamente|mais tarde)|essayer plus tard|retry|temporar|expired|queue",
            r"not (?:reachable|available)|unreachable|currently unavailable|unavailable service",
            r"(?:system|internal|mailer|local|upstream|recipient) error|write error|lock failure"
            r"|config error|service (?:refuse|temporar|currently)|insufficient|hops?\b|loop|busy",
            r"not accepting network|could not load|closing transmission|socket|dial(?:ing)? tcp",
        ),
    ),
)  # fmt: skip
_COMPILED = tuple((topic, re.compile("|".join(words))) for topic, words in _FAMILIES)
_GONE = re.compile(r"nxdomain|null ?mx|not accept (?:any )?mail|doesn't receive email")
_DAY = re.compile(r"daily|month|mensal|\bmes\b|\bdays?\b|diari[oa]|\bdias?\b|today|24 ?h|credits?")
_HOUR = re.compile(r"hour|\bhoras?\b")


def simplify(text: str, length_max: int) -> str:
    """Return the beginning of a text in small letters, without accents, in one line."""
    plain = unicodedata.normalize("NFKD", text[:length_max].replace("\u2019", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return " ".join(plain.replace("e-mail", "email").split())


def fold(text: str) -> str:
    """Return an answer simplified, and without codes, addresses, hosts and links.

    A name in an address or a host is no word of the server's.
    """
    plain = simplify(text, TEXT_MAX)
    plain = _URL.sub(lambda url: " dnsbl " if _LISTS.search(url[0]) else " ", plain)
    plain = _ADDRESS.sub("@", plain)
    plain = _REPLY_CODE.sub(" ", _STATUS.sub(" ", plain))
    plain = _HOST.sub(lambda host: " dnsbl " if _LISTS.search(host[0]) else " ", plain)
    return " ".join(plain.split())


def topics(folded: str, without: frozenset[Topic] = frozenset()) -> Topic | None:
    """Return what a folded answer is about, or None when no family knows its words.

    Args:
        folded: what `fold` returned.
        without: families that the answer's code makes senseless.
    """
    return next(
        (topic for topic, words in _COMPILED if topic not in without and words.search(folded)),
        None,
    )


def domain_is_gone(folded: str) -> bool:
    """Tell whether the name servers themselves say that nobody takes mail for the domain."""
    return _GONE.search(folded) is not None


def names_day(folded: str) -> bool:
    """Tell whether a quota of a day is spoken of."""
    return _DAY.search(folded) is not None


def names_hour(folded: str) -> bool:
    """Tell whether a quota of an hour is spoken of."""
    return _HOUR.search(folded) is not None


def redact(text: str, recipient: str) -> str:
    """Return a server's text without addresses or control characters, in one short line."""
    line = " ".join(printable(text[:1000]).split())
    local = recipient.rpartition("@")[0].lower()
    if "@" in line or local in line.lower():
        line = " ".join("[address]" if _tells(word, local) else word for word in line.split())
    return line[:DETAIL_LENGTH_MAX]


def printable(text: str) -> str:
    """Return a text with a blank for each character that no database or screen should get."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " for c in text)


def _tells(word: str, local: str) -> bool:
    """Tell whether a word has an address in it, or the part before the @ of the recipient's."""
    if "@" in word:
        return True
    return local in word.lower() if len(local) > 2 else local == word.lower().strip("<>.,;:'\"()")
