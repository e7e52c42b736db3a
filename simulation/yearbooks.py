"""Simulated yearbooks: a frame of quantities as workbooks in the layout of the China City Statistical Yearbook.

Figures are printed in the unit of their edition and in full, so that reading them gives back those of the frame,
except where `city_defects.PLANTED` says otherwise. Districts are a fixed share of their city.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from simulation.city_defects import DAMAGES, DOLLARS, NAME, OTHER_UNIT, PLANTED, REPEATED, SWAPPED, Defect
from simulation.city_headers import BILINGUAL, LAYOUTS, Column, columns_of, since
from simulation.city_names import cities, yearbook_name_of
from simulation.places import cny_per_usd, provinces, seed_file
from simulation.printing import MARK, NOTE, write_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

#: a printed number, None where there is no figure
Number = Decimal | None

NATION = "000000"
#: editions up to this one print the sums of all cities and of provinces, those after it only the names of provinces
_LAST_WITH_SUMS = 2016
#: editions whose numbers are kept as text
_TEXT_EDITIONS = {2013, 2017}
#: editions whose first row is empty
_FIRST_WITH_EMPTY_ROW = 2020
#: how "no figure" is printed, and how far names of cities are set in, since an edition
_BLANKS: Mapping[int, str] = {2005: "", 2007: "-", 2009: "", 2012: "—", 2014: "", 2017: "\n", 2018: ""}
_INDENTS: Mapping[int, str] = {
    2005: "",
    2008: "  ",
    2009: "",
    2010: "\xa0 ",
    2011: "",
    2012: "\xa0\xa0",
    2013: "",
    2016: "  ",
}
_ADVERT_SHEET, _ADVERT = "更多数据，尽在【模拟数据】", f"搜索“模拟数据”，获取更多数据！{MARK}"
_LAND = "land_area"
#: distractors that do not grow with people
_NOT_BY_PERSONS = {"natural_growth", _LAND}
#: quantities that no study asks for -> (amount a 10k registered persons, sd of its logarithm over cities, decimals)
_DISTRACTORS = {
    "natural_growth": (0.016, 0.4, 2),
    "land_area": (35.0, 0.6, 0),
    "industrial_enterprises": (2.2, 0.7, 0),
    "industrial_output": (26000.0, 0.9, 0),
    "real_estate": (3500.0, 0.9, 0),
    "retail_sales": (9000.0, 0.6, 0),
    "contracts": (0.3, 1.0, 0),
    "deposits": (24000.0, 0.7, 0),
    "loans": (17000.0, 0.7, 0),
    "schools": (0.45, 0.2, 0),
    "hospital_beds": (32.0, 0.3, 0),
    "mobile_phones": (0.6, 0.3, 1),
    "gas_supply": (21.0, 1.2, 0),
    "lpg_supply": (55.0, 1.1, 0),
    "waste_water": (14.0, 0.8, 0),
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Table:
    """A yearbook table as printed.

    codes: the city, province or nation a row is about; numbers: by column, one a row, in the printed unit;
    damaged: what is printed instead, by (row, column), or by (row, -1) for the name.
    """

    edition: int
    columns: Sequence[Column]
    codes: Sequence[str]
    numbers: Sequence[Sequence[Number]]
    damaged: Mapping[tuple[int, int], str]


def write_yearbooks(folder: Path, frame: pd.DataFrame) -> list[str]:
    """Write an edition for each year of a frame (city_code, year, columns of the city panel); give the file names."""
    names = []
    for table in tables_of(frame):
        names.append(yearbook_file(table.edition))
        write_workbook(folder / names[-1], _workbook(table))
    return names


def yearbook_file(edition: int) -> str:
    """The file of an edition. It is not named as the real one, whose known defects are overridden by file name."""
    return f"ccsy_模拟城市统计年鉴{edition}.xlsx"


def tables_of(frame: pd.DataFrame) -> list[Table]:
    """The editions of the years of a frame, in order. Edition N reports data year N - 1."""
    tables: list[Table] = []
    for year in sorted(frame["year"].unique()):
        tables.append(_table(frame, int(year) + 1, tables[-1] if tables else None))
    return tables


def printed_values(tables: Sequence[Table]) -> pd.DataFrame:
    """What the tables say of cities, without their defects.

    One row a value: city_code, year, panel_column, scope, and the value in the unit of the panel column.
    """
    rows = []
    for table in tables:
        year = table.edition - 1
        for column, numbers in zip(table.columns, table.numbers, strict=True):
            if column.quantity in panel_units():
                factor = float(printed_per_panel_unit(column.quantity, column.unit, year))
                rows += [
                    (code, year, column.quantity, column.scope, float(number) / factor)
                    for code, number in zip(table.codes, numbers, strict=True)
                    if number is not None and code in cities()
                ]
    return pd.DataFrame(rows, columns=["city_code", "year", "panel_column", "scope", "value"])


# ---- numbers ------------------------------------------------------------------------------------------------


@cache
def panel_units() -> dict[str, tuple[str, bool]]:
    """Column of a panel -> its unit, and whether it adds up over places (seed `indicators`)."""
    indicators = pd.read_csv(seed_file("indicators"), dtype=str)
    return {row["panel_column"]: (row["unit"], row["is_additive"] == "true") for row in indicators.to_dict("records")}


@cache
def _units() -> dict[str, tuple[str, Decimal]]:
    """Unit, as printed or by its name -> its dimension and how many base units it is (seed `units`)."""
    units = pd.read_csv(seed_file("units"), dtype=str)
    return {
        row[key]: (row["dimension"], Decimal(row["factor_to_base"]))
        for key in ("unit", "unit_text")
        for row in units.to_dict("records")
    }


def printed_per_panel_unit(quantity: str, unit: str, year: int) -> Decimal:
    """How many printed units one unit of a panel column is: 10000 (万元) for 100m CNY."""
    (dimension, base), (printed_dimension, printed_base) = _units()[panel_units()[quantity][0]], _units()[unit]
    factor = base / printed_base
    if dimension == printed_dimension:
        return factor
    if (dimension, printed_dimension) == ("money_cny", "money_usd"):
        return factor / Decimal(str(cny_per_usd()[year]))
    raise ValueError(f"{quantity} cannot be printed in {unit}: {dimension} is not {printed_dimension}.")


def as_printed(values: pd.Series[float], quantity: str, unit: str, year: int) -> list[Number]:
    """Values of a panel column in a printed unit, in full; amounts in dollars to 12 digits, of which none is lost."""
    factor = printed_per_panel_unit(quantity, unit, year)
    numbers: list[Number] = []
    for value in values:
        number = None if np.isnan(value) else Decimal(repr(float(value))) * factor
        numbers.append(None if number is None else _plain(Decimal(f"{number:.12g}")))
    return numbers


def _plain(number: Decimal) -> Decimal:
    """The number without zeros at its end and without an exponent."""
    number = number.normalize()
    return number.quantize(Decimal(1)) if int(number.as_tuple().exponent) > 0 else number


def _rounded(number: Decimal, decimals: int) -> Decimal:
    return _plain(number.quantize(Decimal((0, (1,), -decimals))))


def _decimals(numbers: Sequence[Number]) -> int:
    return max((-int(number.as_tuple().exponent) for number in numbers if number is not None), default=0)


@cache
def _district_shares() -> pd.Series[float]:
    """The share of districts in their city, the same each year: all of a municipality, 25 to 95% of other cities."""
    shares = np.random.default_rng(1).uniform(0.25, 0.95, len(cities())).round(3)
    shares[[city["is_municipality"] == "true" for city in cities().values()]] = 1.0
    return pd.Series(shares, list(cities()))


@cache
def _distractor(quantity: str, year: int) -> pd.Series[float]:
    """Amount a 10k registered persons, growing by 5% a year, with a level of its own in each city and 3% of noise.

    Land is an amount a city, and stays where it is.
    """
    amount, spread, _ = _DISTRACTORS[quantity]
    number = list(_DISTRACTORS).index(quantity)
    level = np.random.default_rng([2, number]).normal(0, spread, len(cities()))
    if quantity == _LAND:
        return pd.Series(400 * amount * np.exp(level), list(cities()))
    noise = np.random.default_rng([3, number, year]).normal(0, 0.03, len(cities()))
    return pd.Series(amount * 1.05 ** (year - 2004) * np.exp(level + noise), list(cities()))


# ---- a table ------------------------------------------------------------------------------------------------


def _table(frame: pd.DataFrame, edition: int, previous: Table | None) -> Table:
    year = edition - 1
    of_year = frame[frame["year"] == year].set_index("city_code").sort_index()
    columns = [column for column in columns_of(edition) if _is_known(of_year, column.quantity)]
    codes = _codes(of_year.index, edition)
    numbers = [_with_sums(_city_numbers(of_year, column, year), column, codes, edition) for column in columns]
    table = Table(edition, columns, codes, numbers, {})
    damaged: dict[tuple[int, int], str] = {}
    for defect in PLANTED:
        if defect.edition == edition:
            damaged |= _damage(table, defect, previous)
    return Table(edition, columns, codes, numbers, damaged)


def _is_known(of_year: pd.DataFrame, quantity: str) -> bool:
    return quantity in _DISTRACTORS or (quantity in of_year and bool(of_year[quantity].notna().any()))


def _codes(city_codes: pd.Index[str], edition: int) -> list[str]:
    """All cities first (in editions with sums), then the provinces, each followed by its cities."""
    codes = [NATION] if edition <= _LAST_WITH_SUMS else []
    for province in provinces().index:
        members = [code for code in city_codes if cities()[code]["province_code"] == province]
        codes += ([] if province in members or not members else [province]) + members
    return codes


def _city_numbers(of_year: pd.DataFrame, column: Column, year: int) -> dict[str, Number]:
    quantity = column.quantity
    if quantity in _DISTRACTORS:
        persons = of_year.get("pop_registered_yearend_10k_persons", pd.Series(400.0, of_year.index)).fillna(400.0)
        amounts = _distractor(quantity, year)[of_year.index] * (1 if quantity in _NOT_BY_PERSONS else persons)
        totals: list[Number] = [_rounded(Decimal(repr(float(amount))), _DISTRACTORS[quantity][2]) for amount in amounts]
        is_amount = quantity != "natural_growth"
    else:
        totals = as_printed(of_year[quantity], quantity, column.unit, year)
        is_amount = panel_units()[quantity][0] not in {"pct", "cny"}
    if column.scope == "districts" and is_amount:
        decimals = _decimals(totals)
        shares = _district_shares()[of_year.index]
        totals = [
            None if total is None else _rounded(total * Decimal(repr(float(share))), decimals)
            for total, share in zip(totals, shares, strict=True)
        ]
    return dict(zip(of_year.index, totals, strict=True))


def _with_sums(of_cities: Mapping[str, Number], column: Column, codes: Sequence[str], edition: int) -> list[Number]:
    """The numbers of all rows: sums of what is printed for the cities, where the edition has sums."""
    adds_up = column.quantity != "natural_growth" and panel_units().get(column.quantity, ("", True))[1]
    sums: dict[str, Number] = {}
    if adds_up and edition <= _LAST_WITH_SUMS:
        for code, number in of_cities.items():
            for whole in (NATION, cities()[code]["province_code"]):
                if number is not None:
                    sums[whole] = (sums.get(whole) or Decimal(0)) + number
    # A municipality is a province and a city; its row is that of the city.
    return [of_cities[code] if code in of_cities else sums.get(code) for code in codes]


# ---- defects ------------------------------------------------------------------------------------------------


def _damage(table: Table, defect: Defect, previous: Table | None) -> dict[tuple[int, int], str]:
    """What a defect prints instead, by row and column; nothing where the table lacks the place or the column."""
    rows = {code: row for row, code in enumerate(table.codes)}
    if defect.kind == NAME:
        return {(rows[defect.city_code], -1): defect.printed} if defect.city_code in rows else {}
    column = _position(table, defect.quantity, defect.scope)
    if column is None:
        return {}
    own = dict(zip(table.codes, table.numbers[column], strict=True))
    year = table.edition - 1
    if defect.kind == SWAPPED:
        other = _position(table, defect.printed, defect.scope)
        instead = own if other is None else dict(zip(table.codes, table.numbers[other], strict=True))
    elif defect.kind == REPEATED:
        other = _position(previous, defect.printed, defect.scope) if previous else None
        instead = dict(zip(previous.codes, previous.numbers[other], strict=True)) if previous and other else own
    elif defect.kind == OTHER_UNIT:
        ratio = printed_per_panel_unit(defect.quantity, table.columns[column].unit, year)
        ratio /= printed_per_panel_unit(defect.quantity, defect.printed, year)
        instead = {code: None if number is None else _plain(number / ratio) for code, number in own.items()}
    elif defect.kind == DOLLARS:
        rate = Decimal(str(cny_per_usd()[year]))
        instead = {code: None if number is None else _rounded(number / rate, 0) for code, number in own.items()}
    else:
        damaged = own.get(defect.city_code)
        return {} if damaged is None else {(rows[defect.city_code], column): DAMAGES[defect.kind](damaged)}
    wanted = [defect.city_code] if defect.city_code else [code for code in own if code in instead]
    return {
        (rows[code], column): f"{number:f}"
        for code in wanted
        if code in rows and (number := instead[code]) is not None and own[code] is not None
    }


def _position(table: Table, quantity: str, scope: str) -> int | None:
    return next(
        (
            position
            for position, column in enumerate(table.columns)
            if (column.quantity, column.scope) == (quantity, scope)
        ),
        None,
    )


# ---- a workbook ---------------------------------------------------------------------------------------------


def _workbook(table: Table) -> Workbook:
    workbook = Workbook(write_only=True)  # half the time of the other mode
    sheet = workbook.create_sheet("地级城市统计资料" if table.edition == 2016 else "Sheet1")
    for line in _lines(table):
        sheet.append(line)
    _merge_header(sheet, table)
    workbook.create_sheet(_ADVERT_SHEET).append([_ADVERT])
    return workbook


def _lines(table: Table) -> Iterator[list[int | float | str | None]]:
    edition = table.edition
    first = 2 if edition in BILINGUAL else 1
    if edition >= _FIRST_WITH_EMPTY_ROW:
        yield [None]
    kinds = since(LAYOUTS, edition, ())
    for row, kind in enumerate(kinds):
        names: list[str | None] = [None] * first
        if row == 0:
            names[0] = f"中国{edition - 1}年地级以上城市数据（{MARK}）"
        if row == _label_row(kinds):
            names[:] = ["城 市" if edition >= 2018 else "城市", "City"][:first]
        is_first = row == 0 or kinds[row - 1] != kind
        yield [*names, *(column.texts[kind] or None if is_first else None for column in table.columns)]
    blank = since(_BLANKS, edition, "") or None
    provinces_seen = 0
    for row, code in enumerate(table.codes):
        is_city = code in cities() and cities()[code]["province_code"] != code
        provinces_seen += not is_city and code != NATION
        name = table.damaged.get((row, -1)) or _place_name(code, edition, provinces_seen)
        cells = [
            _cell(table.damaged.get((row, column)), numbers[row], edition)
            for column, numbers in enumerate(table.numbers)
        ]
        english = [f"{'  ' if is_city else ''}{_english_name(code)}"] if first == 2 else []
        yield [name, *english, *(blank if cell is None and is_city else cell for cell in cells)]
    yield [NOTE]


def _label_row(kinds: Sequence[str]) -> int:
    """The row of the heading 城市: that of the headings, or below the title where these stand beside it."""
    return max(1, kinds.index("header"))


def _place_name(code: str, edition: int, number: int) -> str:
    if code == NATION:
        return "城市合计"
    if code in cities() and cities()[code]["province_code"] != code:
        return since(_INDENTS, edition, "") + yearbook_name_of(code, edition)
    # One edition numbers the provinces.
    return f"{number}.{provinces()['name_zh'][code]}" if edition == 2009 else provinces()["name_zh"][code]


def _english_name(code: str) -> str:
    if code == NATION:
        return "Prefecture Cities"
    # yearbooks do not say which of two cities of one name it is
    name: str = cities()[code]["name_en"].split(" (")[0] if code in cities() else provinces()["name_en"][code]
    return name


def _cell(damaged: str | None, number: Number, edition: int) -> int | float | str | None:
    text = damaged if damaged is not None else None if number is None else f"{number:f}"
    if text is None or edition in _TEXT_EDITIONS or not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _merge_header(sheet: WriteOnlyWorksheet, table: Table) -> None:
    """Merge each heading over the columns and rows that share it, and the heading of names down to the data."""
    kinds = since(LAYOUTS, table.edition, ())
    top = 2 if table.edition >= _FIRST_WITH_EMPTY_ROW else 1
    first = 3 if table.edition in BILINGUAL else 2
    bottom = top + len(kinds) - 1
    for column in range(1, first):
        _merge(sheet, top + _label_row(kinds), column, bottom, column)
    for row, kind in enumerate(kinds):
        if row and kinds[row - 1] == kind:
            continue
        rows = kinds.count(kind)
        levels = kinds[: row + 1]
        start = 0
        for position in range(1, len(table.columns) + 1):
            if position < len(table.columns) and _alike(table.columns, position, levels):
                continue
            texts = table.columns[start].texts
            if texts[kind]:
                # A heading without a scope of its own reaches down to the data.
                reaches_down = kind != "section" and not any(texts[below] for below in kinds[row + rows :])
                last = bottom if reaches_down else top + row + rows - 1
                _merge(sheet, top + row, first + start, last, first + position - 1)
            start = position


def _alike(columns: Sequence[Column], position: int, levels: Sequence[str]) -> bool:
    """Does a column share its headings with the one before it, from the top down to a level?"""
    return all(columns[position].texts[kind] == columns[position - 1].texts[kind] for kind in levels)


def _merge(sheet: WriteOnlyWorksheet, top: int, left: int, bottom: int, right: int) -> None:
    if (top, left) != (bottom, right):
        sheet.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")
