"""`bihuan demo`: plays Yongkang's year with progress, prints what came of it, writes the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from app.demo.plan import PlannedSuggestion
from app.demo.records import Cast
from app.demo.run import Progress, play
from app.demo.schedule import build_schedule, load_plan
from app.demo.setup import Stage, prepare
from app.demo.teller import Event
from app.papers import write_paper
from db.audit import AuditTrail
from db.database import reading
from engine.calendar import local_day
from reports.annual import AnnualReport, Illustrative, Part, annual_report
from reports.funnel import FunnelStep
from reports.paper import paper_of
from reports.rates import Rate, percent_text

REPORT_NAME = "yongkang-2024-report"
_NOTE = (
    "公开报告只载明重点建议的方面、领衔代表、领办领导和办理成效；"
    "承办单位、建议标题、督办领导、日期以及377件一般建议均为演示而编，标注“示意”。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What a run of the demo left behind."""

    until: date
    progress: Progress
    report: AnnualReport
    audit_sequence: int
    audit_digest: str
    files: tuple[Path, ...]

    def as_dict(self) -> dict[str, object]:
        """For machines: counts, rates, the audit head and the files written."""
        return {
            "until": self.until.isoformat(),
            "commands": self.progress.performed,
            "repeated": self.progress.repeated,
            "rungs": self.progress.rungs,
            "funnel": {step.name: step.count for step in self.report.funnel},
            "rates": {
                rate.name: {
                    "numerator": len(rate.numerator),
                    "denominator": len(rate.denominator),
                    "percent": None if rate.percent is None else str(rate.percent),
                    "formula": {"zh": rate.wording.zh, "en": rate.wording.en},
                }
                for rate in self.report.headline.rates
            },
            "audit": {"sequence": self.audit_sequence, "digest": self.audit_digest},
            "files": [str(path) for path in self.files],
        }


def run_demo(url: str, *, seed: int, out: Path, until: date | None, console: Console) -> DemoResult:
    """Play the year (up to `until`) on the database at `url` and write the report to `out`.

    Running it again continues where an earlier run with the same seed stopped.
    """
    out.mkdir(parents=True, exist_ok=True)
    cast, planned = load_plan(seed)
    stage = prepare(url, cast)
    try:
        return _run(stage, cast, planned, out=out, until=until, console=console)
    finally:
        stage.store.database.dispose()


def _run(  # one run has these parts
    stage: Stage,
    cast: Cast,
    planned: tuple[PlannedSuggestion, ...],
    *,
    out: Path,
    until: date | None,
    console: Console,
) -> DemoResult:
    events = build_schedule(cast, planned, calendar=stage.calendar, profile=stage.profile)
    last = min(until or cast.calendar.report_date, cast.calendar.report_date)
    progress = _play(stage, events, last, console)
    report = _report(stage, last)
    files = _write(report, out)
    end = AuditTrail(stage.store.database).head(stage.congress)
    return DemoResult(
        until=last,
        progress=progress,
        report=report,
        audit_sequence=end.sequence,
        audit_digest=end.digest,
        files=files,
    )


def _play(stage: Stage, events: tuple[Event, ...], until: date, console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[day]}"),
        TimeElapsedColumn(),
    )
    total = sum(local_day(one.at) <= until for one in events)
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("提→交→办→督", total=total, day="")

        def told(progress: Progress) -> None:
            bar.update(task, completed=progress.performed, day=progress.day.isoformat())

        return play(stage.desk, stage.store, stage.congress, events, until=until, told=told)


def _report(stage: Stage, as_of: date) -> AnnualReport:
    with stage.store.read(stage.congress) as transaction:
        directory = transaction.directory()
    with reading(stage.store.database) as connection:
        return annual_report(
            connection,
            stage.congress,
            directory.congress.session,
            profile=stage.profile,
            directory=directory,
            as_of=as_of,
            illustrative=Illustrative(parts=frozenset(Part), note=_NOTE),
        )


def _write(report: AnnualReport, out: Path) -> tuple[Path, ...]:
    return write_paper(paper_of(report), out, REPORT_NAME)


def print_result(result: DemoResult, console: Console) -> None:
    """The funnel by stage, the rates with their formulas, and where the report lies."""
    console.print(_funnel_table(result.report.funnel))
    console.print(_rates_table(result.report.headline.rates))
    repeated = f",其中{result.progress.repeated}条此前已办" if result.progress.repeated else ""
    console.print(
        f"共办理{result.progress.performed}条命令{repeated},"
        f"触发期限提醒{result.progress.rungs}次(截至{result.until});"
        f"办理记录{result.audit_sequence}条,末条校验值{result.audit_digest[:16]}"
    )
    for path in result.files:
        console.print(f"报告 report: {path}")


_STAGES = {"raise": "认真提", "hand-over": "精准交", "handle": "扎实办", "supervise": "及时督"}


def _funnel_table(steps: tuple[FunnelStep, ...]) -> Table:
    table = Table(title="闭环各环节 The loop, stage by stage")
    for name in ("环节 stage", "步骤 step", "件数 cases"):
        table.add_column(name, justify="right" if "cases" in name else "left")
    for step in steps:
        mark = "(退出 left the loop)" if step.aside else ""
        table.add_row(
            _STAGES[step.stage.value], f"{step.label.zh} {step.label.en}{mark}", str(step.count)
        )
    return table


def _rates_table(rates: tuple[Rate, ...]) -> Table:
    table = Table(title="各项比率及其算法 Rates and their formulas")
    for name in ("指标 rate", "结果", "分子/分母", "算法 formula"):
        table.add_column(name, justify="right" if name in ("结果", "分子/分母") else "left")
    for rate in rates:
        table.add_row(
            f"{rate.label.zh} {rate.label.en}",
            percent_text(rate.percent),
            f"{len(rate.numerator)}/{len(rate.denominator)}",
            rate.wording.zh,
        )
    return table
