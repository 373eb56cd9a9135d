"""`python -m bench run` measures, `python -m bench report` writes plots and pages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench import installed, report, startup
from bench.failure import BenchError
from bench.measuring import Effort
from bench.places import BUILT, RESULTS
from bench.results import Results
from bench.run import Choice, run, save, show
from bench.sides import LANGUAGES
from bench.suites import SUITES, suite

# As a shell's own status after Ctrl-C.
INTERRUPTED = 130


def names() -> list[str]:
    return [suite.key for suite in (*SUITES, startup.SUITE, installed.SUITE)]


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    measured = commands.add_parser("run", help="measure, and print the medians")
    measured.add_argument("--suite", action="append", choices=names(), help="default: all")
    measured.add_argument("--language", action="append", choices=LANGUAGES, help="default: all")
    measured.add_argument("--side", action="append", metavar="WORD", help="sides with WORD in them")
    measured.add_argument("--case", action="append", metavar="KEY", help="only these cases")
    measured.add_argument("--rounds", type=int, default=Effort.rounds)
    measured.add_argument("--seconds", type=float, default=Effort.seconds, help="of a round")
    measured.add_argument("--warm-up", type=float, default=Effort.warm_up, help="seconds")
    measured.add_argument(
        "--commit", action="store_true", help=f"write into bench/{RESULTS.name}, for the pages"
    )
    commands.add_parser("report", help="write plots and pages from bench/results")
    return parser


def parsed() -> argparse.Namespace:
    parser = arguments()
    given = parser.parse_args()
    if given.command == "run":
        if given.rounds < 1 or given.seconds <= 0 or given.warm_up <= 0:
            parser.error("--rounds, --seconds and --warm-up are more than 0")
        # The pages need all sides of all cases.
        if given.commit and (given.language or given.side or given.case):
            parser.error("--commit writes whole suites, without --language, --side and --case")
    return given


def main() -> None:
    given = parsed()
    if given.command == "report":
        report.write(Results(RESULTS))
        return
    effort = Effort(given.rounds, given.seconds, given.warm_up)
    choice = Choice(given.language or (), given.side or ())
    folder: Path = RESULTS if given.commit else BUILT / "results"
    for key in given.suite or names():
        if key == startup.SUITE.key:
            result = startup.run(effort, choice)
        elif key == installed.SUITE.key:
            result = installed.run(effort)
        else:
            result = run(suite(key).only(given.case), effort, choice)
        if not any(case["sides"] for case in result["cases"]):
            print(f"{key}: no side was chosen", file=sys.stderr)
            continue
        show(result)
        save(folder, result)


def reported() -> None:
    """As `main`; what cannot be done ends with a line that says so."""
    try:
        main()
    except BenchError as error:
        sys.exit(f"bench: {error}")
    except FileNotFoundError as error:
        sys.exit(f"bench: {error.filename} is not there: run `make bench-setup` first")
    except OSError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        print("\nbench: interrupted; suites that were complete are written", file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    reported()
