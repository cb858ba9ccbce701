"""The report of a run: one HTML file with its own pictures, for a browser without a network, and for paper."""

from pathlib import Path

from lab.core.diagnostics import diagnose
from lab.experiment.session import Session
from lab.experiment.training.diagnostics_sampler import Sample
from lab.experiment.training.faults import Finding
from lab.export.capture import Capture
from lab.export.report.markup import Markup, element
from lab.export.report.matrices import matrices_section
from lab.export.report.sections import (
    curves_section,
    data_section,
    edits_section,
    figures,
    flow_section,
    results_section,
    settings_section,
    stack_section,
)
from lab.export.report.style import style
from lab.version import program_version


def report_files(capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return the report as one file; ValueError for a model file, which has no run to tell of."""
    session = capture.session()
    samples = capture.samples
    if session.steps and (not samples or samples[-1][0] != session.steps):
        samples = (*samples, (session.steps, diagnose(session.network)))
    return {path: report_text(session, samples, capture.findings).encode("utf-8")}


def report_text(session: Session, samples: tuple[Sample, ...], findings: tuple[Finding, ...]) -> str:
    """Return the report of a run as it stands; samples, findings: what was measured on the way, what it showed."""
    marks = [(float(edit.step), edit.name) for edit in session.edits]
    name = session.experiment.name
    body = element(
        "main",
        element("h1", name),
        element("p", f"{session.dataset.title}; written by Delta Lab {program_version()}", class_="dim"),
        figures(session),
        data_section(session),
        stack_section(session),
        settings_section(session),
        curves_section(session, marks),
        results_section(session),
        flow_section(session, samples, findings),
        matrices_section(session),
        edits_section(session),
    )
    head = element("head", Markup('<meta charset="utf-8">'), _VIEW, element("title", f"{name} – Delta Lab"), style())
    return f"<!DOCTYPE html>\n{element('html', head, element('body', body), lang='en')}\n"


_VIEW = Markup('<meta name="viewport" content="width=device-width,initial-scale=1">')
