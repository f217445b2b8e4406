"""The slip: a boleto as a PDF, as banks print it. Bytes out; no file, no clock, no network.

Build a `SlipTemplate` once a batch, a `SlipData` for each boleto, and call `render_many`.
"""

from cobranca.domain.slip.recalculation import Recalculation, recalculate
from cobranca.domain.slip.slip_data import (
    SlipBeneficiary,
    SlipCharges,
    SlipData,
    SlipGuarantor,
    second_copy,
)
from cobranca.domain.slip.template import (
    SlipTemplate,
    render_book,
    render_carne,
    render_many,
)

__all__ = [
    "Recalculation",
    "SlipBeneficiary",
    "SlipCharges",
    "SlipData",
    "SlipGuarantor",
    "SlipTemplate",
    "recalculate",
    "render_book",
    "render_carne",
    "render_many",
    "second_copy",
]
