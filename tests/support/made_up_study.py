"""A study that never was: a simulated panel, its regressions by least squares, and its tables as a paper prints them.

What it prints is true up to rounding, so that an audit must find nothing; errors are planted afterwards, one number at
a time. The tables have the columns of the seeds that the audit reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

STUDY = "made_up"
UNITS, YEARS, FIRST_YEAR = 30, 10, 2001
Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Fit:
    """Least squares of n rows: coefficients by name, standard errors, R2 (overall, or of demeaned data)."""

    n: int
    estimates: dict[str, float]
    errors: dict[str, float]
    r2: float
    df: int


def dummies(codes: np.ndarray) -> np.ndarray:
    """One 0/1 column a code, (n, codes)."""
    return (codes[:, None] == np.unique(codes)[None, :]).astype(float)


def fit(
    y: np.ndarray,
    named: dict[str, np.ndarray],
    effects: Sequence[np.ndarray] = (),
    instruments: dict[str, np.ndarray] | None = None,
    vcov: str = "classical",
) -> Fit:
    """Regress y (n) on the named regressors (n each) and dummies of the effects; two stages if some are instrumented.

    `instruments` maps an endogenous regressor to its instrument. vcov is classical or hc1.
    """
    blocks = [dummies(codes)[:, 1:] for codes in effects]
    constant = np.ones((len(y), 1))
    x = np.column_stack([*named.values(), constant, *blocks])
    z = np.column_stack([*(instruments or {}).get("values", named).values(), constant, *blocks]) if instruments else x
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread = np.linalg.inv(fitted.T @ fitted)
    beta = bread @ fitted.T @ y
    residuals = y - x @ beta
    df = len(y) - x.shape[1]
    if vcov == "classical":
        covariance = bread * (residuals @ residuals) / df
    else:
        covariance = bread @ (fitted * residuals[:, None] ** 2).T @ fitted @ bread * len(y) / df
    total = y - y.mean()
    names = list(named)
    return Fit(
        n=len(y),
        estimates=dict(zip(names, beta, strict=False)),
        errors=dict(zip(names, np.sqrt(np.diag(covariance)), strict=False)),
        r2=float(1 - (residuals @ residuals) / (total @ total)),
        df=df,
    )


def within(codes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values less the mean of their group."""
    means = np.bincount(codes, values) / np.bincount(codes)
    return values - means[codes]


@dataclass
class Paper:
    """The tables of the made-up study under construction."""

    decimals: int
    vcov: str
    prints_t: bool = False
    tables: Tables = field(default_factory=lambda: {name: [] for name in SEEDS})

    def round(self, value: float) -> float:
        return round(value, self.decimals)

    def add(self, seed: str, **values: Any) -> None:
        self.tables[seed].append({"study": STUDY, **values})

    def claim(self, claim_id: str, value: object) -> str:
        self.add("published_claims", claim_id=claim_id, value=str(value), unit="", sentence_paraphrase="", location="")
        return f"claim:{STUDY}/{claim_id}"

    def column(
        self,
        table: int,
        column: str,
        dependent: str,
        result: Fit,
        regressors: str,
        *,
        sample: str = "all",
        effects: tuple[str, str] = ("dummies", "dummies"),
        r2_kind: str = "overall",
        f: float | None = None,
        other: tuple[str, float] | None = None,
        instrumented: tuple[str, str] | None = None,
    ) -> None:
        """Print a column: its coefficients with stars, its N and R2; and say how it was estimated."""
        position = {"table_number": table, "column_number": column}
        for term, estimate in result.estimates.items():
            error = result.errors[term]
            p = 2 * stats.t.sf(abs(estimate / error), result.df)
            star_count = int(p < 0.01) + int(p < 0.05) + int(p < 0.1)
            kind, beneath = ("t", estimate / error) if self.prints_t else ("se", error)
            self.add(
                "published_estimates",
                **position,
                dependent=dependent,
                term=term,
                estimate=self.round(estimate),
                paren_value=self.round(beneath),
                paren_kind=kind,
                stars=star_count,
                printed=f"{estimate:.{self.decimals}f}{'*' * star_count} ({beneath:.{self.decimals}f})",
            )
        name, value = other or (None, None)
        self.add(
            "published_fits",
            **position,
            dependent=dependent,
            observations=result.n,
            r2=self.round(result.r2),
            f_stat=None if f is None else self.round(f),
            other_stat_name=name,
            other_stat_value=None if value is None else self.round(value),
        )
        endogenous, instrument = instrumented or (None, None)
        self.add(
            "full_specifications",
            **position,
            suite="regression",
            spec_id=f"{table}_{column}",
            is_published=True,
            dependent=dependent,
            regressors=regressors,
            endogenous=endogenous,
            instruments=instrument,
            sample=sample,
            unit_effects=effects[0],
            time_effects=effects[1],
            vcov=self.vcov,
            r2_kind=r2_kind,
        )


