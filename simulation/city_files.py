"""The city files of the demo: yearbooks, and the compilations that hold what yearbooks do not print.

Every file says SIMULATED inside, and the same frame gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from simulation.city_accounts import as_compiled, with_accounts
from simulation.city_headers import sectors
from simulation.city_names import cities, name_in_force, short_name
from simulation.city_surveys import COMPILED_YEARS, INCOMES, SOURCE_DECIMALS, as_surveyed, of_province
from simulation.places import cny_per_usd, provinces
from simulation.printing import NOTE, write_csv, write_workbook
from simulation.yearbooks import as_printed, panel_units, write_yearbooks

_SOURCE = "模拟 SIMULATED"


@dataclass(frozen=True)
class Compilation:
    """A file of one row a city and year: its stem, its first year, and heading -> (panel column, unit)."""

    stem: str
    suffix: str
    first_year: int
    columns: Mapping[str, tuple[str, str]]
    note: str
    adds_rows: bool = False
    vintage: str = "simulated"


#: what a study needs and yearbooks print in no edition, or not in all
WIDE = (
    Compilation(
        "wide_城市进出口",
        ".csv",
        2004,
        {
            "进口总额_万美元": ("imports_100m_cny", "万美元"),
            "出口总额_万美元": ("exports_100m_cny", "万美元"),
        },
        "Yearbooks print trade from data year 2017 on",
    ),
    Compilation(
        "wide_城市外观设计专利公开数",
        ".csv",
        2004,
        {"外观设计专利公开数(件)": ("design_patents_published_items", "件")},
        "Yearbooks do not print design patents",
    ),
    Compilation(
        "wide_城市生产总值与平减指数",
        ".xlsx",
        2004,
        {
            "名义GDP(亿元)": ("gdp_100m_cny", "亿元"),
            "第一产业比重(%)": ("gdp_share_primary_pct", "%"),
            "第二产业比重(%)": ("gdp_share_secondary_pct", "%"),
            "第三产业比重(%)": ("gdp_share_tertiary_pct", "%"),
            "GDP平减指数(2000年=1)": ("gdp_deflator_index_2000_1", "2000年=1"),
            "GDP指数(上年=100)": ("gdp_index_previous_year_100", "上年=100"),
        },
        "Yearbooks print no deflator, and the edition of 2018 GDP of the districts only; GDP of Ningxia is of another "
        "revision",
        vintage="simulated_compilation",
    ),
    Compilation(
        "wide_城市就业与投资补充",
        ".xlsx",
        2017,
        {
            "单位从业人员(人)": ("emp_unit_total_10k_persons", "人"),
            "固定资产投资总额(万元)": ("fai_100m_cny", "万元"),
            "城镇私营和个体从业人员(人)": ("emp_private_selfemployed_10k_persons", "人"),
            "年末城镇登记失业人员数(人)": ("unemployed_registered_persons", "人"),
            "第一产业从业人员(人)": ("emp_primary_10k_persons", "人"),
            "第二产业从业人员(人)": ("emp_secondary_10k_persons", "人"),
            "第三产业从业人员(人)": ("emp_tertiary_10k_persons", "人"),
            **{f"{heading}(人)": (quantity, "人") for quantity, heading in sectors().items()},
        },
        "Yearbooks print investment to data year 2016, sectors and registered unemployed to 2019",
        adds_rows=True,
    ),
)
#: communiqués: indicator as printed -> (panel column, unit)
TIDY = {
    "城镇居民人均可支配收入": ("urban_income_cny", "元"),
    "农村居民人均可支配收入": ("rural_income_cny", "元"),
    "常住人口城镇化率": ("urbanisation_rate_pct", "%"),
}
_FDI = ("fdi_actual_10k_usd", "百万美元")

_COMMON = {
    "required": "true",
    "place_level": "city",
    "vintage": "simulated",
    "publisher": "simulated",
    "citation": "Simulated data, not statistics: docs/simulation.md",
    "licence": "CC0-1.0",
    "priority": "5",
    "is_simulated": "true",
}


def write_city_files(
    folder: Path,
    frame: pd.DataFrame,
    smart_cities: pd.DataFrame | None = None,
    wage_records: pd.DataFrame | None = None,
) -> list[dict[str, str]]:
    """Write the city files into a folder, byte for byte by frame, and give their manifest rows.

    frame: one row a city and year, columns of the city panel in its units, NaN where nothing is printed; trade may be
    in 10k US dollars (exports_10k_usd, imports_10k_usd). Other columns are left out.
    smart_cities: place, policy, year, batch, source, confidence. wage_records: city (code), year, wage (CNY), weight.
    """
    frame = with_accounts(as_surveyed(in_panel_units(frame)))
    write_yearbooks(folder, frame)
    rows = [_YEARBOOKS]
    for compilation in WIDE:
        if _has_any(frame, compilation):
            is_other = compilation.vintage != _COMMON["vintage"]
            rows.append(_write_wide(folder, compilation, as_compiled(frame) if is_other else frame))
    compiled = of_province(frame) & frame["year"].isin(COMPILED_YEARS)
    rows += [_write_fdi(folder, frame), _write_incomes(folder, frame[~compiled])]
    if compiled.any():
        rows.append(_write_compiled_incomes(folder, frame[compiled]))
    if smart_cities is not None:
        rows.append(_write_smart_cities(folder, smart_cities))
    if wage_records is not None:
        rows.append(_write_wage_records(folder, wage_records))
    return [_COMMON | row for row in rows]


def in_panel_units(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the city panel in a frame, sorted by city and year, with trade in the unit of the panel."""
    frame = frame.sort_values(["city_code", "year"], ignore_index=True)
    rate = frame["year"].map(cny_per_usd())
    for name in ("exports", "imports"):
        if f"{name}_10k_usd" in frame:
            frame[f"{name}_100m_cny"] = frame[f"{name}_10k_usd"] * rate / 1e4
    return frame[["city_code", "year", *(column for column in frame if column in panel_units())]]


