"""A process that measures one side: `python -m bench.python.worker MODULE FUNCTION`.

Prints `ready`, then for each line with a number does so many calls and prints the nanoseconds of
CPU time that the process used, all its threads together, and the nanoseconds that passed.
"""

from __future__ import annotations

import importlib
import sys
import time

from bench.python.setting import Setting, Work


def main(module: str, function: str) -> None:
    make = getattr(importlib.import_module(f"bench.python.{module}"), function)
    work: Work = make(Setting.of_the_environment())
    print("ready", flush=True)
    for line in sys.stdin:
        calls = int(line)
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        work(calls)
        cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
        print(cpu, wall, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
