"""Readers that abort, hang or grow; links that lead out; files that change or vanish; several sheets of a workbook."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from landing import LandingError, land, limits, packages
from landing.apart import Apart
from landing.grid import read_grids
from landing.matching import ALLOW_LINKS
from landing.plugin import Plugin
from tests.landing.bad_inputs import GOOD, SHEET, WIDE, good_workbook, rewritten, sheet_xml
from tests.support.project import ROOT
from tests.support.warehouse import write_csv, write_manifest

ABORTING = sheet_xml('<row r="1"><c r="A99999999999"><v>1</v></c></row>')


def _workbooks(folder: Path, *names: str) -> None:
    """Good workbooks of different contents, and the manifest that lists them."""
    for number, name in enumerate(names):
        workbook = good_workbook()
        workbook.worksheets[0].cell(2, 3, 100 + number)
        workbook.save(folder / name)
    write_manifest(folder, *({**WIDE, "path": name} for name in names))


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[Apart]:
    """Every reader that starts a process, as often as it does."""
    started: list[Apart] = []
    start = Apart._start

    def counted(self: Apart) -> object:
        started.append(self)
        return start(self)

    monkeypatch.setattr(Apart, "_start", counted)
    return started


def test_one_process_reads_all_files_and_ends_with_them(tmp_path: Path, processes: list[Apart]) -> None:
    _workbooks(tmp_path, "a.xlsx", "b.xlsx", "c.xlsx")
    assert land(tmp_path, tmp_path / "cache").cells.num_rows == 3
    assert len(processes) == 1
    assert processes[0]._process is None


def test_files_that_are_in_the_cache_start_no_process(tmp_path: Path, processes: list[Apart]) -> None:
    _workbooks(tmp_path, "a.xlsx", "b.xlsx")
    cells = land(tmp_path, tmp_path / "cache").cells.to_pylist()
    assert land(tmp_path, tmp_path / "cache").cells.to_pylist() == cells
    assert len(processes) == 1


def test_a_reader_that_aborts_is_replaced(tmp_path: Path) -> None:
    _workbooks(tmp_path, "good.xlsx", "bad.xlsx")
    rewritten(tmp_path / "bad.xlsx", {SHEET: ABORTING})
    with Apart() as reader:
        for _ in range(2):
            with pytest.raises(LandingError, match=r"^bad.xlsx made the program that reads workbooks and tables abort"):
                read_grids(tmp_path / "bad.xlsx", "", "", reader)
            assert len(read_grids(tmp_path / "good.xlsx", "", "", reader)["Sheet"]) == 2
        assert reader.started == 3


def test_a_reader_that_cannot_be_started_is_not_blamed_on_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _workbooks(tmp_path, "file.xlsx")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(LandingError, match=r"^The program that reads workbooks and tables cannot be started"):
        land(tmp_path)


def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _workbooks(tmp_path, "file.xlsx")
    monkeypatch.setattr(limits, "READ_SECONDS", 0.001)
    with pytest.raises(LandingError, match=r"^file.xlsx could not be read within 0.001 seconds: delete the sheets"):
        land(tmp_path)


def test_a_reader_has_a_bounded_memory(tmp_path: Path) -> None:
    """A hidden cell far away asks for half a terabyte; this process stays as small as it was."""
    _workbooks(tmp_path, "file.xlsx")
    far = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    rewritten(tmp_path / "file.xlsx", {SHEET: sheet_xml(far)})
    with pytest.raises(LandingError, match="needs too much memory"):
        land(tmp_path)


def test_the_process_imports_neither_pandas_nor_arrow_for_workbooks() -> None:
    code = "import sys, landing.workbooks, landing.worker; print({'pandas', 'pyarrow', 'duckdb'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("UNPACKED_BYTES", 1000, "file.xlsx unfolds to more than 0 MB (in "),
        ("PARTS", 3, "file.xlsx is an archive of "),
        ("SHEET_CELLS", 5, "file.xlsx, sheet Sheet, reaches to row 2 and column 3 (cell C2), more than 5 cells"),
    ],
)
def test_a_workbook_beyond_a_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, sentence: str
) -> None:
    _workbooks(tmp_path, "file.xlsx")
    packages.looked_into(tmp_path / "file.xlsx")
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(LandingError) as raised:
        packages.looked_into(tmp_path / "file.xlsx")
    assert str(raised.value).startswith(sentence)


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("FILE_BYTES", 10, r"file.csv has 0 MB, and at most 0 are read: keep the columns"),
        ("TABLE_CELLS", 5, r"file.csv has more than 5 fields \(line 2\): keep the columns"),
    ],
)
def test_a_text_beyond_a_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, sentence: str
) -> None:
    (tmp_path / "file.csv").write_text(GOOD, encoding="utf-8")
    write_manifest(tmp_path, WIDE)
    assert land(tmp_path).cells.num_rows == 1
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(LandingError, match=sentence):
        land(tmp_path)


# Links


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A data folder with a link to a file outside it."""
    (tmp_path / "outside.csv").write_text(GOOD, encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()
    os.symlink("../outside.csv", folder / "file.csv")
    write_manifest(folder, WIDE)
    return folder


def test_a_setting_allows_links_out_of_the_folder(linked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LandingError, match="lies outside"):
        land(linked)
    monkeypatch.setenv(ALLOW_LINKS, "true")
    assert land(linked).cells.num_rows == 1


def test_links_inside_the_folder_and_to_it_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "real.csv").write_text(GOOD, encoding="utf-8")
    os.symlink("a/real.csv", folder / "file.csv")
    write_manifest(folder, WIDE)
    os.symlink("data", tmp_path / "link")
    assert land(folder).cells.num_rows == 1
    assert land(tmp_path / "link").cells.num_rows == 1


