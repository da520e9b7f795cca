"""The tables of the README are made from the code; `python -m tests.test_readme` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdf_parser.errors import ALL
from steps.contracts import STEPS

README = Path(__file__).parents[1] / "README.md"


def error_rows() -> str:
    rows = [
        f"| `{cls.code()}` | {cls.exit_code} | {'yes' if cls.retryable else 'no'} | {cls.default_message()} |"
        for cls in ALL
    ]
    return "\n".join(rows)


def step_rows() -> str:
    def listed(parameters):
        return ", ".join(f"`{p.name}`" for p in parameters)

    return "\n".join(f"| `{s.name}` | {s.title} | {listed(s.inputs)} | {listed(s.outputs)} |" for s in STEPS)


TABLES = {"| error | exit code |": error_rows, "| step | what it does |": step_rows}


@pytest.mark.parametrize("heading", TABLES)
def test_the_readme_table_is_up_to_date(heading):
    assert f"---|\n{TABLES[heading]()}\n" in README.read_text(), "run `python -m tests.test_readme`"


def rewrite() -> None:
    text = README.read_text()
    for heading, rows in TABLES.items():
        table = re.compile(rf"({re.escape(heading)}[^\n]*\n[^\n]*\n)(?:\|[^\n]*\n)*")
        text = table.sub(lambda found, rows=rows: f"{found.group(1)}{rows()}\n", text)
    README.write_text(text)


if __name__ == "__main__":
    rewrite()
