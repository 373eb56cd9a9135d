"""The comparison's results, and the plots and pages that are made of them."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bench import installed, report, startup  # noqa: E402
from bench.goals import ROWS, Figure  # noqa: E402
from bench.places import RESULTS  # noqa: E402
from bench.results import Results, ratios  # noqa: E402
from bench.sides import SIDES  # noqa: E402
from bench.suites import SUITES  # noqa: E402

ALL = [*SUITES, startup.SUITE, installed.SUITE]
MADE = report.files(Results(RESULTS))


@pytest.fixture(scope="module")
def results() -> Results:
    return Results(RESULTS)


@pytest.mark.parametrize("path", MADE, ids=lambda path: str(path.relative_to(ROOT)))
def test_plots_and_pages_are_what_the_results_say(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "run `make bench-report`"


def test_there_are_no_other_plots_and_results(results: Results) -> None:
    assert set(results.suites) == {suite.key for suite in ALL}
    assert set(RESULTS.glob("*.svg")) == {path for path in MADE if path.suffix == ".svg"}


@pytest.mark.parametrize("suite", ALL, ids=lambda suite: suite.key)
def test_a_result_has_all_cases_and_enough_rounds(suite: startup.Suite, results: Results) -> None:
    result = results.suites[suite.key]
    assert [case["case"] for case in result["cases"]] == [case.key for case in suite.cases]
    if suite is installed.SUITE:
        return
    assert result["effort"]["rounds"] >= 7
    assert result["effort"]["seconds"] >= 0.5
    assert result["versions"]["Python"]
    for case in result["cases"]:
        for side in case["sides"]:
            assert len(side["rounds"]["cpu"]) == len(side["rounds"]["wall"]) >= 7
            assert min(side["rounds"]["cpu"]) <= side["median"]["cpu"] <= max(side["rounds"]["cpu"])
        assert case["ratios"] == ratios(case["sides"])


def test_every_side_was_measured_in_every_case_that_it_does(results: Results) -> None:
    for suite in SUITES:
        for case in suite.cases:
            expected = {side.key for side in SIDES if side.does(case.function, case.tls)}
            measured = {f"{side['language']} {side['side']}" for side in results.sides(case.key)}
            assert measured == expected, case.key


def test_every_figure_that_is_aimed_at_was_measured(results: Results) -> None:
    for row in ROWS:
        for figure in row.figures:
            assert figure.find(results) is not None, row.what


@pytest.mark.parametrize(
    ("value", "less", "shown"),
    [
        (2.0, False, "2.00"),
        (1.99, False, "1.99 (missed)"),
        (2.0, True, "2.00"),
        (2.01, True, "2.01 (missed)"),
        (None, False, "not measured"),
    ],
)
def test_a_missed_figure_is_marked(
    value: float | None, less: bool, shown: str, results: Results
) -> None:
    assert Figure(3.0, 2.0, lambda _: value, less=less).word(results) == shown


@pytest.mark.parametrize("path", [path for path in MADE if path.suffix == ".svg"])
def test_a_plot_is_xml_that_fits_its_page(path: Path) -> None:
    root = ElementTree.fromstring(MADE[path])  # noqa: S314 - made here
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert "prefers-color-scheme: dark" in MADE[path]
    assert len(MADE[path]) < 40_000


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*")), ids=lambda path: path.name)
def test_results_name_no_folder_and_no_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert str(Path.home()) not in text
