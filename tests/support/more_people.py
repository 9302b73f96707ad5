"""People of 临溪县 whom pages for all roles need besides those of the small congress."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import Line

MORE_PEOPLE = """\
people:
  - code: hu-jie
    name: 胡洁
    appointments: [{role: unit_clerk, unit: education}]
  - code: leader
    name: 高远
    appointments: [{role: government_leader}]
  - code: chair
    name: 卢平
    appointments: [{role: chairpersons}]
  - code: du-heng
    name: 杜衡
    appointments:
      - {role: lead_official, portfolio: portfolio-commerce}
"""


@pytest.fixture(autouse=True)
def more_people(line: Line, tmp_path: Path) -> None:
    """A clerk of 教育局, the chairpersons' meeting and a lead official besides."""
    file = tmp_path / "more.yaml"
    file.write_text(MORE_PEOPLE, encoding="utf-8")
    made = line.run("import", str(file))
    assert made.code == 0, made.out + made.err