_YEARBOOKS = {
    "path": "ccsy_模拟城市统计年鉴*.xlsx",
    "reader": "ccsy_workbook",
    "scope": "header",
    "unknown_headers": "ignore",
    "priority": "1",
    "note": "Edition N reports data year N - 1; planted defects are in docs/simulation_city_files.md",
}
# ---- layouts ------------------------------------------------------------------------------------------------


def _has_any(frame: pd.DataFrame, compilation: Compilation) -> bool:
    return any(quantity in frame for quantity, _ in compilation.columns.values())


def _write_wide(folder: Path, compilation: Compilation, frame: pd.DataFrame) -> dict[str, str]:
    wanted = frame[frame["year"] >= compilation.first_year]
    columns = {heading: said for heading, said in compilation.columns.items() if said[0] in frame}
    texts = [_texts(wanted, quantity, unit) for quantity, unit in columns.values()]
    lines = [
        [_province_of(code), name_in_force(code, year), str(year), *values]
        for code, year, *values in zip(wanted["city_code"], wanted["year"], *texts, strict=True)
    ]
    name = f"{compilation.stem}_{_span(wanted)}{compilation.suffix}"
    _write(folder / name, [["省份", "城市", "年份", *columns], *lines, [NOTE]])
    return {
        "path": name,
        "reader": "wide",
        "encoding": "utf-8" if compilation.suffix == ".csv" else "",
        "place_column": "城市",
        "year_column": "年份",
        "unknown_headers": "ignore",
        "adds_rows": str(compilation.adds_rows).lower(),
        "vintage": compilation.vintage,
        "note": compilation.note,
    }


def _write_fdi(folder: Path, frame: pd.DataFrame) -> dict[str, str]:
    """Foreign direct investment in million dollars; cities without their suffix."""
    name = f"tidy_城市外商直接投资_{_span(frame)}.xlsx"
    lines = [
        [str(year), short_name(code, year), value, _FDI[1], _SOURCE]
        for code, year, value in zip(frame["city_code"], frame["year"], _texts(frame, *_FDI), strict=True)
    ]
    _write(folder / name, [["year", "城市", "外商直接投资", "单位", "数据来源"], *lines, [NOTE]])
    return {
        "path": name,
        "reader": "tidy",
        "place_column": "城市",
        "year_column": "year",
        "value_column": "外商直接投资",
        "unit_column": "单位",
        "indicator": "fdi_actual",
        "adds_rows": "false",
        "note": "Yearbooks print foreign direct investment to data year 2019",
    }


