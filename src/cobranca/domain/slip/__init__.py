"""The slip: a boleto as a PDF, as banks print it. Bytes out; no file, no clock, no network.

Build a `SlipTemplate` once a batch, a `SlipData` for each boleto, and call its `render_many`.
"""

from cobranca.domain.slip.pdf_objects import HEADER
from cobranca.domain.slip.print_file import PrintFileWriter
from cobranca.domain.slip.recalculation import Recalculation, recalculate
from cobranca.domain.slip.slip_data import (
    SlipBeneficiary,
    SlipCharges,
    SlipData,
    SlipGuarantor,
    second_copy,
)
from cobranca.domain.slip.template import SlipTemplate, check_instructions

__all__ = [
    "HEADER",
    "PrintFileWriter",
    "Recalculation",
    "SlipBeneficiary",
    "SlipCharges",
    "SlipData",
    "SlipGuarantor",
    "SlipTemplate",
    "check_instructions",
    "recalculate",
    "second_copy",
]
