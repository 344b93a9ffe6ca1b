"""A person's hands at a page: they go on once they see it whole."""

from playwright.async_api import Page

# After two frames the page has answered a change of color scheme or size, and is drawn. What moves
# comes to its end, but for what moves for ever. It is asked frame by frame: where nothing else asks
# for one, Chromium may draw none, and what waits for the end of a movement waits for ever. A frame
# that does not come within a second is taken for drawn.
STILL = """async () => {
  const moves = () => document.getAnimations().some((one) => one.playState === "running"
    && Number.isFinite(Number(one.effect?.getComputedTiming().endTime)));
  for (let frames = 0; frames < 2 || moves(); frames += 1) {
    await new Promise((drawn) => {
      requestAnimationFrame(drawn);
      setTimeout(drawn, 1000);
    });
  }
}"""
BURST = """(code) => {
  for (const key of code) {
    const down = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    if (document.activeElement.dispatchEvent(down)) {
      document.execCommand("insertText", false, key);
    }
  }
}"""


async def at_rest(page: Page) -> None:
    """Wait until the page is whole: loaded, its scripts run, drawn, and nothing on it moves."""
    await page.wait_for_load_state()
    await page.evaluate(STILL)


async def press(page: Page, key: str) -> None:
    """Press a key once the page is loaded: what listens to keys comes with its scripts."""
    await page.wait_for_load_state()
    await page.keyboard.press(key)


async def scan(page: Page, code: str) -> None:
    """Type as a scanner does: into whatever has the focus, in one burst, with Enter at the end.

    A busy machine would leave such gaps between keys sent one by one that the page takes the
    first for a person's.
    """
    await page.wait_for_load_state()
    await page.evaluate(BURST, code)
    await page.keyboard.press("Enter")
