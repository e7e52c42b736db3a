"""The indices a second time, in pandas and NumPy, written from their definitions and not from the SQL.

Each function takes tables as data frames and gives a frame by city (or province) and year, with the columns of the
model of its name; undefined is NaN.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

SECTORS = ("primary", "secondary", "tertiary")
#: numbers of the sectors of each group, as the study lists them
GROUPS = {"labour": (1, 9, 15, 16, 17, 18, 19), "capital": (2, 3, 4, 5, 6, 11, 14), "technology": (7, 10, 13)}


def over(numerator: pd.Series, divisor: pd.Series) -> pd.Series:
    """A ratio that is NaN where the divisor is zero."""
    return numerator / divisor.where(divisor != 0)


def log(values: pd.Series) -> pd.Series:
    """A logarithm that is NaN where its argument is not positive."""
    return np.log(values.where(values > 0))


def theil_term(share: float, reference: float) -> float:
    """A share times the logarithm of its ratio to another: 0 at 0, NaN where the other is no positive number."""
    if share == 0:
        return 0.0
    return share * math.log(share / reference) if share > 0 and reference > 0 else math.nan


def inequality(panel: pd.DataFrame) -> pd.DataFrame:
    """Urban-rural shares, ratio and Theil index, by going through the rows; both incomes are of one survey."""

    def of_one(row: pd.Series) -> pd.Series:
        p, u, r = row["urbanisation_rate_pct"] / 100, row["urban_income_cny"], row["rural_income_cny"]
        people, money = np.array([p, 1 - p]), np.array([p * u, (1 - p) * r])
        shares = money / money.sum() if money.sum() else money * math.nan
        return pd.Series(
            {
                "urban_share": p,
                "urban_income_share": shares[0],
                "income_ratio": u / r if r else math.nan,
                "theil": sum(theil_term(*pair) for pair in zip(shares, people, strict=True)),
            }
        )

    return panel.apply(of_one, axis=1)


def trade(panel: pd.DataFrame, rates: pd.Series) -> pd.DataFrame:
    """Balance, openness, FDI and the base-year instrument; `rates` is CNY per USD by year."""
    years = panel.index.get_level_values("year")
    gdp = panel["gdp_100m_cny"]
    balance = over(panel["exports_100m_cny"] - panel["imports_100m_cny"], gdp)
    of_2004 = balance[years == 2004].droplevel("year")
    base = panel.index.get_level_values("city_code").map(of_2004)
    dollars = panel["fdi_actual_10k_usd"] * 1e4
    return pd.DataFrame(
        {
            "trade_balance": balance,
            "trade_openness": over(panel["exports_100m_cny"] + panel["imports_100m_cny"], gdp),
            "fdi_share": over(dollars * years.map(rates).astype(float), gdp * 1e8),
            "base_year_trade_x_time": np.asarray(base, dtype=float) * (years - 2004),
        }
    )


def wages(panel: pd.DataFrame) -> pd.DataFrame:
    """Shares of GDP; the gap by taking the mean of all other cities, one city after the other."""
    share = over(panel["wage_bill_onpost_100m_cny"], panel["gdp_100m_cny"])
    gap = pd.Series(math.nan, index=panel.index)
    for city, year in panel.index:
        others = share.xs(year, level="year").drop(city)
        gap[city, year] = share[city, year] - others.mean()
    return pd.DataFrame(
        {
            "wage_share": share,
            "wage_gap": gap,
            "revenue_share": over(panel["budget_revenue_100m_cny"], panel["gdp_100m_cny"]),
            "expenditure_share": over(panel["budget_expenditure_100m_cny"], panel["gdp_100m_cny"]),
            "education_share": over(panel["exp_education_100m_cny"], panel["gdp_100m_cny"]),
            "internet_share": over(panel["internet_users_10k_households"], panel["pop_registered_yearend_10k_persons"]),
        }
    )


def fiscal(panel: pd.DataFrame) -> pd.DataFrame:
    """Revenue as a share of expenditure, and the difference of their shares of GDP."""
    revenue, expenditure = panel["budget_revenue_100m_cny"], panel["budget_expenditure_100m_cny"]
    shares = [over(budget, panel["gdp_100m_cny"]) for budget in (expenditure, revenue)]
    return pd.DataFrame({"fiscal_self_sufficiency": over(revenue, expenditure), "fiscal_gap": shares[0] - shares[1]})


def employment(panel: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """Shares of groups of sectors; `sectors` has one column a sector, numbered from 1, in 10k persons."""
    total = panel["emp_unit_total_10k_persons"]
    jobless = panel["unemployed_registered_persons"] / 1e4
    shares = {
        f"{group}_intensive_share": over(sectors[list(numbers)].sum(axis=1, skipna=False), total)
        for group, numbers in GROUPS.items()
    }
    return pd.DataFrame(shares).assign(
        talent_share=over(panel["emp_s13_science_10k_persons"] + panel["emp_s07_it_10k_persons"], total),
        unemployment_rate=over(jobless, jobless + total + panel["emp_private_selfemployed_10k_persons"]),
        unemployed_per_unit_employee=over(jobless, total),
    )


def industry_structure(panel: pd.DataFrame) -> pd.DataFrame:
    """Shares, productivities, upgrading, distance and Theil index, by going through the rows."""

    def shares_of(values: np.ndarray) -> np.ndarray:
        return values / values.sum() if (values >= 0).all() and values.sum() > 0 else values * math.nan

    def of_one(row: pd.Series) -> pd.Series:
        output = shares_of(row[[f"gdp_share_{sector}_pct" for sector in SECTORS]].to_numpy(dtype=float))
        workers = row[[f"emp_{sector}_10k_persons" for sector in SECTORS]].to_numpy(dtype=float)
        people = shares_of(workers)
        # CNY over persons, in 10k CNY
        per_worker = [
            row["gdp_100m_cny"] * 1e8 * y / (w * 1e4) / 1e4 if w else math.nan
            for y, w in zip(output, workers, strict=True)
        ]
        value_added = 3 * output
        terms = [theil_term(y, p) for y, p in zip(output, people, strict=True)]
        return pd.Series(
            {
                **{f"output_share_{sector}": y for sector, y in zip(SECTORS, output, strict=True)},
                **{f"employment_share_{sector}": p for sector, p in zip(SECTORS, people, strict=True)},
                **{f"productivity_{sector}_10k_cny": v for sector, v in zip(SECTORS, per_worker, strict=True)},
                "industry_ratio": output[2] / output[1] if output[1] else math.nan,
                "upgrading_quantity": float(output @ [1, 2, 3]),
                "upgrading_raw_10k_cny": float(output @ per_worker),
                "structure_distance": sum(terms),
                # sizes relative to their mean, which is a third of their sum
                "sector_theil": sum(theil_term(size, 1.0) for size in value_added) / 3,
            }
        )

    return panel.apply(of_one, axis=1)


def productivity(panel: pd.DataFrame) -> pd.DataFrame:
    """Elasticities by least squares on a design matrix, pooled and by city, and total factor productivity."""
    y, k = log(panel["gdp_100m_cny"] * 1e4), log(panel["fai_100m_cny"] * 1e4)
    labour = log(panel["emp_unit_total_10k_persons"] * 1e4)
    used = (y + k + labour).notna()

    def slope(rows: pd.Series) -> float:
        intensity, output = (k - labour)[rows].to_numpy(), (y - labour)[rows].to_numpy()
        design = np.column_stack([np.ones_like(intensity), intensity])
        return float(np.linalg.lstsq(design, output, rcond=None)[0][1])

    cities = panel.index.get_level_values("city_code")
    by_city = {city: slope(used & (cities == city)) for city in set(cities) if (used & (cities == city)).sum() >= 8}
    alpha, alpha_city = slope(used), cities.map(by_city)
    return pd.DataFrame(
        {
            "alpha": alpha,
            "alpha_city": np.asarray(alpha_city, dtype=float),
            "tfp": np.exp(y - alpha * k - (1 - alpha) * labour),
        },
        index=panel.index,
    )


def province_indices(panel: pd.DataFrame, rates: pd.Series) -> pd.DataFrame:
    """Trade, income per head and structure of provinces."""
    gdp = panel["gdp_100m_cny"]
    dollars = panel["fdi_actual_10k_usd"] * 1e4
    return pd.DataFrame(
        {
            "trade_openness": over(panel["trade_total_100m_cny"], gdp),
            "import_openness": over(panel["imports_100m_cny"], gdp),
            "fdi_actual_100m_cny": dollars * panel.index.get_level_values("year").map(rates).astype(float) / 1e8,
            "gdp_per_resident_cny": over(gdp * 1e8, panel["pop_resident_10k_persons"] * 1e4),
            "industry_ratio": over(panel["gdp_share_tertiary_pct"], panel["gdp_share_secondary_pct"]),
            "rd_intensity": over(panel["rd_expenditure_100m_cny"], panel["value_added_industry_100m_cny"]),
        }
    )


def exposure(
    cities: list[str], years: list[int], entries: list[tuple[str, str | None, int, str]], only_sourced: bool
) -> dict[tuple[str, str, int], tuple]:
    """Cohort, relative year, whether treated and whether sourced, by policy, city and year.

    `entries` are policy, city (None for a place below it), year and confidence; of recalled years nothing is known
    where only sourced ones count.
    """
    answers: dict[tuple[str, str, int], tuple] = {}
    for policy in {policy for policy, city, *_ in entries if city is not None}:
        for city in cities:
            of_city = {
                kind: [year for *place, year, confidence in entries if (place, confidence) == ([policy, city], kind)]
                for kind in ("sourced", "recalled")
            }
            is_sourced = bool(of_city["sourced"])
            is_unknown = only_sourced and not is_sourced and bool(of_city["recalled"])
            counting = of_city["sourced"] or ([] if is_unknown else of_city["recalled"])
            cohort = min(counting, default=None)
            for year in years:
                relative = None if cohort is None else year - cohort
                is_treated = None if is_unknown else relative is not None and relative >= 0
                answers[policy, city, year] = (cohort, relative, is_treated, is_sourced)
    return answers


def nested_theil(places: list[tuple[str, str, float, float]]) -> dict[str, float]:
    """Each part by its definition: group means first, then weighted indices of means and within each group."""
    population = np.array([place[2] for place in places])
    money = population * np.array([place[3] for place in places])
    population, money = population / population.sum(), money / money.sum()

    def index_of(blocks: list[np.ndarray], weight: str) -> float:
        """Theil index of the means of blocks of places, on the shares of the blocks."""
        people = np.array([population[block].sum() for block in blocks])
        income = np.array([money[block].sum() for block in blocks])
        people, income = people / people.sum(), income / income.sum()
        return float(
            (income * np.log(income / people)).sum() if weight == "t" else (people * np.log(people / income)).sum()
        )

    def blocks_of(names: list[tuple[str, ...]], inside: np.ndarray) -> list[np.ndarray]:
        return [np.array([i for i in inside if names[i] == name]) for name in sorted({names[i] for i in inside})]

    everyone = np.arange(len(places))
    cities = [(str(i),) for i in everyone]
    regions = [(place[0],) for place in places]
    provinces = [place[:2] for place in places]
    parts = {}
    for weight, share in (("t", money), ("l", population)):
        parts[f"theil_{weight}"] = index_of(blocks_of(cities, everyone), weight)
        parts[f"theil_{weight}_between"] = index_of(blocks_of(regions, everyone), weight)
        parts[f"theil_{weight}_between_subgroups"] = sum(
            share[region].sum() * index_of(blocks_of(provinces, region), weight)
            for region in blocks_of(regions, everyone)
        )
        parts[f"theil_{weight}_within_subgroups"] = sum(
            share[province].sum() * index_of(blocks_of(cities, province), weight)
            for province in blocks_of(provinces, everyone)
        )
    return parts
