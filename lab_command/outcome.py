"""pytest plugin of ``lab test``: says what could not run here and why, and fails a test that could have run.

A test that this host cannot run says so with ``pytest.skip("cannot run here: <reason>")``. Any other skip, and a
run without any test, counts as a failure: a test that is quietly left out proves nothing.
"""

from __future__ import annotations

import json
import os

import pytest

from .speech import _
from .testing import FAILED_CHECKS

EXCUSE = "cannot run here: "


class Outcome:
    """Collects the skips of one session."""

    def __init__(self) -> None:
        self.excused: dict[str, list[str]] = {}
        self.unexcused: list[tuple[str, str]] = []
        self.failed_checks: list[str] = json.loads(os.environ.get(FAILED_CHECKS, "[]"))

    def note(self, test: str, reason: str) -> None:
        if EXCUSE in reason:
            self.excused.setdefault(reason.split(EXCUSE, 1)[1], []).append(test)
        else:
            self.unexcused.append((test, reason))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.note(report.nodeid, _reason(report.longrepr))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.note(report.nodeid, _reason(report.longrepr))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == 0 and (self.unexcused or self.failed_checks):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        if self.excused:
            terminalreporter.section(_("could not run here"))
            for reason, tests in sorted(self.excused.items()):
                write(
                    _("{reason} ({n} tests, the first is {test})", reason=reason, n=len(tests), test=tests[0])
                )
        if self.unexcused:
            terminalreporter.section(_("left out although they could have run"))
            for test, reason in self.unexcused:
                write(f"{test}: {reason}")
        if self.failed_checks:
            terminalreporter.section(_("checks that found something"))
            for name in self.failed_checks:
                write(name)


def _reason(longrepr: object) -> str:
    """pytest gives a skip as (file, line, reason)."""
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Outcome(), "lab-outcome")
