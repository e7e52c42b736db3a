"""The defects planted in the simulated yearbooks, as data: where, of what kind, and which check must catch each.

They imitate what scans of the real yearbooks hold. They stand in cells that no published sample of a study rests on
(districts, indicators without a study, years outside the windows, cities that the study leaves out), so that the
studies on the embedded default keep the values of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

#: kind -> what it does to a printed number; the kinds of whole columns and of names are not here
DAMAGES: Mapping[str, Callable[[Decimal], str]] = {
    "underscore for a digit": lambda number: _text(number)[0] + "_" + _text(number)[1:],
    "letter for a digit": lambda number: "L" + _text(number)[1:],
    "two numbers in one cell": lambda number: f"{_text(number)} {_text(number * 2)}",
    "full stop behind": lambda number: _text(number) + ("." if "." in _text(number) else ".."),
    "decimal point lost, four digits": lambda number: _text(number * 10000),
    "decimal point slipped by one": lambda number: _text(number * 10),
    "three zeros too many": lambda number: _text(number * 1000),
    "a third too much": lambda number: _text((number * 4 / 3).quantize(_last_digit(number))),
    "twice too much": lambda number: _text(number * 2),
    "a hundred too much": lambda number: _text(number + 100),
    "ten too much": lambda number: _text(number + 10),
}


@dataclass(frozen=True)
class Defect:
    """One planted defect.

    city_code: '' for a whole column, a province code or 000000 for a printed total.
    quantity: a column of the city panel; '' for a name, which concerns a whole row.
    printed: what is printed instead, where the kind does not say it.
    caught_by: a reason of the seed reject_reasons or a detector of the seed detectors.
    """

    edition: int
    city_code: str
    quantity: str
    scope: str
    kind: str
    caught_by: str
    printed: str = ""


#: what became of the numbers of whole columns
SWAPPED, REPEATED, OTHER_UNIT = "headings swapped", "table of another edition", "unit other than the heading says"
DOLLARS, NAME = "dollars in a column of yuan", "name misread"

PLANTED: tuple[Defect, ...] = (
    # Texts that are no numbers: never guessed at.
    Defect(2007, "130200", "fai_100m_cny", "districts", "underscore for a digit", "not a number"),
    Defect(2009, "330200", "gdp_100m_cny", "districts", "letter for a digit", "not a number"),
    Defect(2013, "410300", "emp_unit_total_10k_persons", "districts", "two numbers in one cell", "not a number"),
    Defect(2017, "210200", "budget_revenue_100m_cny", "districts", "full stop behind", "not a number"),
    Defect(2020, "510700", "exp_science_100m_cny", "districts", "underscore for a digit", "not a number"),
    Defect(2008, "370200", "gdp_share_tertiary_pct", "districts", "a hundred too much", "out of valid range"),
    Defect(2021, "630100", "", "", NAME, "unknown place", "西字市"),
    # Decimal points, seen from the years around them where these agree.
    Defect(2008, "420100", "gdp_100m_cny", "districts", "decimal point lost, four digits", "out of valid range"),
    Defect(2011, "520100", "gdp_100m_cny", "districts", "three zeros too many", "cell_spike"),
    Defect(2019, "610100", "budget_expenditure_100m_cny", "districts", "decimal point slipped by one", "cell_spike"),
    Defect(2023, "530900", "gdp_100m_cny", "districts", "three zeros too many", "cell_spike_edge"),
    Defect(2023, "340100", "exp_science_100m_cny", "districts", "decimal point slipped by one", "cell_spike_doubtful"),
    # Numbers that only their relations give away.
    Defect(2011, "430100", "pop_registered_yearend_10k_persons", "districts", "a third too much", "cell_jump"),
    Defect(2012, "320500", "wage_bill_onpost_100m_cny", "districts", "decimal point slipped by one", "wage_identity"),
    Defect(2014, "440300", "fdi_actual_10k_usd", "districts", "three zeros too many", "districts_exceed"),
    Defect(2016, "120000", "exp_education_100m_cny", "districts", "twice too much", "districts_exceed"),
    Defect(2007, "350100", "gdp_share_secondary_pct", "districts", "ten too much", "shares_sum"),
    Defect(2009, "220100", "emp_secondary_10k_persons", "districts", "a third too much", "industries_sum"),
    Defect(2010, "230100", "emp_s03_manufacturing_10k_persons", "districts", "a third too much", "sectors_sum"),
    Defect(2013, "370000", "budget_revenue_100m_cny", "districts", "a third too much", "cities_sum"),
    Defect(2021, "540300", "exports_100m_cny", "total", DOLLARS, "cell_currency"),
    Defect(2021, "540300", "imports_100m_cny", "total", DOLLARS, "cell_currency"),
    # Whole columns.
    Defect(2005, "", "exp_education_100m_cny", "total", SWAPPED, "swapped_columns", "exp_science_100m_cny"),
    Defect(2005, "", "exp_science_100m_cny", "total", SWAPPED, "swapped_columns", "exp_education_100m_cny"),
    Defect(2005, "", "exp_education_100m_cny", "districts", SWAPPED, "swapped_columns", "exp_science_100m_cny"),
    Defect(2005, "", "exp_science_100m_cny", "districts", SWAPPED, "swapped_columns", "exp_education_100m_cny"),
    Defect(2010, "", "fai_100m_cny", "districts", OTHER_UNIT, "column_jump", "亿元"),
    Defect(2022, "", "internet_users_10k_households", "total", REPEATED, "identical_column", "mobile_phones"),
)


def as_markdown() -> str:
    """The planted defects as a table of the documentation."""
    lines = ["| edition | place | column | scope | planted | caught by |", "|---|---|---|---|---|---|"]
    for defect in PLANTED:
        place = defect.city_code or "all"
        planted = f"{defect.kind}: {defect.printed}" if defect.printed else defect.kind
        lines.append(
            f"| {defect.edition} | {place} | {defect.quantity or 'all'} | {defect.scope or 'all'} | {planted} "
            f"| {defect.caught_by} |"
        )
    return "\n".join(lines)


def _text(number: Decimal) -> str:
    return f"{number:f}"


def _last_digit(number: Decimal) -> Decimal:
    return Decimal((0, (1,), min(int(number.as_tuple().exponent), 0)))
