"""`regional figure`: what there is, what it is drawn of, and the file that is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from regional.command_line import main


def run(capsys: pytest.CaptureFixture[str], warehouse: Path, *arguments: str) -> tuple[int, str, str]:
    status = main(["--warehouse", str(warehouse), "figure", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_figures_are_listed_with_subjects(capsys, default_warehouse_file: Path) -> None:
    status, out, _ = run(capsys, default_warehouse_file)
    assert status == 0
    assert "SIMULATED" in out
    (line,) = [line for line in out.splitlines() if line.startswith("placebo ")]
    assert line.split() == ["placebo", "6", "ic_placebo,", "ic_placebo_sourced,", "ic_data_placebo_ais,", "..."]
    assert "city_map" in out and "--geojson" in out
    assert max(len(line) for line in out.splitlines()) <= 160


def test_several_subjects_are_listed(capsys, default_warehouse_file: Path) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "lorenz")
    assert status == 0
    assert out.splitlines()[-3:] == ["provinces", "cities_resident", "cities_registered"]


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_figure_is_written(suffix: str, capsys, default_warehouse_file: Path, tmp_path: Path) -> None:
    target = tmp_path / f"lorenz.{suffix}"
    status, out, _ = run(capsys, default_warehouse_file, "lorenz", "provinces", "--to", str(target), "--labels", "zh")
    assert status == 0
    assert "模拟数据" in out and "基尼系数" in out and str(target) in out
    assert target.stat().st_size > 10_000


def test_without_a_file_it_is_named_after_its_subject(
    capsys, default_warehouse_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, default_warehouse_file, "urban_rural_theil", "region3")[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["urban_rural_theil_region3.svg"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["placbo"], "There is no figure 'placbo'"),
        (["placebo", "ic_placbo"], "the nearest are ic_placebo"),
        (["placebo", "ic_placebo", "--to", "a.pdf"], "let it end in .svg or .png"),
        (["city_map", "urban_rural_theil"], "name a GeoJSON with --geojson"),
        (["city_map", "urban_rural_theil", "--geojson", "none.json"], "none.json cannot be read"),
    ],
)
def test_what_does_not_exist_is_one_sentence(
    arguments: list[str], sentence: str, capsys, default_warehouse_file: Path
) -> None:
    status, _, err = run(capsys, default_warehouse_file, *arguments)
    assert status == 2
    assert sentence in err
    assert len(err.splitlines()) == 1
