"""Make the pictures of docs/reports.md and docs/publishing.md, in the system's Chromium.

    .venv/bin/python docs/pictures.py

It needs the extras `pages` and `browser`, and Pillow to put pictures side by side.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

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
        browser.close()


if __name__ == "__main__":
    main()
