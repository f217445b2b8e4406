"""One measured figure, with what the design asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Several measurements of one thing. `must` and `aim` are bounds in the figure's unit."""

    name: str
    unit: str
    values: list[float]
    must: float | None = None
    aim: float | None = None
    #: Whether less is better (a time, a ratio, memory) or more (a rate).
    less_is_better: bool = True
    note: str = ""

    @property
    def median(self) -> float:
        """The value to quote."""
        return median(self.values)

    def meets(self, bound: float | None) -> bool | None:
        """Whether the median keeps a bound; None without one."""
        if bound is None:
            return None
        return self.median <= bound if self.less_is_better else self.median >= bound

    def cells(self) -> list[str]:
        """Return the figure as a row of the table."""
        verdict = {None: "", True: "ok", False: "[red]missed[/red]"}[self.meets(self.must)]
        if self.meets(self.aim):
            verdict = "aim reached"
        return [
            f"{self.name} ({self.unit})",
            _short(self.median),
            _short(min(self.values)),
            _short(max(self.values)),
            "" if self.must is None else _short(self.must),
            "" if self.aim is None else _short(self.aim),
            " ".join(filter(None, [verdict, self.note])),
        ]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
