"""The page in a real browser: headless Chromium, driven by Selenium."""

import json
import shutil

import pytest

from lowprec.cli import main
from tests.literals import stored_document

webdriver = pytest.importorskip("selenium.webdriver", reason="pip install selenium")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs Chromium: apt install chromium chromium-driver"
    ),
]

EVIL = "<img src=x onerror=document.title='caught'>"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A report on five sessions of NN-I, the last of which is slower and has a wicked name.

    A sixth is older and of another environment.
    """
    folder = tmp_path_factory.mktemp("history")
    names = ["0001_other", *(f"{day:04}_x" for day in range(2, 6)), f"0006_{EVIL}"]
    times = (9, 2, 2.02, 1.98, 2.01, 3)
    for day, (name, fit_s) in enumerate(zip(names, times, strict=True), start=1):
        seconds = dict.fromkeys(("double", "single", "half", "mixed"), fit_s)
        content = stored_document(day, seconds, **({"key": "other"} if day == 1 else {}))
        (folder / f"{name}.json").write_text(json.dumps(content))
    out = folder / "out"
    assert main(["report", "--storage", str(folder), "--out", str(out)]) == 0
    return out / "index.html"


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desktop light", "phone dark"])
def browser(request, page):
    width, scheme = request.param
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    driver.get(page.as_uri())
    yield driver
    driver.quit()


def ask(browser, script):
    return browser.execute_script(f"return {script}")


def test_no_errors_and_nothing_wider_than_the_window(browser):
    assert browser.get_log("browser") == []
    assert ask(browser, "document.documentElement.scrollWidth <= window.innerWidth")


def test_light_and_dark(browser):
    dark = ask(browser, "matchMedia('(prefers-color-scheme: dark)').matches")
    ground = ask(browser, "getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(22, 24, 28)" if dark else "rgb(255, 255, 255)")


def test_another_pair_changes_plot_and_table_by_keyboard_alone(browser):
    plotted = "document.getElementById('plot').data[0].marker.symbol.join()"
    colours = "getComputedStyle(document.querySelector('#plot .scatterlayer .js-line')).stroke"
    assert ask(browser, "document.querySelectorAll('#plot .scatterlayer .point').length") == 5
    pair = browser.find_element("id", "pair")
    pair.send_keys("NN-I half")
    assert pair.get_property("value") == "NN-I half"
    assert ask(browser, plotted) == "circle,circle,circle,circle,x"
    assert ask(browser, colours)
    value = browser.find_element("id", "value")
    value.send_keys("accuracy")
    assert ask(browser, "document.getElementById('plot').data[0].y.join()") == ",".join(["0.8"] * 5)
    rows = browser.find_elements("css selector", "#points tbody tr")
    assert (len(rows), rows[0].get_attribute("class")) == (5, "flagged")
    assert rows[0].text.startswith("3.00 0.8000 slower")


def test_the_plot_begins_with_the_environment_of_the_session(browser):
    environment = browser.find_element("id", "environment")
    points = "document.querySelectorAll('#plot .scatterlayer .point').length"
    assert environment.get_property("value").startswith("quick protocol, tf2.21.0")
    assert ask(browser, points) == 5
    environment.send_keys("all")
    assert ask(browser, points) == 6
    browser.find_element("id", "pair").send_keys("NN-I half")
    assert environment.get_property("value") == "all"


def test_markup_in_names_stays_text(browser):
    browser.find_element("id", "pair").send_keys("NN-I single")
    assert browser.title != "caught"
    assert ask(browser, "document.querySelectorAll('img:not([src^=data])').length") == 0
    assert EVIL in browser.find_element("id", "points").text
