"""Kinds of query parameters that several features take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

#: What somebody looks for; a NUL is in no text that the database holds, nor may it be asked for.
SearchText = Annotated[str | None, Query(max_length=320, pattern=r"^[^\x00]*$")]
#: Where a page goes on: the `next` of the page before.
After = Annotated[int, Query(ge=0, lt=2**63)]
