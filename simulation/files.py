"""The demo files: the simulated panel in the layouts in which researchers hold the real figures.

Every file says SIMULATED inside, and the same seed gives the same bytes: workbooks and the Stata file carry
fixed times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from landing.manifest import COLUMNS
from simulation.cities import simulate_cities, simulate_smart_cities, simulate_wage_records
from simulation.city_files import write_city_files
from simulation.city_truth import DRAWS, TRUTH_COLUMNS, truth_rows
from simulation.places import provinces
from simulation.printing import FIXED_TIME, NOTE, NOTE_EN, csv_text, write_csv, write_workbook
from simulation.process import CONSTANTS, FIRST_YEAR, LAST_YEAR, Constants, simulate_panel

DEFAULT_SEED = 1
_SPAN = f"{FIRST_YEAR}-{LAST_YEAR}"
_YEARS = list(range(LAST_YEAR, FIRST_YEAR - 1, -1))

#: interior cells left blank in budget expenditure, which no regression uses: gap filling has something to do
BLANKS = {("140000", 2010), ("420000", 2013), ("520000", 2011), ("640000", 2016)}

#: English names as the bureau's English exports misprint them
_ENGLISH_MISPRINTS = {"150000": "Mongolia", "500000": "Chongqin"}
#: the real income file writes both Shanxi and Shaanxi as shanxi; these are its other odd spellings
_PINYIN = {"150000": "neimenggu", "540000": "xizang", "610000": "shanxi"}
_EAST = {"110000", "120000", "130000", "210000", "310000", "320000", "330000", "350000", "370000", "440000", "460000"}
_CENTER = {"140000", "220000", "230000", "340000", "360000", "410000", "420000", "430000"}

#: bare file -> (panel column, unit)
_BARE = {
    "第一产业增加值": ("value_added_primary_100m_cny", "亿元"),
    "第二产业增加值": ("value_added_secondary_100m_cny", "亿元"),
    "第三产业增加值": ("value_added_tertiary_100m_cny", "亿元"),
    "城镇人口": ("pop_urban_10k_persons", "万人"),
    "乡村人口": ("pop_rural_10k_persons", "万人"),
}
_WIDE = {
    "进口总额_万美元": ("imports_10k_usd", "{:.0f}"),
    "出口总额_万美元": ("exports_10k_usd", "{:.0f}"),
    "实际使用外资_万美元": ("fdi_actual_10k_usd", "{:.0f}"),
    "外商投资企业投资总额_亿元": ("foreign_enterprise_investment_100m_cny", "{:.2f}"),
}
_TIDY = {
    "rd_exp_intramural": ("rd_expenditure_10k_cny", "{:.0f}", "1e4 CNY"),
    "va_industry": ("value_added_industry_100m_cny", "{:.2f}", "1e8 CNY"),
}
_GDP = f"nbs_地区生产总值_{_SPAN}_gbk.csv"
_GDP_BEFORE = f"nbs_地区生产总值_{_SPAN}_修订前_gbk.csv"
_SCIENCE = f"nbs_地方财政科学技术支出_{_SPAN}_utf8_tabs.csv"
_BUDGET = f"nbs_地方财政一般预算支出_{_SPAN}_utf8_tabs.csv"
_POPULATION = f"nbs_年末常住人口_{_SPAN}.xlsx"
_UNEMPLOYMENT = f"nbs_en_城镇登记失业率_{_SPAN}.xlsx"
_INCOME = f"income_urban_rural_{_SPAN}.dta"
_TRADE = f"wide_进出口与外资_{_SPAN}.csv"
_SUPPLEMENT = f"tidy_研发与工业_{_SPAN}.csv"


def write_demo(folder: Path, seed: int = DEFAULT_SEED) -> None:
    """Write all demo files and their manifest into `folder` (made if need be), byte for byte by seed."""
    folder.mkdir(parents=True, exist_ok=True)
    panel = simulate_panel(seed)
    _write_gdp(folder / _GDP, panel)
    _write_gdp(folder / _GDP_BEFORE, panel.assign(gdp_100m_cny=before_revision(panel)))
    _write_tabs(folder / _SCIENCE, panel, "exp_science_100m_cny", set())
    _write_tabs(folder / _BUDGET, panel, "budget_expenditure_100m_cny", BLANKS)
    _write_population(folder / _POPULATION, panel)
    _write_unemployment(folder / _UNEMPLOYMENT, panel)
    for title, (column, _) in _BARE.items():
        rows = _region_by_year(panel, column, "{:.2f}", provinces()["name_zh"])
        write_csv(folder / f"bare_{title}_{_SPAN}.csv", [_chinese_heading(), *rows, [NOTE]])
    _write_incomes(folder / _INCOME, panel)
    _write_wide(folder / _TRADE, panel)
    _write_tidy(folder / _SUPPLEMENT, panel)
    city_rows = write_city_files(
        folder, simulate_cities(seed), simulate_smart_cities(seed), simulate_wage_records(seed)
    )
    _write_manifest(folder / "manifest.csv", city_rows)


def before_revision(panel: pd.DataFrame) -> pd.Series[float]:
    """GDP as it was before a revision that panels do not take, which moved it by up to a fifth (100m CNY)."""
    turns = {code: (number * 7 % 11 - 5) / 25 for number, code in enumerate(sorted(set(panel["province_code"])))}
    return (panel["gdp_100m_cny"] * (1 - panel["province_code"].map(turns))).round(2)


def write_truth(path: Path, constants: Constants = CONSTANTS, draws: int = DRAWS) -> None:
    """Write the seed of true parameters: one row a specification and term.

    draws: how many draws of the cities the pseudo-true values are means of; with 0 there are only structural ones.
    """
    note = "Table 2 column 3 of the study, printed; the process of docs/simulation.md uses it as the truth"
    rows = [
        ["import_inequality", "ii_t2_c3", term, str(value), "structural", note]
        for term, value in constants.truth().items()
    ]
    cities = truth_rows(draws).astype({"truth": str})
    write_csv(path, [TRUTH_COLUMNS, *rows, *cities.to_numpy().tolist()])


# ---- layouts ------------------------------------------------------------------------------------------


def _chinese_heading() -> list[str]:
    return ["地区", *(f"{year}年" for year in _YEARS)]


def _values(panel: pd.DataFrame, column: str) -> pd.DataFrame:
    """Provinces by years, the latest year first, as the bureau prints it."""
    return panel.pivot(index="province_code", columns="year", values=column)[_YEARS]


def _region_by_year(panel: pd.DataFrame, column: str, form: str, names: pd.Series[str]) -> list[list[str]]:
    values = _values(panel, column)
    return [[names[code], *(form.format(value) for value in values.loc[code])] for code in values.index]


def _write_gdp(path: Path, panel: pd.DataFrame) -> None:
    rows = _region_by_year(panel, "gdp_100m_cny", "{:.2f}", provinces()["name_zh"])
    head = [["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], [f"时间：{_SPAN}"]]
    text = csv_text([*head, _chinese_heading(), *rows, [NOTE], ["数据来源：模拟 SIMULATED"]], "\r\n")
    path.write_bytes(text.encode("gb18030"))


def _write_tabs(path: Path, panel: pd.DataFrame, column: str, blanks: set[tuple[str, int]]) -> None:
    """A browser export: a tab after every value and a comma at the end of every line of the table."""
    values, names = _values(panel, column), provinces()["name_zh"]
    lines = [_chinese_heading()]
    for code in values.index:
        printed = ["" if (code, year) in blanks else f"{values.loc[code, year]:.2f}" for year in _YEARS]
        lines.append([names[code], *printed])
    table = ["".join(f"{cell}\t," for cell in line) for line in lines]
    head = ["数据库：分省年度数据 ", f"时间：{FIRST_YEAR}年-{LAST_YEAR}年 "]
    path.write_bytes("\n".join([*head, *table, NOTE, "数据来源：模拟 SIMULATED"]).encode("utf-8-sig"))


def _write_population(path: Path, panel: pd.DataFrame) -> None:
    values, names = _values(panel, "pop_resident_10k_persons"), provinces()["name_zh"]
    rows = [[names[code], *(int(value) for value in values.loc[code])] for code in values.index]
    head = [["数据库：分省年度数据"], ["指标：年末常住人口(万人)"], [f"时间：{_SPAN}"]]
    _write_workbook(path, "分省年度数据", [*head, _chinese_heading(), *rows, [NOTE]])


def _write_unemployment(path: Path, panel: pd.DataFrame) -> None:
    values, names = _values(panel, "unemployment_rate_pct"), provinces()["name_en"].to_dict() | _ENGLISH_MISPRINTS
    rows = [[names[code], *(float(value) for value in values.loc[code])] for code in values.index]
    head = [
        ["Database: annual data by province"],
        ["Index: Urban unemployment rate(%)"],
        [f"Time: {_SPAN}"],
    ]
    _write_workbook(path, "分省年度数据", [*head, ["province", *_YEARS], *rows, [NOTE_EN]])


def _write_wide(path: Path, panel: pd.DataFrame) -> None:
    names = provinces()["short_name_zh"]
    rows = [
        [names[row["province_code"]], str(row["year"]), *(form.format(row[column]) for column, form in _WIDE.values())]
        for row in panel.to_dict("records")
    ]
    write_csv(path, [["地区", "年份", *_WIDE], *rows, [NOTE]])


def _write_tidy(path: Path, panel: pd.DataFrame) -> None:
    names = provinces()["short_name_zh"]
    rows = [
        [names[row["province_code"]], str(row["year"]), variable, form.format(row[column]), unit, "SIMULATED", ""]
        for variable, (column, form, unit) in _TIDY.items()
        for row in panel.to_dict("records")
    ]
    header = ["province", "year", "variable", "value", "unit", "source", "note"]
    write_csv(path, [header, *rows, [NOTE]])


def _write_incomes(path: Path, panel: pd.DataFrame) -> None:
    """The Stata file: 31 provinces and the nation a year, and one last row with the note."""
    table = pd.concat([_province_incomes(panel), _national_incomes(panel)], ignore_index=True)
    table = table.sort_values(["cyear", "provcd"], na_position="last", ignore_index=True)
    note = pd.DataFrame({"cyear": [NOTE], "prov_hanzi": [""], "prov_pinyin": [""]})
    table = pd.concat([table, note], ignore_index=True)
    table["region"] = pd.Categorical(table["region"], categories=["east", "center", "west"], ordered=True)
    table = table.astype({"provcd": "float32"})
    names = ["cyear", "prov_hanzi", "inc_rural", "inc_urban", "prov_pinyin", "provcd", "region"]
    labels = {
        "cyear": "cyear",
        "inc_rural": "农村人均可支配（元）",
        "inc_urban": "城镇人均可支配（元）",
        "region": "区域",
    }
    table[names].to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=FIXED_TIME,
        data_label="SIMULATED data, not statistics; see docs/simulation.md",
        variable_labels=labels,
    )


def _province_incomes(panel: pd.DataFrame) -> pd.DataFrame:
    codes = panel["province_code"]
    english = provinces()["name_en"].str.lower().to_dict() | _PINYIN
    return pd.DataFrame(
        {
            "cyear": panel["year"].astype(str),
            "prov_hanzi": codes.map(provinces()["short_name_zh"]),
            "inc_rural": panel["rural_income_cny"].round(2),
            "inc_urban": panel["urban_income_cny"].round(2),
            "prov_pinyin": codes.map(english),
            "provcd": codes.str[:2].astype(float),
            "region": ["east" if code in _EAST else "center" if code in _CENTER else "west" for code in codes],
        }
    )


def _national_incomes(panel: pd.DataFrame) -> pd.DataFrame:
    """One row a year: means of the provinces weighted by urban and by rural population."""
    rows = []
    for year, part in panel.groupby("year"):
        rural = np.average(part["rural_income_cny"], weights=part["pop_rural_10k_persons"])
        urban = np.average(part["urban_income_cny"], weights=part["pop_urban_10k_persons"])
        rows.append((str(year), "全国", round(float(rural), 2), round(float(urban), 2), ""))
    return pd.DataFrame(rows, columns=["cyear", "prov_hanzi", "inc_rural", "inc_urban", "prov_pinyin"])


# ---- the manifest -------------------------------------------------------------------------------------


def _write_manifest(path: Path, city_rows: Sequence[Mapping[str, str]]) -> None:
    tabs = {"reader": "nbs_download", "encoding": "utf-8", "unit": "亿元"}
    tabs_note = "The export names neither indicator nor unit"
    four = "Four interior cells are blank: Shanxi 2010, Guizhou 2011, Hubei 2013, Ningxia 2016"
    files = {
        _GDP: {"reader": "nbs_download", "encoding": "gb18030"},
        _GDP_BEFORE: {
            "reader": "nbs_download",
            "encoding": "gb18030",
            "vintage": "simulated_before_revision",
            "priority": "3",
            "note": "Before a revision: of another vintage than the values added, urban and rural people beside it",
        },
        _SCIENCE: tabs | {"indicator": "exp_science", "note": tabs_note},
        _BUDGET: tabs | {"indicator": "budget_expenditure", "note": f"{tabs_note}. {four}"},
        _POPULATION: {"reader": "nbs_download"},
        _UNEMPLOYMENT: {"reader": "nbs_download"},
        _INCOME: {
            "reader": "wide",
            "place_column": "prov_hanzi",
            "year_column": "cyear",
        },
        _TRADE: {"reader": "wide", "encoding": "utf-8", "place_column": "地区", "year_column": "年份"},
        _SUPPLEMENT: {
            "reader": "tidy",
            "encoding": "utf-8",
            "place_column": "province",
            "year_column": "year",
            "indicator_column": "variable",
            "value_column": "value",
            "unit_column": "unit",
        },
    }
    indicators = {
        "第一产业增加值": "value_added_primary",
        "第二产业增加值": "value_added_secondary",
        "第三产业增加值": "value_added_tertiary",
        "城镇人口": "pop_urban",
        "乡村人口": "pop_rural",
    }
    for title, (_, unit) in _BARE.items():
        files[f"bare_{title}_{_SPAN}.csv"] = {
            "reader": "region_by_year",
            "encoding": "utf-8",
            "indicator": indicators[title],
            "unit": unit,
        }
    common = {
        "required": "true",
        "vintage": "simulated",
        "publisher": "simulated",
        "citation": "Simulated data, not statistics: docs/simulation.md",
        "licence": "CC0-1.0",
        "priority": "1",
        "is_simulated": "true",
    }
    said = [*({"path": name} | common | says for name, says in files.items()), *city_rows]
    rows = [[row.get(column, "") for column in COLUMNS] for row in said]
    write_csv(path, [list(COLUMNS), *rows])


# ---- bytes --------------------------------------------------------------------------------------------


def _write_workbook(path: Path, sheet: str, rows: Sequence[Sequence[str | int | float]]) -> None:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    page = workbook.create_sheet(sheet)
    for row in rows:
        page.append(row)
    write_workbook(path, workbook)