def test_an_unlisted_link_is_not_opened(linked: Path) -> None:
    (linked / "own.csv").write_text(GOOD, encoding="utf-8")
    write_manifest(linked, {**WIDE, "path": "own.csv"})
    assert land(linked).files.column("path").to_pylist() == ["own.csv"]


def test_a_file_that_the_system_does_not_give_is_a_sentence(linked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.path.exists("/proc/self/mem"):
        pytest.skip("no file is known here that is there and cannot be read")
    monkeypatch.setenv(ALLOW_LINKS, "true")
    (linked / "file.csv").unlink()
    os.symlink("/proc/self/mem", linked / "file.csv")
    with pytest.raises(LandingError, match=r"^file.csv cannot be read \(Input/output error\): check that it is there"):
        land(linked)


# Files that change


def _replaced(path: Path) -> None:
    path.write_text(GOOD.replace("100", "101"), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_replaced, "second.csv changed while it was being read: run again when it is complete."),
        (Path.unlink, "second.csv cannot be read (No such file or directory): check that it is there"),
    ],
)
def test_a_file_that_changes_after_it_was_hashed_is_refused(
    tmp_path: Path, change: Callable[[Path], None], sentence: str
) -> None:
    for number, name in enumerate(("first.csv", "second.csv")):
        (tmp_path / name).write_text(GOOD.replace("2019", f"201{number}"), encoding="utf-8")
    write_manifest(tmp_path, *({**WIDE, "path": name} for name in ("first.csv", "second.csv")))

    def change_second(line: str) -> None:
        if "first.csv" in line:
            change(tmp_path / "second.csv")

    with pytest.raises(LandingError) as raised:
        land(tmp_path, say=change_second)
    assert str(raised.value).startswith(sentence)


def _in_place(path: Path) -> None:
    """The same size, and the old time of change set again."""
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"100", b"999"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _put_in_its_place(path: Path) -> None:
    other = path.with_suffix(".new")
    shutil.copy2(path, other)
    other.replace(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda path: path.write_bytes(path.read_bytes() + b"b,2010,5\n"), "changed after the build had begun"),
        (_in_place, "changed after the build had begun"),
        (_put_in_its_place, "changed after the build had begun"),
        (Path.unlink, "records.csv cannot be read"),
    ],
)
def test_a_file_of_records_that_changes_before_it_was_read_fails_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], says: str
) -> None:
    write_csv(tmp_path / "records.csv", [["city", "year", "wage"], ["苏州市", 2010, 100]])
    write_manifest(tmp_path, {"path": "records.csv", "reader": "wage_records"})
    monkeypatch.setenv("REGIONAL_DATA", str(tmp_path))
    plugin = Plugin("landing", {})
    with duckdb.connect() as connection:
        plugin.configure_connection(connection)
        connection.execute("select land_data_folder()")
        assert connection.execute("select check_record_files()").fetchall() == [(1,)]
        change(tmp_path / "records.csv")
        with pytest.raises(duckdb.Error, match=says):
            connection.execute("select check_record_files()")


