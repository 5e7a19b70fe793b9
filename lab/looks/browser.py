"""Pictures of pages, by Chromium."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver

__all__ = ["picture"]

WIDTHS_PX = (1280, 390)
SCHEMES = ("light", "dark")
MOST_HEIGHT_PX = 1400
ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def picture(page: Path) -> None:
    """Write a PNG beside a page for each width, in light and in dark."""
    for width_px in WIDTHS_PX:
        for scheme in SCHEMES:
            with _browser(width_px, scheme) as driver:
                driver.get(page.as_uri())
                height_px = driver.execute_script("return document.documentElement.scrollHeight")
                clip = {"x": 0, "y": 0, "width": width_px, "scale": 1}
                clip["height"] = min(height_px, MOST_HEIGHT_PX)
                shot = driver.execute_cdp_cmd(
                    "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip}
                )
            path = page.with_name(f"{page.stem}-{width_px}-{scheme}.png")
            path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def _browser(width_px: int, scheme: str) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ARGUMENTS:
        options.add_argument(argument)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    size = {"width": width_px, "height": 900, "deviceScaleFactor": 1, "mobile": width_px < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        yield driver
    finally:
        driver.quit()
