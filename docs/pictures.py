"""Make the pictures of docs/reports.md, docs/publishing.md and docs/console.md, in the system's Chromium.

    .venv/bin/python docs/pictures.py

It needs the extras `pages`, `serve` and `browser`, and Pillow to put pictures side by side.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from upheld import Desk, load_contracts, load_policy
from upheld.serve import Settings, create_app

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run".split()
)
HIGH = 900
GAP = 24


def report(folder: Path, vendor: str, language: str) -> Path:
    """A vendor's month as a report."""
    file, month = folder / f"{vendor}.html", ROOT / "examples" / vendor
    asked = ["--policy", vendor, "--contracts", str(month / "contracts.yaml"), "--lang", language, "-o", str(file)]
    subprocess.run([sys.executable, "-m", "upheld", "report", str(month / "history.jsonl"), *asked], check=True)
    return file


def terms(folder: Path, vendor: str) -> Path:
    """A vendor's terms, in every language."""
    file = folder / f"{vendor}-terms.html"
    asked = [vendor, "--format", "html", "-o", str(file)]
    subprocess.run([sys.executable, "-m", "upheld", "show", *asked], check=True)
    return file


def looked_at(
    browser: Browser,
    file: Path,
    width: int,
    scheme: Any = "light",
    at: str = "",
    media: Any = "screen",
    high: int = HIGH,
    part: str = "",
) -> Image.Image:
    """What a window of this width shows of a page, from a place of it on; or one part of it, whole."""
    page = browser.new_page(viewport={"width": width, "height": high}, device_scale_factor=1)
    page.emulate_media(color_scheme=scheme, media=media, reduced_motion="reduce")
    page.goto(file.as_uri() + at)
    page.wait_for_timeout(300)
    shown = page.locator(f"{part} >> visible=true").screenshot() if part else page.screenshot()
    picture = Image.open(io.BytesIO(shown))
    page.close()
    return picture


@contextmanager
def served(folder: Path, vendor: str) -> Iterator[tuple[str, str]]:
    """A vendor's month behind a console: its address, and a token of one who works there and of the customer too."""
    policy, month = load_policy(vendor), ROOT / "examples" / vendor
    address, contracts = f"sqlite:///{folder / 'desk.db'}", load_contracts(month / "contracts.yaml", policy)
    desk = Desk.open(address, policy=policy, contracts=contracts, upgrade=True)
    desk.load(json.loads(each) for each in (month / "history.jsonl").read_text(encoding="utf-8").splitlines())
    now = datetime(2024, 4, 12, 10, 40, tzinfo=UTC)
    server = uvicorn.Server(uvicorn.Config(create_app(desk, Settings(now=lambda: now)), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://localhost:{port}/console", desk.tokens.make(["agent", "customer"], name="desk-1").text
    server.should_exit = True
    thread.join(10)
    desk.close()


def console(
    browser: Browser,
    at: tuple[str, str],
    path: str,
    width: int = 1120,
    scheme: Any = "light",
    high: int = 700,
    language: str = "en",
) -> Image.Image:
    """A page of the console as somebody sees it who signed in."""
    address, token = at
    page = browser.new_page(viewport={"width": width, "height": high}, color_scheme=scheme, locale=language)
    page.goto(address)
    page.fill("#token", token)
    page.press("#token", "Enter")
    page.wait_for_selector("nav.pages")
    page.goto(f"{address}/{path}")
    if path.startswith("try"):
        _misspell(page)
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture


def _misspell(page: Page) -> None:
    """A policy in which something is wrong."""
    page.wait_for_selector("#tried .notice")
    text = page.input_value("#policy").replace("to: qualified", "to: qualifed", 1)
    page.fill("#policy", "\n".join(line for line in text.split("\n") if not line.startswith("#")))
    page.wait_for_selector("#tried .findings")
    page.evaluate("scrollTo(0, 0)")


def put(name: str, pictures: Sequence[Image.Image]) -> None:
    """Pictures side by side, in as few colours as they have."""
    wide = sum(each.width for each in pictures) + GAP * (len(pictures) - 1)
    whole, left = Image.new("RGB", (wide, max(each.height for each in pictures)), "#c8ced6"), 0
    for each in pictures:
        whole.paste(each.convert("RGB"), (left, 0))
        left += each.width + GAP
    PICTURES.mkdir(exist_ok=True)
    whole.quantize(64).save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    """Make them all."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        english, french = report(folder, "greenmash", "en"), report(folder, "proconcept", "fr")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        put("report", [looked_at(browser, english, 860, scheme) for scheme in ("light", "dark")])
        put("ticket", [looked_at(browser, english, 1000, at="#ticket-gm-118", high=720)])
        looks = [looked_at(browser, english, 360, "dark"), looked_at(browser, french, 360, at="#promesses")]
        put("looks", [*looks, looked_at(browser, french, 688, media="print")])
        published = terms(folder, "greenmash")
        phone = looked_at(browser, published, 360, "dark", at="#terms-fr", high=760)
        put("terms", [looked_at(browser, published, 900, high=760), phone])
        put("lifecycle", [looked_at(browser, published, 1000, part="figure.lifecycle svg")])
        with served(folder, "greenmash") as at:
            put("console-due", [console(browser, at, "due", scheme=scheme, high=640) for scheme in ("light", "dark")])
            put("console-ticket", [console(browser, at, "ticket?id=GM-131", high=900)])
            put("console-try", [console(browser, at, "try?start=base", scheme="dark", high=760)])
            phones = [("due", "light"), ("ticket?id=GM-118", "dark"), ("promises", "light")]
            looks = [console(browser, at, path, 360, scheme, 760, "fr") for path, scheme in phones]
            put("console-phone", looks)
        browser.close()


if __name__ == "__main__":
    main()