@pytest.mark.long
def test_a_build_fails_whose_records_change_while_it_runs(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    records = write_csv(folder / "records.csv", [["city", "year", "wage"], ["苏州市", 2010, 100]])
    write_manifest(folder, {"path": "records.csv", "reader": "wage_records"})
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "build", "--select", "+wage_record_bins"]
    with subprocess.Popen(
        [*command, "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")],
        cwd=ROOT,
        env=os.environ
        | {"REGIONAL_DATA": str(folder), "REGIONAL_CACHE": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"}
        | {"REGIONAL_WAREHOUSE": str(tmp_path / "regional.duckdb"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as build:
        assert build.stdout is not None
        lines = []
        for line in build.stdout:
            lines.append(line)
            if "landed " in line:
                _in_place(records)
    said = "".join(lines)
    assert build.returncode != 0
    assert "records.csv changed after the build had begun to read it: run again when it is complete." in said


def test_every_model_that_reads_files_of_records_checks_them_afterwards() -> None:
    reading = [
        path for path in (ROOT / "models").rglob("*.sql") if "wage_records()" in path.read_text(encoding="utf-8")
    ]
    assert len(reading) == 3
    for path in reading:
        assert '{{ config(post_hook="{{ check_record_files() }}") }}' in path.read_text(encoding="utf-8")


# Sheets


def _two_sheets(path: Path) -> None:
    workbook = openpyxl.Workbook()
    for number, sheet in enumerate((workbook.active, workbook.create_sheet("B"))):
        assert sheet is not None
        sheet.append(["place", "year", "gdp_亿元"])
        sheet.append(["北京", 2018 + number, 100 + number])
    workbook.save(path)


def test_two_sheets_of_a_workbook_are_two_files_with_one_path(tmp_path: Path) -> None:
    _two_sheets(tmp_path / "file.xlsx")
    write_manifest(tmp_path, *({**WIDE, "path": "file.xlsx", "sheet": sheet} for sheet in ("Sheet", "B")))
    for _ in range(2):
        landed = land(tmp_path, tmp_path / "cache")
        assert landed.files.column("path").to_pylist() == ["file.xlsx", "file.xlsx"]
        assert len(set(landed.files.column("file_id").to_pylist())) == 2
        cells = landed.cells.to_pylist()
        assert [(cell["sheet"], cell["year_text"], cell["value_text"]) for cell in cells] == [
            ("Sheet", "2018", "100"),
            ("B", "2019", "101"),
        ]
        assert [cell["file_id"] for cell in cells] == landed.files.column("file_id").to_pylist()


def test_one_sheet_of_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    """As a file that has no sheets: listing a second sheet is what makes a key of its own necessary."""
    _two_sheets(tmp_path / "file.xlsx")
    write_manifest(tmp_path, {**WIDE, "path": "file.xlsx", "sheet": "B"})
    content = hashlib.sha256((tmp_path / "file.xlsx").read_bytes()).hexdigest()
    assert land(tmp_path).files.column("file_id").to_pylist() == [content]


def test_a_copy_of_a_workbook_is_read_once_a_sheet(tmp_path: Path) -> None:
    _two_sheets(tmp_path / "a.xlsx")
    shutil.copy(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    write_manifest(
        tmp_path,
        {**WIDE, "path": "a.xlsx", "sheet": "Sheet"},
        {**WIDE, "path": "b.xlsx", "sheet": "B"},
        {**WIDE, "path": "*.xlsx", "sheet": "none"},
    )
    with pytest.raises(LandingError, match=r"a.xlsx has no sheet 'none'"):
        land(tmp_path)
    write_manifest(tmp_path, {**WIDE, "path": "a.xlsx", "sheet": "B"}, {**WIDE, "path": "b.xlsx", "sheet": "B"})
    landed = land(tmp_path)
    assert landed.cells.num_rows == 1
    assert landed.notices.column("message").to_pylist() == ["b.xlsx has the same content as a.xlsx: read once."]


def test_rows_that_are_short_are_remarked_on_also_from_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text(
        "place,year,gdp,cpi\n北京,2019,1,2\n天津,2019,1\n上海,2019,1\n", encoding="utf-8"
    )
    write_manifest(tmp_path, WIDE)
    for _ in range(2):
        assert land(tmp_path, tmp_path / "cache").notices.to_pylist() == [
            {
                "kind": "short rows",
                "path": "file.csv",
                "message": "file.csv has 2 rows with fewer fields than the header (first row 3): the missing count as "
                "blank.",
            }
        ]
