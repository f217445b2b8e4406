"""A view of the page whose answers come late: one of them, or all, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.support.browser import AXE, LAYOUT_SHIFT_MAX, STILL, VIOLATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.support.product import Product

#: Every answer is held, and the newest of them let go first.
ALL: Final = "*"
#: What every view asks for, and shows nothing of by itself.
FRAME: Final = {"/config.json", "/billings/csv/progress?only_changed=true"}
# The answers are held in the page itself: what is routed outside it is not kept by the browser, and
# a view is loaded a dozen times. A call is named without the host, its days told from today.
GATE: Final = """
(() => {
  const wanted = sessionStorage.getItem("heldCall")
  const ask = window.fetch.bind(window)
  const gates = []
  const late = { calls: [], open: 0, gates, held: 0, shift: 0, moved: [] }
  const nameOf = (address) => {
    const { pathname, search } = new URL(address, location.href)
    return pathname + search.replace(/\\d{4}-\\d\\d-\\d\\d(T[^&]*)?/g, "DAY")
  }
  window.fetch = async (address, options) => {
    const call = nameOf(address)
    late.calls.push(call)
    late.open += 1
    try {
      const answer = await ask(address, options)
      if (wanted === "*" || wanted === call) {
        late.held += 1
        await new Promise((release) => gates.push(release))
      }
      return answer
    } finally {
      late.open -= 1
    }
  }
  const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ")
  const told = ({ node, previousRect, currentRect }) => {
    const one = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node
    const named = one?.closest?.("[data-testid], [aria-label]")
    const name = named?.dataset.testid ?? named?.getAttribute("aria-label") ?? ""
    const text = one?.textContent?.trim().slice(0, 30) ?? "what is gone"
    const way = `${place(previousRect)} -> ${place(currentRect)}`
    return `<${one?.localName} in ${name}> "${text}" ${way}`
  }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      late.shift += entry.value
      late.moved.push(`${entry.value.toFixed(3)}: ${entry.sources.map(told).join("; ")}`)
    }
  }).observe({ type: "layout-shift", buffered: true })
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  // Nothing is under way but what is held, and nothing has come for some frames.
  late.rest = async () => {
    let [seen, frames] = ["", 0]
    while (frames < 5) {
      await frame()
      const moving = document.getAnimations().filter(({ effect, playState }) =>
        playState !== "finished" && effect.getTiming().iterations !== Infinity)
      const busy = late.open - gates.length + moving.length
      const files = performance.getEntriesByType("resource").length
      const now = [late.calls.length, gates.length, files, document.readyState].join()
      frames = busy === 0 && now === seen && document.readyState === "complete" ? frames + 1 : 0
      seen = now
    }
  }
  late.release = async () => {
    while (gates.length > 0) {
      gates.pop()()
      await late.rest()
    }
  }
  window.late = late
})()
"""

#: Prepares what a reload shows.
AIM: Final = """
([address, search, held]) => {
  sessionStorage.setItem("heldCall", held)
  history.replaceState(search ? { usr: { search }, key: "aim" } : null, "", address)
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view of the page: its address, and what is there when all of it is."""

    address: str
    shows: str
    #: What is searched for, which stands in the history.
    search: str = ""
    #: Axe looks while an answer is held, and what is asked for everywhere is late as well.
    is_thorough: bool = False


def watch(page: Page, product: Product) -> None:
    """Have a page hold answers back, and tell what moves on it."""
    page.add_init_script(GATE)
    page.goto(product.ui_url)


def faults(page: Page, view: View) -> Iterator[str]:
    """Load a view once for each call with that one's answer late; yield what is wrong with it."""
    _open(page, view, held="")
    yield from _told(view, "no answer", moved(page, view.shows))
    calls: list[str] = page.evaluate("[...new Set(late.calls)]")
    for call in [*(one for one in calls if view.is_thorough or one not in FRAME), ALL]:
        _open(page, view, held=call)
        meanwhile = _violations(page) if view.is_thorough else []
        # Of what was not asked for again nothing can be late.
        held: int = page.evaluate("late.held")
        page.evaluate("late.release()")
        missed = [] if held else ["was not asked for again"]
        yield from _told(view, call, [*missed, *meanwhile, *moved(page, view.shows)])


def _open(page: Page, view: View, *, held: str) -> None:
    page.evaluate(AIM, [f"/{view.address}", view.search, held])
    page.reload()
    page.evaluate("late.rest()")


def moved(page: Page, shows: str) -> list[str]:
    """Return what moved until all of a view is here, when it is more than may."""
    page.get_by_test_id(shows).first.wait_for()
    page.evaluate("late.rest()")
    shift: float = page.evaluate("late.shift")
    return page.evaluate("late.moved") if shift >= LAYOUT_SHIFT_MAX else []


def _violations(page: Page) -> list[str]:
    page.evaluate(STILL)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(VIOLATIONS)


def _told(view: View, call: str, found: list[str]) -> Iterator[str]:
    return (f"/{view.address} with {call} late: {one}" for one in found)
