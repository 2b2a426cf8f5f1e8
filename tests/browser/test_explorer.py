"""The explorer in a browser: every control, training, theorems, links, keyboard, phone."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, until

AT_START = "document.getElementById('progress').textContent === 'Step 0'"
WITHIN = 30_000  # milliseconds until an answer is shown, on a busy machine


def text(page: Page, name: str) -> str:
    return page.locator(f"#{name}").text_content() or ""


def value(page: Page, name: str) -> str:
    return page.locator(f"#{name}").input_value()


def changed(page: Page, name: str, before: str) -> None:
    expect(page.locator(f"#{name}")).not_to_have_text(before, timeout=WITHIN)


def test_the_page_loads_with_every_panel_drawn(visit: Visit) -> None:
    page = visit.open()
    until(page, AT_START)
    for chart in page.locator(".chart").all():
        assert chart.locator("canvas").count() == 1, chart.get_attribute("id")
    assert page.locator(".katex").count() >= 4
    assert page.locator(".katex-error").count() == 0
    blank = page.evaluate(
        """[...document.querySelectorAll('.chart canvas')].filter((canvas) => {
             const {width, height} = canvas;
             const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
             return !data.some((byte) => byte);
           }).length"""
    )
    assert blank == 0


def test_paint_comes_before_the_answers(visit: Visit) -> None:
    """The first paint waits for no answer: it is there while every question is held back."""
    held = []
    visit.page.route("**/api/**", lambda route: held.append(route))
    visit.page.goto(visit.server.address)
    until(visit.page, "performance.getEntriesByType('paint').length > 0")
    expect(visit.page.locator("#signal-title")).to_be_visible()
    visit.page.wait_for_timeout(50)
    assert held
    for route in held:
        route.continue_()
    visit.page.unroute("**/api/**")
    until(visit.page, "document.documentElement.dataset.ready === 'true'")


def test_a_choice_changes_the_signal_and_the_link(visit: Visit) -> None:
    page = visit.open()
    for name, chosen in (
        ("data", "digits"),
        ("data", "spirals"),
        ("scheme", "he"),
        ("scheme", "constant"),
    ):
        before = text(page, "signal-says")
        page.select_option(f"#{name}", chosen)
        changed(page, "signal-says", before)
        assert f"{name}={chosen}" in page.url


def test_a_choice_for_training_begins_a_new_run(visit: Visit) -> None:
    page = visit.open("#widths=6x2")
    for name, chosen in (("compare", "he"), ("optimizer", "adam")):
        until(page, AT_START)
        page.click("#step")
        until(page, "document.getElementById('progress').textContent === 'Step 1'")
        page.select_option(f"#{name}", chosen)
        until(page, AT_START)
        assert f"{name}={chosen}" in page.url


def test_sliders_change_depth_width_and_scale(visit: Visit) -> None:
    page = visit.open()
    page.locator("#depth").fill("3")
    expect(page.locator("#signal-says")).to_contain_text("Layer 3", timeout=WITHIN)
    page.locator("#width").fill("20")
    expect(page.locator("#widths")).to_have_value("20x3")
    before = text(page, "signal-says")
    page.locator("#scale").fill("1")
    changed(page, "signal-says", before)
    assert value(page, "scheme") == "scale"
    assert "scale=10" in page.url and "widths=20x3" in page.url


def test_typed_values_are_taken(visit: Visit) -> None:
    page = visit.open()
    for name, typed in (("widths", "9, 5, 7x2"), ("rate", "0.02"), ("seed", "41")):
        page.fill(f"#{name}", typed)
        page.press(f"#{name}", "Enter")
    expect(page.locator("#signal-says")).to_contain_text("Layer 4", timeout=WITHIN)
    assert "widths=9%2C5%2C7x2" in page.url and "rate=0.02" in page.url and "seed=41" in page.url
    before = text(page, "signal-says")
    page.click("#new-seed")
    changed(page, "signal-says", before)


def test_an_expression_is_an_activation(visit: Visit) -> None:
    page = visit.open()
    page.fill("#activation", "z*sigmoid(1.702*z)")
    page.press("#activation", "Enter")
    expect(page.locator("#activation-says")).to_contain_text("sigmoid(1.702", timeout=WITHIN)
    expect(page.locator("#activation-formula .katex")).to_have_count(1)


MISTAKES = (
    ("activation", "tanhh", "did you mean 'tanh'"),
    ("activation", "z +", "cannot be read"),
    ("activation", "<img src=x onerror=alert(1)>", "cannot be read"),
    ("widths", "many", "Write the widths"),
    ("widths", "999", "from 1 to 256"),
    ("rate", "fast", "not a number"),
    ("rate", "0", "a number from"),
    ("rate", "-1", "a number from"),
    ("rate", "Infinity", "finite"),
    ("seed", "1.5", "whole number"),
)
RIGHT = {"activation": "relu", "widths": "8x3", "rate": "0.1", "seed": "1"}


def test_a_mistake_is_shown_beside_its_field_until_it_is_mended(visit: Visit) -> None:
    page = visit.open("#widths=6x2")
    for field, typed, says in MISTAKES:
        page.fill(f"#{field}", typed)
        page.press(f"#{field}", "Enter")
        expect(page.locator(f"#{field}-error")).to_contain_text(says, timeout=WITHIN)
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
        page.fill(f"#{field}", RIGHT[field])
        page.press(f"#{field}", "Enter")
        expect(page.locator(f"#{field}-error")).to_have_text("", timeout=WITHIN)


def test_a_mistake_stays_while_other_answers_arrive(visit: Visit) -> None:
    page = visit.open("#widths=6x2")
    page.fill("#activation", "tanhh")
    page.press("#activation", "Enter")
    expect(page.locator("#activation-error")).to_contain_text("did you mean", timeout=WITHIN)
    page.select_option("#optimizer", "adam")
    page.wait_for_timeout(1500)
    expect(page.locator("#activation-error")).to_contain_text("did you mean")
    page.fill("#activation", "tanh")
    page.press("#activation", "Enter")
    expect(page.locator("#activation-error")).to_have_text("", timeout=WITHIN)
    page.click("#train")
    until(page, "document.getElementById('progress').textContent !== 'Step 0'")
    page.fill("#widths", "many")
    page.press("#widths", "Enter")
    page.wait_for_timeout(1000)
    expect(page.locator("#widths-error")).to_contain_text("Write the widths")
    page.click("#train")


def test_training_runs_pauses_steps_and_resets(visit: Visit) -> None:
    page = visit.open("#widths=8x2&data=blobs&activation=relu&scheme=he")
    before = text(page, "cost-says")
    page.click("#train")
    expect(page.locator("#train")).to_have_text("Pause")
    until(page, "parseInt(document.getElementById('progress').textContent.slice(5)) >= 20")
    page.click("#train")
    expect(page.locator("#train")).to_have_text("Train")
    page.wait_for_timeout(500)
    paused = text(page, "progress")
    page.wait_for_timeout(500)
    assert text(page, "progress") == paused
    assert text(page, "cost-says") != before
    page.click("#step")
    until(page, f"document.getElementById('progress').textContent === 'Step {int(paused[5:]) + 1}'")
    page.click("#reset")
    until(page, AT_START)


def test_the_page_answers_while_it_trains(visit: Visit) -> None:
    """No task of the page is longer than it takes to see and to press a key."""
    page = visit.open()
    page.evaluate(
        """() => { window.longest = 0;
          new PerformanceObserver((list) => {
            window.longest = Math.max(window.longest, ...list.getEntries().map((e) => e.duration));
          }).observe({ type: 'longtask' }); }"""
    )
    page.click("#train")
    until(page, "parseInt(document.getElementById('progress').textContent.slice(5)) >= 10")
    page.locator("#seed").focus()
    page.keyboard.type("7")
    assert "7" in value(page, "seed")
    page.click("#train")
    assert page.evaluate("window.longest") < 1000


def test_training_stops_when_the_page_is_closed(visit: Visit) -> None:
    page = visit.open()
    page.click("#train")
    until(page, "parseInt(document.getElementById('progress').textContent.slice(5)) >= 3")
    identity = page.evaluate(
        "performance.getEntriesByType('resource').map((e) => e.name)"
        ".filter((n) => n.includes('advance')).pop().split('/').slice(-2)[0]"
    )
    ping = f"/api/sessions/{identity}/ping"
    assert visit.server.request("POST", ping, {}).status == 200
    page.goto("about:blank")
    ends = time.monotonic() + 20
    while visit.server.request("POST", ping, {}).status == 200 and time.monotonic() < ends:
        time.sleep(0.1)
    assert visit.server.request("POST", ping, {}).status == 404
    visit.foreign.clear()  # the blank page


def test_a_shared_link_restores_everything(visit: Visit) -> None:
    page = visit.open()
    page.select_option("#data", "circles")
    page.fill("#widths", "12, 6")
    page.press("#widths", "Enter")
    page.fill("#activation", "sin(z)")
    page.press("#activation", "Enter")
    page.locator("#scale").fill("0.5")
    page.select_option("#compare", "orthogonal")
    page.select_option("#optimizer", "momentum")
    page.fill("#rate", "0.03")
    page.press("#rate", "Enter")
    page.fill("#seed", "12")
    page.press("#seed", "Enter")
    visit.settle()
    names = (
        "data",
        "widths",
        "activation",
        "scheme",
        "scale",
        "compare",
        "optimizer",
        "rate",
        "seed",
    )
    before = {name: value(page, name) for name in names}
    until(page, "document.getElementById('signal-says').textContent.includes('Layer 2')")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    until(page, "document.documentElement.dataset.ready === 'true'")
    visit.settle()
    assert {name: value(page, name) for name in names} == before
    assert before["activation"] == "sin(z)" and before["scheme"] == "scale"
    visit.foreign.clear()  # the blank page


def test_a_mangled_link_still_opens(visit: Visit) -> None:
    page = visit.open("#data=cats&widths=x&rate=&activation=%3Cb%3E&seed=nan&nothing=1")
    assert page.locator(".error:not(:empty)").count() >= 1


def test_the_theorem_behind_a_panel_unfolds(visit: Visit) -> None:
    page = visit.open("#activation=relu&scheme=he&widths=8x3")
    page.click("[data-theorem='he-variance']")
    page.wait_for_selector("#next-step")
    expect(page.locator(".steps li")).to_have_count(0)
    for count in (1, 2, 3):
        page.click("#next-step")
        expect(page.locator(".steps li")).to_have_count(count)
    page.click("#all-steps")
    assert page.locator(".steps li").count() > 20
    assert page.locator(".steps .katex").count() > 20
    page.locator(".steps .link", has_text="layer-variance").first.click()
    expect(page.locator("#theorem-title")).to_have_text("Variance of a pre-activation")
    page.click("#theorem-back")
    expect(page.locator("#theorem-title")).to_contain_text("He")
    page.keyboard.press("Escape")
    expect(page.locator("#theorem")).not_to_be_visible()


def test_every_theorem_is_typeset(visit: Visit) -> None:
    """Also that every font is there: a missing one is an error on the console."""
    page = visit.open()
    page.click("#theorem-list")
    page.wait_for_selector(".theorem-item")
    count = page.locator(".theorem-item").count()
    assert count >= 13
    for number in range(count):
        page.locator(".theorem-item").nth(number).click()
        page.wait_for_selector("#all-steps")
        page.click("#all-steps")
        assert page.locator(".katex-error").count() == 0
        page.evaluate("document.fonts.ready")
        page.click("#theorem-back")
        page.wait_for_selector(".theorem-item")


def test_the_keyboard_reaches_every_control(visit: Visit) -> None:
    page = visit.open()
    until(page, AT_START)
    wanted = set(
        page.evaluate(
            "[...document.querySelectorAll('button, select, input, a')]"
            ".filter((e) => e.checkVisibility()).map((e) => e.id || e.textContent)"
        )
    )
    reached = set()
    for _ in range(len(wanted) + 15):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
    assert len(wanted) > 20
    assert wanted <= reached
    page.locator("#train").focus()
    page.keyboard.press("Space")
    expect(page.locator("#train")).to_have_text("Pause")
    page.keyboard.press("Space")
    expect(page.locator("#train")).to_have_text("Train")


def test_every_control_has_a_name(visit: Visit) -> None:
    page = visit.open()
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, select, input')].filter((e) => e.checkVisibility()
             && !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
             && !e.textContent.trim()).map((e) => e.id)"""
    )
    assert nameless == []