def _write_incomes(folder: Path, frame: pd.DataFrame) -> dict[str, str]:
    """Communiqués: urban and rural income and the urbanisation rate, one row a value; cities without their suffix."""
    known = frame[frame[[quantity for quantity, _ in TIDY.values()]].notna().any(axis=1)]
    name = f"tidy_城乡居民收入与城镇化率_{_span(known)}.xlsx"
    lines = [
        [_province_of(code), short_name(code, year), str(year), indicator, value, unit, _SOURCE]
        for indicator, (quantity, unit) in TIDY.items()
        for code, year, value in zip(known["city_code"], known["year"], _texts(known, quantity, unit), strict=True)
        if value
    ]
    _write(folder / name, [["省份", "城市", "年份", "指标", "数值", "单位", "来源"], *lines, [NOTE]])
    return {
        "path": name,
        "reader": "tidy",
        "place_column": "城市",
        "year_column": "年份",
        "indicator_column": "指标",
        "value_column": "数值",
        "unit_column": "单位",
        "adds_rows": "false",
        "note": "Yearbooks print neither incomes nor, in most editions, the urbanisation rate",
    }


def _write_compiled_incomes(folder: Path, frame: pd.DataFrame) -> dict[str, str]:
    """Incomes and the urbanisation rate of one province in the layout of a compilation, one row a city and year."""
    quantities = [(INCOMES[0], "元"), (INCOMES[1], "元"), ("urbanisation_rate_pct", "ratio")]
    texts = [_texts(frame, *quantity) for quantity in quantities]
    codes = list(dict.fromkeys(frame["city_code"]))
    name = f"wide_{_span(frame)}年{len(codes)}个城市城乡收入与城镇化率.xlsx"
    lines = [
        [str(year), str(codes.index(code) + 1), name_in_force(code, year), *values]
        for code, year, *values in zip(frame["city_code"], frame["year"], *texts, strict=True)
    ]
    headings = ["year", "id", "dum", "城市家庭可支配（元）", "农村家庭可支配（元）", "城镇化率"]
    _write(folder / name, [headings, *lines, [NOTE]])
    return {
        "path": name,
        "reader": "wide",
        "place_column": "dum",
        "year_column": "year",
        "adds_rows": "false",
        "money_decimals": str(SOURCE_DECIMALS),
        "note": "Incomes of Fujian, which change their survey; some are computed: docs/simulation_city_files.md",
    }


def _write_smart_cities(folder: Path, smart_cities: pd.DataFrame) -> dict[str, str]:
    name = "policies_智慧城市试点_simulated.csv"
    lines = [[str(value) for value in row] for row in smart_cities.itertuples(index=False)]
    _write(folder / name, [[*smart_cities], *lines, [NOTE]])
    return {"path": name, "reader": "policies", "encoding": "utf-8", "note": "An invented list, to exercise the reader"}


def _write_wage_records(folder: Path, wage_records: pd.DataFrame) -> dict[str, str]:
    """Parquet, which has no room for a note below the table: the name of the file says so."""
    name = "wage_records_simulated.parquet"
    places = wage_records[["city", "year"]].drop_duplicates()
    names = {(code, year): name_in_force(code, year) for code, year in places.itertuples(index=False)}
    wage_records = wage_records.assign(
        city=[names[place] for place in zip(wage_records["city"], wage_records["year"], strict=True)]
    )
    wage_records.to_parquet(folder / name, index=False, compression="zstd")
    return {"path": name, "reader": "wage_records", "note": "Log-normal wages by city and year"}


def _province_of(code: str) -> str:
    name: str = provinces()["short_name_zh"][cities()[code]["province_code"]]
    return name


def _span(frame: pd.DataFrame) -> str:
    return f"{frame['year'].min()}-{frame['year'].max()}"


def _texts(frame: pd.DataFrame, quantity: str, unit: str) -> list[str]:
    """The values of a panel column as printed, in the order of the frame; '' where there is none."""
    values = frame[["year", quantity]].reset_index(drop=True)
    texts: dict[int, str] = {}
    for year in values["year"].unique():
        of_year = values.loc[values["year"] == year, quantity]
        numbers = as_printed(of_year, quantity, unit, int(year))
        texts |= {
            row: "" if number is None else f"{number:f}" for row, number in zip(of_year.index, numbers, strict=True)
        }
    return [texts[row] for row in range(len(values))]


def _write(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """A CSV, or a workbook with numbers as numbers and an empty second sheet, as compilations are passed around."""
    if path.suffix == ".csv":
        write_csv(path, lines)
        return
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet("Sheet1")
    for line in _typed(lines):
        sheet.append(line)
    workbook.create_sheet("Sheet2")
    write_workbook(path, workbook)


def _typed(lines: Sequence[Sequence[str]]) -> Iterator[list[str | int | float | None]]:
    for line in lines:
        yield [_number(text) for text in line]


def _number(text: str) -> str | int | float | None:
    digits = text.removeprefix("-").replace(".", "", 1)
    if not digits.isdecimal():
        return text or None
    return float(text) if "." in text else int(text)
