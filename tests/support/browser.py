"""A view of the page in a browser: opened, and held to what a person cannot see."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.product import Product

TIMEOUT_MS: Final = 120_000
#: An id that nothing has.
NOT_THERE: Final = "00000000-0000-4000-8000-000000000000"
#: A phone, a tablet and a desk: width and height in pixels.
SIZES: Final = [(390, 844), (768, 1024), (1440, 900)]
#: What moves by itself, by the measure of web vitals, where 0.1 is still called good.
LAYOUT_SHIFT_MAX: Final = 0.05
AXE: Final = Path("web/node_modules/axe-core/axe.min.js")
WATCH: Final = """
window.policyViolations = []; window.layoutShift = 0
addEventListener("securitypolicyviolation", (event) =>
  policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`))
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) layoutShift += entry.value
}).observe({ type: "layout-shift", buffered: true })
"""
# A dialog begins to fade in a frame or two after it is mounted.
STILL: Final = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const moving = () => document.getAnimations()
    .filter((one) => one.playState !== "finished")
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
  for (let still = 0; still < 5; still += 1) {
    await frame()
    if (moving().length > 0) still = 0
    await Promise.allSettled(moving().map((one) => one.finished))
  }
}
"""
VIOLATIONS: Final = """
async () => (await axe.run({ exclude: [["iframe"]] })).violations.map((violation) =>
  `${violation.id}: ${violation.nodes.map((node) => node.html).join(" | ")}`)
"""
#: Counts what a person clicks; a key that presses a button is none.
COUNT_CLICKS: Final = """
window.clicks = 0
addEventListener("click", (event) => { if (event.isTrusted && event.detail) clicks += 1 }, true)
"""
CLICKS: Final = "window.clicks"
#: Lets a file fall, as from a folder's window.
DROP: Final = """
([name, bytes]) => {
  const files = new DataTransfer()
  files.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name))
  const at = document.querySelector("main")
  for (const type of ["dragenter", "dragover", "drop"])
    at.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }))
}
"""
#: By how much the page is wider than its window.
OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_view(page: Page, product: Product, address: str, test_id: str) -> None:
    """Load the page anew at an address, and wait for what it is about."""
    page.goto("about:blank")
    page.goto(f"{product.ui_url}/{address}")
    page.get_by_test_id(test_id).first.wait_for()
    # Fonts and late answers are part of what may move.
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")


def check_view(page: Page) -> None:
    """Look for what axe finds, what moved, what is too wide, and what the policy stopped."""
    # What fades in has its own contrast only when it is all there.
    page.evaluate(STILL)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(VIOLATIONS) == [], page.url
    assert page.evaluate("policyViolations") == [], page.url
    assert page.evaluate(OVERFLOW) <= 0, page.url
    assert page.evaluate("layoutShift") < LAYOUT_SHIFT_MAX, page.url


def drop(page: Page, name: str, content: bytes) -> None:
    """Let a file fall on the page, as from a folder's window."""
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])
