"""The page in a real browser: headless Chromium, driven by Selenium."""

import json
import shutil

import pytest

from lowprec.cli import main
from tests.literals import stored_document

webdriver = pytest.importorskip("selenium.webdriver", reason="pip install selenium")
axe = pytest.importorskip("axe_core_python.selenium", reason="pip install axe-core-python")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs Chromium: apt install chromium chromium-driver"
    ),
]

EVIL = "<img src=x onerror=document.title='caught'>"


def report_on(folder, *sessions):
    """Write the page on sessions of NN-I, each a name, seconds, and what differs otherwise."""
    for day, (name, fit_s, changes) in enumerate(sessions, start=1):
        seconds = dict.fromkeys(("double", "single", "half", "mixed"), fit_s)
        content = stored_document(day, seconds, **changes)
        (folder / f"{day:04}_{name}.json").write_text(json.dumps(content))
    out = folder / "out"
    assert main(["report", "--storage", str(folder), "--out", str(out)]) == 0
    return out / "index.html"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A report on five sessions of NN-I, the last of which is slower and has a wicked name.

    A sixth is older and of another machine.
    """
    quiet = [("x", fit_s, {}) for fit_s in (2, 2.02, 1.98, 2.01)]
    other = ("other", 9, {"cpu": "EPYC"})
    return report_on(tmp_path_factory.mktemp("history"), other, *quiet, (EVIL, 3, {}))


@pytest.fixture(scope="module")
def first_night(tmp_path_factory):
    """A report on the first session of a version."""
    quiet = [("x", fit_s, {}) for fit_s in (2, 2.02, 1.98, 2.01)]
    newer = ("x", 2, {"tensorflow": "2.22.0"})
    return report_on(tmp_path_factory.mktemp("newer"), *quiet, newer)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """A report on a machine beside nine others, two sessions each."""
    sessions = [("x", 2 + n / 10, {"cpu": f"Xeon-{n}"}) for n in range(10) for _ in range(2)]
    return report_on(tmp_path_factory.mktemp("fleet"), *sessions)


LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.fixture(params=LOOKS, ids=[f"{width} {scheme}" for width, scheme in LOOKS])
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


def test_everybody_can_read_it(browser):
    """Contrast, names and order, by the rules of WCAG 2 A and AA and of good practice."""
    found = axe.Axe().run(browser)
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert {"color-contrast", "svg-img-alt", "region"} <= {rule["id"] for rule in found["passes"]}


MARKS = "[...document.querySelectorAll('#plot circle')].map((mark) => mark.classList[1]).join()"


def test_it_opens_on_what_is_flagged(browser):
    assert browser.find_element("id", "pair").get_property("value") == "NN-I double"
    assert ask(browser, MARKS) == "ok,ok,ok,ok,flagged"


def test_another_pair_changes_plot_and_table_by_keyboard_alone(browser):
    browser.find_element("id", "pair").send_keys("NN-I half")
    assert browser.find_element("id", "pair").get_property("value") == "NN-I half"
    assert ask(browser, MARKS) == "ok,ok,ok,ok,flagged"
    browser.find_element("id", "value").send_keys("accuracy")
    titles = "[...document.querySelectorAll('#plot title')].map((title) => title.textContent)"
    assert [title.splitlines()[1] for title in ask(browser, titles)] == ["0.8 accuracy"] * 5
    rows = browser.find_elements("css selector", "#points tbody tr")
    assert (len(rows), rows[0].get_attribute("class")) == (5, "flagged")
    assert rows[0].text.startswith("0006 2026-11-06 3.00 0.8000 slower")


def test_a_cell_leads_to_the_history_of_its_pair(browser):
    cell = browser.find_element("css selector", "a.cell[href='#NN-I%20mixed']")
    cell.send_keys("\n")
    assert browser.find_element("id", "pair").get_property("value") == "NN-I mixed"
    assert ask(browser, "document.activeElement.id") == "history"
    browser.find_element("id", "pair").send_keys("NN-I half")
    cell.send_keys("\n")
    assert browser.find_element("id", "pair").get_property("value") == "NN-I mixed"


def test_the_plot_begins_with_the_environment_of_the_session(browser):
    environment = browser.find_element("id", "environment")
    points = "document.querySelectorAll('#plot circle').length"
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
    assert EVIL in ask(browser, "document.querySelector('#points tbody tr').title")


def test_the_first_night_of_a_version_is_shown_beside_those_before_it(browser, first_night):
    browser.get(first_night.as_uri())
    assert browser.find_element("id", "environment").get_property("value") == "all"
    assert ask(browser, "document.querySelectorAll('#plot circle').length") == 5
    assert len(browser.find_elements("css selector", "#legend li")) == 2


def test_of_many_environments_one_has_a_colour_and_words_narrow_them(browser, fleet):
    browser.get(fleet.as_uri())
    browser.find_element("id", "environment").send_keys("all")
    legend = "[...document.querySelectorAll('#legend li')].map((item) => item.textContent)"
    own, others = ask(browser, legend)
    assert own.startswith("quick protocol, tf2.21.0")
    assert others == "9 other environments"
    narrow = browser.find_element("id", "narrow")
    narrow.send_keys("2.21 xeon-3")
    options = "[...document.querySelectorAll('#environment option')].map((one) => one.text)"
    [every, only] = ask(browser, options)
    assert (every, only.endswith("(cpu Xeon-3)")) == ("all", True)
    assert ask(browser, "document.querySelectorAll('#plot circle').length") == 2
    assert ask(browser, "document.documentElement.scrollWidth <= window.innerWidth")


def test_few_environments_need_no_words(browser):
    assert not browser.find_element("id", "narrow").is_displayed()
