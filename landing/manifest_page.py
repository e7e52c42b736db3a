"""The table of docs/manifest.md, made from what `landing.manifest` declares.

python -m landing.manifest_page    writes it
"""

from __future__ import annotations

from pathlib import Path

from landing.manifest import COLUMNS, Column

PAGE = Path(__file__).resolve().parents[1] / "docs" / "manifest.md"
_HEAD = "| column | needed | what it holds |\n|---|---|---|\n"


def table() -> str:
    """The columns of a manifest as a table in Markdown, one line a column."""
    lines = []
    for name, column in COLUMNS.items():
        needed = "yes" if column.is_needed else _readers(column.needed_by)
        lines.append(f"| `{name}` | {needed}{' ' if needed else ''}| {_meaning(column)} |\n")
    return _HEAD + "".join(lines)


def with_table(page: str) -> str:
    """A page with its table of columns as declared now; the page must have one."""
    before, head, after = page.partition(_HEAD)
    if not head:
        raise ValueError(f"{PAGE} has no table of columns: it begins with the line {_HEAD.splitlines()[0]!r}.")
    _, rest = after.split("\n\n", 1)
    return f"{before}{table()}\n{rest}"


def _readers(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _meaning(column: Column) -> str:
    said = f"{_readers(column.read_by)}: " if column.read_by else ""
    said += column.meaning + column.more
    for reader, name in column.empty_means.items():
        # A reader that stands alone before the meaning need not be named again.
        of_whom = "" if column.read_by == (reader,) else f"`{reader}`: "
        said += f"; {of_whom}empty means `{name}`"
    if column.else_means:
        said += f" where the file has such a column, and else {column.else_means}"
    return said


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
