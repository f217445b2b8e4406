"""The whole tree of the product's errors. They know no HTTP: its edge maps classes to statuses.

CobrancaError
  InputError            the caller can mend it
    InvalidField          one named field is wrong
    CsvInvalid            the file as a whole cannot be read
    UploadCutOff          the body stopped coming, or came too slowly
    UploadTooLarge        over the limit, or over the free disk
    MediaTypeInvalid      neither multipart nor CSV
  Unauthorized          no API key, or a wrong one
    SignatureWrong        a call of another system is not signed as it must be
  Forbidden             known who, and not allowed to
  NotFound
    FileGone              a file that a job made is removed
  Conflict              a rule says no, now
    StaleFence            another worker has taken the batch over
    LayoutNotSet          no layout is set for the bank's files
  Transient             try again later
    StorageFull           not enough free disk to take the file
  Permanent             never right by trying again
    OurNumbersExhausted   the bank's range of our numbers is used up
    SettingsInvalid       a setting is missing or wrong
"""

from __future__ import annotations


class CobrancaError(Exception):
    """Something went wrong in Cobrança."""

    code = "ERROR"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        """Keep the detail for people and the stable code for programs."""
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        if code is not None:
            self.code = code
        super().__init__(self.detail)


class InputError(CobrancaError):
    """The request has a value that cannot be accepted."""

    code = "INPUT_INVALID"


class InvalidField(InputError):
    """One field is missing, too long, or not what the rule wants."""

    code = "FIELD_INVALID"

    def __init__(self, field: str, detail: str, *, code: str | None = None) -> None:
        """Name the field in the caller's own words, so that a form can point at it."""
        self.field = field
        super().__init__(detail, code=code)


class CsvInvalid(InputError):
    """The file is not a CSV of debts."""

    code = "CSV_INVALID"


class UploadTooLarge(InputError):
    """The file is larger than this server accepts."""

    code = "UPLOAD_TOO_LARGE"


class UploadCutOff(InputError):
    """The file stopped coming, or came too slowly; send it again."""

    code = "UPLOAD_CUT_OFF"


class MediaTypeInvalid(InputError):
    """Send the file as multipart/form-data (field `file`) or as text/csv."""

    code = "MEDIA_TYPE_INVALID"


class Unauthorized(CobrancaError):
    """An API key is needed: send it as `Authorization: Bearer KEY`."""

    code = "UNAUTHORIZED"


class SignatureWrong(Unauthorized):
    """The call has no signature of this secret, or was not signed within the last five minutes."""

    code = "SIGNATURE_WRONG"


class Forbidden(CobrancaError):
    """The caller may not do this."""

    code = "FORBIDDEN"


class NotFound(CobrancaError):
    """There is no such thing here."""

    code = "NOT_FOUND"


class FileGone(NotFound):
    """The file was removed: begin the job again."""

    code = "JOB_FILE_GONE"


class Conflict(CobrancaError):
    """The state of the thing does not allow this now."""

    code = "CONFLICT"


class StaleFence(Conflict):
    """Another worker has taken this batch over; what this one did is dropped."""

    code = "STALE_FENCE"


class LayoutNotSet(Conflict):
    """Set COBRANCA_REMITTANCE__LAYOUT to the layout of the agreement with the bank, 341-400."""

    code = "LAYOUT_NOT_SET"


class Transient(CobrancaError):
    """A part is not available now; try again later."""

    code = "UNAVAILABLE"


class StorageFull(Transient):
    """There is not enough free disk to take this file."""

    code = "STORAGE_FULL"


class Permanent(CobrancaError):
    """This can never work, however often it is tried."""

    code = "PERMANENT"


class OurNumbersExhausted(Permanent):
    """The bank's range of our numbers is used up; configure a new range."""

    code = "OUR_NUMBERS_EXHAUSTED"


class SettingsInvalid(Permanent):
    """A setting is missing or has a value that it cannot have."""

    code = "SETTINGS_INVALID"
