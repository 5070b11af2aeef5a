"""`.ci/audit`: what is a finding, what is clean, and what could not be asked."""

import json
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from tests.support.processes import ROOT


@pytest.fixture
def audit() -> ModuleType:
    """The script as a module."""
    spec = spec_from_loader("audit", SourceFileLoader("audit", str(ROOT / ".ci" / "audit")))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(monkeypatch: pytest.MonkeyPatch, audit: ModuleType, status: int, said: object) -> None:
    """Let every check end with `status` and say so."""
    text = said if isinstance(said, str) else json.dumps(said)
    done = subprocess.CompletedProcess([""], status, text, "the words of the program")
    monkeypatch.setattr(audit, "run", lambda *_: done)


KNOWN = {"name": "tornado", "version": "6.6.1", "vulns": []}
HOLE = {"name": "tornado", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}
PASSED_OVER = {"name": "tornado", "skip_reason": "not found on the index"}
OURS = {"name": "mqtt-plot", "skip_reason": "editable"}


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (0, {"dependencies": [KNOWN, OURS]}, "clean"),
        (1, {"dependencies": [HOLE, OURS]}, "FOUND"),
        (1, {"dependencies": [HOLE, PASSED_OVER]}, "FOUND"),
        (0, {"dependencies": [KNOWN, PASSED_OVER]}, "NOT CHECKED"),
        (1, "", "NOT CHECKED"),
        (124, "", "NOT CHECKED"),
    ],
)
def test_pip_audit(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, status: int, said: object, expected: str
) -> None:
    """A package that the service does not know is not clean; a hole is found whatever else was passed over."""
    answer(monkeypatch, audit, status, said)
    assert audit.pip_audit() == expected


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (0, {"metadata": {"vulnerabilities": {"total": 0}}}, "clean"),
        (1, {"metadata": {"vulnerabilities": {"total": 1}}}, "FOUND"),
        (1, {"error": {"code": "ENOAUDIT"}}, "NOT CHECKED"),
        (124, "", "NOT CHECKED"),
    ],
)
def test_npm_audit(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, status: int, said: object, expected: str
) -> None:
    """An endpoint that answers with an error has told nothing."""
    answer(monkeypatch, audit, status, said)
    assert audit.npm_audit() == expected


@pytest.mark.parametrize(
    ("verdicts", "strict", "status"),
    [
        (("clean", "clean", "clean"), "", 0),
        (("NOT CHECKED", "clean", "clean"), "", 0),
        (("clean", "FOUND", "clean"), "", 1),
        (("NOT CHECKED", "clean", "FOUND"), "", 1),
        (("NOT CHECKED", "clean", "clean"), "1", 1),
    ],
)
def test_only_a_finding_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, verdicts: tuple[str, ...], strict: str, status: int
) -> None:
    """Unless AUDIT_STRICT wants every service to have answered."""
    monkeypatch.setenv("AUDIT_STRICT", strict)
    for name, verdict in zip(("pip_audit", "npm_audit", "schemathesis"), verdicts, strict=True):
        monkeypatch.setattr(audit, name, lambda verdict=verdict: verdict)
    assert audit.main() == status