#: Seeds that the audit reads, with their columns and types.
SEEDS: dict[str, str] = {
    "published_estimates": "study varchar, table_number integer, column_number varchar, dependent varchar,"
    " term varchar, estimate double, paren_value double, paren_kind varchar, stars integer, printed varchar",
    "published_fits": "study varchar, table_number integer, column_number varchar, dependent varchar,"
    " observations integer, r2 double, f_stat double, other_stat_name varchar, other_stat_value double",
    "published_descriptives": "study varchar, table_number integer, variable varchar, observations integer,"
    " mean double, standard_deviation double, minimum double, maximum double",
    "published_claims": "study varchar, claim_id varchar, value varchar, unit varchar, sentence_paraphrase varchar,"
    " location varchar",
    "published_scale": "study varchar, variable varchar, factor double, applies_to varchar, evidence varchar",
    "full_specifications": "study varchar, table_number integer, column_number varchar, spec_id varchar,"
    " is_published boolean, dependent varchar, regressors varchar, endogenous varchar, instruments varchar,"
    " sample varchar, suite varchar, options varchar, unit_effects varchar, time_effects varchar, vcov varchar,"
    " r2_kind varchar",
    "published_partitions": "study varchar, partition varchar, table_number integer, column_number varchar,"
    " role varchar, is_exhaustive boolean, leftover varchar, leftover_units integer",
    "sample_compositions": "study varchar, table_number integer, column_number varchar, composition varchar,"
    " operation varchar, units varchar, first_year varchar, last_year varchar, lags varchar, base varchar",
    "published_mediations": "study varchar, mediator varchar, treatment varchar, mediator_table integer,"
    " mediator_column varchar, outcome_table integer, outcome_column varchar, total_table integer,"
    " total_column varchar, claimed_sign integer, share_claim varchar",
    "claimed_effects": "study varchar, claim varchar, table_number integer, column_number varchar, term varchar,"
    " variable varchar, concept varchar, higher_means integer, claimed_sign integer",
    "variable_bounds": "study varchar, variable varchar, lower double, upper double, is_binary boolean, reason varchar",
    "claim_targets": "study varchar, claim_id varchar, quantity varchar, relation varchar, number_1 varchar,"
    " number_2 varchar, number_3 varchar, claimed_sign integer",
    "audit_exemptions": "study varchar, key_pattern varchar, reason varchar",
}