def test_every_chart_is_told_in_words(visit: Visit) -> None:
    page = visit.open("#widths=6x2")
    until(page, AT_START)
    charts = page.locator(".chart").all()
    assert len(charts) >= 7
    for chart in charts:
        name = (chart.get_attribute("id") or "").removesuffix("-chart")
        assert chart.get_attribute("aria-labelledby") == f"{name}-says"
        assert len(text(page, f"{name}-says")) > 20


def test_a_phone_scrolls_up_and_down_only(phone: Visit) -> None:
    page = phone.open()
    until(page, AT_START)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#signal-why button")
    page.wait_for_selector("#all-steps")
    page.click("#all-steps")
    assert page.evaluate("document.getElementById('theorem').scrollWidth") <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_colours_follow_the_system_and_the_button(visit: Visit) -> None:
    visit.page.emulate_media(color_scheme="dark")
    page = visit.open()
    paper = "getComputedStyle(document.body.parentElement).backgroundColor"
    dark = page.evaluate(paper)
    page.click("#theme")
    light = page.evaluate(paper)
    assert light != dark
    page.reload()
    visit.settle()
    assert page.evaluate(paper) == light


def test_a_server_that_is_gone_is_told(visit: Visit) -> None:
    visit.expected.append("ERR_FAILED")  # the console tells of the aborted requests as well
    page = visit.open("#widths=6x2")
    page.route("**/api/**", lambda route: route.abort())
    page.select_option("#scheme", "he")
    expect(page.locator("#status")).to_contain_text("cannot be reached", timeout=WITHIN)