def panel(seed: int) -> dict[str, np.ndarray]:
    """UNITS x YEARS rows: outcome y, treatment x, mediator m, instrument z, control w, noise v, a 0/1 variable d."""
    draw = np.random.default_rng(seed)
    unit = np.repeat(np.arange(UNITS), YEARS)
    year = np.tile(np.arange(YEARS), UNITS)
    noise = lambda: draw.normal(size=unit.size)  # noqa: E731
    w = draw.uniform(size=unit.size)
    z = noise()
    hidden = noise()
    x = 0.8 * z + 0.5 * hidden + 0.5 * noise() + draw.normal(size=UNITS)[unit] + 0.3 * w
    m = 0.6 * x + 0.4 * w + noise()
    # the two groups differ enough for the pooled slopes to lie between theirs
    group = (unit >= UNITS // 2).astype(int)
    y = (0.4 + 0.8 * group) * x + (1 + 2 * group) * w + 0.5 * m + 0.3 * hidden + noise()
    y = y + draw.normal(size=UNITS)[unit] + draw.normal(size=YEARS)[year]
    return {"unit": unit, "year": year, "group": group, "y": y, "x": x, "m": m, "z": z, "w": w, "v": noise()} | {
        "d": (draw.uniform(size=unit.size) < 0.3).astype(float)
    }


def clean(seed: int = 1, decimals: int = 3, vcov: str = "classical", prints_t: bool = False) -> Tables:
    """The seeds of a study in which every printed number is true, rounded to `decimals`."""
    data = panel(seed)
    paper = Paper(decimals, vcov, prints_t)
    both = (data["unit"], data["year"])

    def regress(y: str, names: str, rows: np.ndarray | slice = slice(None), **options: Any) -> Fit:
        named = {name: data[name][rows] for name in names.split()}
        return fit(data[y][rows], named, [codes[rows] for codes in both], vcov=vcov, **options)

    counts = {"c_units": UNITS, "c_first": FIRST_YEAR, "c_last": FIRST_YEAR + YEARS - 1, "c_lag": 1, "c_dropped": 2}
    for claim_id, count in counts.items():
        paper.claim(claim_id, count)

    for variable in ("y", "x", "w", "m", "v", "d"):
        values = data[variable]
        paper.add(
            "published_descriptives",
            table_number=1,
            variable=variable,
            observations=values.size,
            mean=paper.round(values.mean()),
            standard_deviation=paper.round(values.std(ddof=1)),
            minimum=paper.round(values.min()),
            maximum=paper.round(values.max()),
        )
    for variable, is_binary in (("w", False), ("d", True)):
        paper.add("variable_bounds", variable=variable, lower=0, upper=1, is_binary=is_binary, reason="a share")

    # Table 2: nested columns, and two stages
    paper.column(2, "1", "y", regress("y", "x"), "x")
    paper.column(2, "2", "y", regress("y", "x w"), "x; w")
    first_stage = regress("x", "z w")
    f = (first_stage.estimates["z"] / first_stage.errors["z"]) ** 2
    classical = fit(data["x"], {name: data[name] for name in ("z", "w")}, both)
    cragg_donald = (classical.estimates["z"] / classical.errors["z"]) ** 2
    paper.column(2, "3", "x", first_stage, "z; w", f=f)
    two_stage = regress("y", "x w", instruments={"values": {"z": data["z"], "w": data["w"]}})
    paper.column(2, "4", "y", two_stage, "w", instrumented=("x", "z"), other=("Cragg-Donald Wald F", cragg_donald))
    paper.column(2, "5", "y", regress("y", "x v"), "x; v")

    # Table 3: two groups of units
    for column, group in (("1", 0), ("2", 1)):
        rows = data["group"] == group
        paper.column(3, column, "y", regress("y", "x w", rows), "x; w", sample=f"group = {group}")
    for table, column, role in ((2, "2", "whole"), (3, "1", "part"), (3, "2", "part")):
        position = {"table_number": table, "column_number": column, "role": role}
        paper.add("published_partitions", partition="groups", **position, is_exhaustive=True)

    for table, column, role in ((2, "2", "whole"), (6, "2", "part")):
        position = {"table_number": table, "column_number": column, "role": role}
        rest = {"is_exhaustive": False, "leftover": "two units", "leftover_units": 2}
        paper.add("published_partitions", partition="all but two units", **position, **rest)

    # Table 4: a mediation, its total effect printed once more
    delta, direct = regress("m", "x w"), regress("y", "x m w")
    paper.column(4, "1", "m", delta, "x; w")
    paper.column(4, "2", "y", direct, "x; m; w")
    paper.column(4, "3", "y", regress("y", "x w"), "x; w")
    indirect = delta.estimates["x"] * direct.estimates["m"]
    share = 100 * indirect / (indirect + direct.estimates["x"])
    paper.add(
        "published_mediations",
        **{"mediator": "m", "treatment": "x", "mediator_table": 4, "mediator_column": "1", "outcome_table": 4},
        **{"outcome_column": "2", "total_table": 4, "total_column": "3", "claimed_sign": 1},
        share_claim=paper.claim("c_share", f"{share:.2f}"),
    )

    later_tables(paper, data)
    compose_samples(paper)
    describe_in_words(paper)
    return paper.tables


def later_tables(paper: Paper, data: dict[str, np.ndarray]) -> None:
    """Table 5, of demeaned data, and table 6, of other samples."""
    both = (data["unit"], data["year"])

    def regress(rows: np.ndarray | slice) -> Fit:
        named = {name: data[name][rows] for name in ("x", "w")}
        return fit(data["y"][rows], named, [codes[rows] for codes in both], vcov=paper.vcov)

    # Table 5: R2 and F of demeaned data, year dummies counted as regressors
    unit, year_dummies = data["unit"], dummies(data["year"])[:, 1:]
    named = {name: within(unit, data[name]) for name in ("x", "w")}
    named |= {f"year {number}": within(unit, column) for number, column in enumerate(year_dummies.T)}
    demeaned = fit(within(unit, data["y"]), named)
    k, r2 = len(named), demeaned.r2
    true_errors = regress(slice(None))
    table_5 = Fit(demeaned.n, true_errors.estimates, true_errors.errors, r2, true_errors.df)
    f = (r2 / k) / ((1 - r2) / (demeaned.n - k - UNITS))
    paper.column(5, "1", "y", table_5, "x; w", effects=("absorbed", "dummies"), r2_kind="within_one_way", f=f)

    # Table 6: the treatment a year before, and the panel without two units
    order = np.flatnonzero(data["year"] > 0)
    lagged = {"l_x": data["x"][order - 1], "w": data["w"][order]}
    effects = [codes[order] for codes in both]
    paper.column(6, "1", "y", fit(data["y"][order], lagged, effects, vcov=paper.vcov), "l_x; w", sample="year > 2001")
    paper.column(6, "2", "y", regress(unit >= 2), "x; w", sample="unit >= 2")


def compose_samples(paper: Paper) -> None:
    """What each printed N is made of."""
    units, first, last = (f"claim:{STUDY}/{claim_id}" for claim_id in ("c_units", "c_first", "c_last"))

    for row in [*paper.tables["published_fits"], {"table_number": 1, "column_number": None}]:
        position = {"table_number": row["table_number"], "column_number": row["column_number"]}
        operation = "lag" if position == {"table_number": 6, "column_number": "1"} else "at most"
        base = {"lags": f"claim:{STUDY}/c_lag", "base": f"n:{STUDY}/2/2"} if operation == "lag" else {}
        years = {"first_year": first, "last_year": last}
        paper.add(
            "sample_compositions", **position, composition="panel", operation=operation, units=units, **years, **base
        )
    paper.add(
        "sample_compositions",
        **{"table_number": 6, "column_number": "2", "composition": "without two", "operation": "without"},
        **{"units": f"claim:{STUDY}/c_dropped", "first_year": first, "last_year": last, "base": f"n:{STUDY}/2/2"},
    )


def describe_in_words(paper: Paper) -> None:
    """Claims about the printed numbers, as they stand."""
    printed = {
        (row["table_number"], row["column_number"], row["term"]): row for row in paper.tables["published_estimates"]
    }
    level = {3: 1, 2: 5, 1: 10}
    baseline = printed[2, "2", "x"]
    paper.claim("c_size", f"{baseline['estimate']:.{paper.decimals}f}")
    target: Callable[..., None] = lambda claim_id, relation, *numbers, **more: paper.add(  # noqa: E731
        "claim_targets",
        claim_id=claim_id,
        quantity=relation,
        relation=relation,
        **{f"number_{position}": number for position, number in enumerate(numbers, 1)},
        **more,
    )
    target("c_size", "value", f"estimate:{STUDY}/2/2/x")
    paper.claim("c_level", level[baseline["stars"]])
    target("c_level", "significant", f"estimate:{STUDY}/2/2/x", claimed_sign=1)
    paper.claim("c_half", 50)
    target("c_half", "percent_ratio", f"n:{STUDY}/3/2", f"n:{STUDY}/2/2")
    paper.claim("c_left", UNITS - 2)
    target("c_left", "difference", f"claim:{STUDY}/c_units", f"claim:{STUDY}/c_dropped")
    paper.claim("c_unseen", 7)
    paper.add("audit_exemptions", key_pattern=f"claim:{STUDY}/c_unseen", reason="a number of something not printed")
    for column, variable, concept, higher_means, sign in (("2", "y", "output", 1, 1), ("3", "x", "idleness", -1, -1)):
        effect = {"term": "x" if column == "2" else "z", "variable": variable, "concept": concept}
        position = {"table_number": 2, "column_number": column}
        paper.add("claimed_effects", **position, **effect, higher_means=higher_means, claimed_sign=sign)
