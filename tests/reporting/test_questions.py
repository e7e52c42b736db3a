"""A question of one's own: parsed, refused in a sentence, and held against pyfixest and the stored estimates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from estimation.numerics.least_squares import DEMEANER
from reporting import tables
from reporting.errors import UsageError
from reporting.questions import answered, asked, parsed
from reporting.warehouse import opened


@pytest.fixture(scope="module")
def connection(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(str(default_warehouse_file)) as made:
        yield made


def fitted(connection: duckdb.DuckDBPyConnection, **question: Any) -> pd.DataFrame:
    """Estimates by term, of which the constant is ours alone."""
    output = answered(connection, asked(connection, **question))
    assert not isinstance(output, str), output
    return output.tables["estimates"].set_index("term").drop(index="constant", errors="ignore")


SAMPLE = "in_published_sample and year > 2007"


@pytest.mark.parametrize(
    ("mart", "formula", "theirs"),
    [
        ("innovative_city", "theil ~ treat_post + ln_agdp + urban | city_code + year", ""),
        ("innovative_city", "theil ~ treat_post + ln_agdp + I(ln_agdp ^ 2) | city_code", "I(ln_agdp**2)"),
        ("innovative_city", "theil ~ treat_post + log(gov) | year", "np.log(gov)"),
        ("innovative_city", "theil ~ treat_post * ln_agdp + urban:gov | province_code + year", ""),
        ("innovative_city", "log(theil) ~ treat_post + ln_agdp", ""),
        ("trade_wage_share", "wage ~ fdi + govern | city_code + year | trade ~ trade2004_x_t", ""),
    ],
)
def test_what_pyfixest_says_of_the_mart(connection, mart: str, formula: str, theirs: str) -> None:
    rows = connection.sql(f"select * exclude (interpolated_columns) from {mart} where {SAMPLE}").df()
    written = re.sub(r"I\(ln_agdp \^ 2\)|log\(gov\)", lambda _: theirs, formula).replace("log(theil)", "np.log(theil)")
    kinds: dict[str, Any] = {"iid": "iid", "hc1": "hetero", "cluster": {"CRV1": "city_code"}}
    model = pf.feols(written, rows, vcov="iid", fixef_rm="none", demeaner=DEMEANER, ssc=pf.ssc(k_fixef="nonnested"))
    for vcov, kind in kinds.items():
        ours = fitted(connection, mart=mart, formula=formula, where=SAMPLE, vcov=vcov)
        expected = model.vcov(kind).tidy().drop(index="Intercept", errors="ignore")
        assert len(ours) == len(expected)
        # in the order of their size: ours has what is endogenous first, and products after their parts
        for mine, column in (("estimate", "Estimate"), ("standard_error", "Std. Error")):
            found, wanted = np.sort(ours[mine].to_numpy(float)), np.sort(expected[column].to_numpy(float))
            np.testing.assert_allclose(found, wanted, rtol=1e-8)


@pytest.mark.parametrize(
    ("spec_id", "question"),
    [
        (
            "ii_t2_c1_cl",
            (
                "import_inequality",
                "tar ~ ln_import + urban + ind + ln_fdi_as_published + ln_pgdp + unemployment | province_code + year",
                "in_published_sample",
                "cluster",
            ),
        ),
        (
            "ic_t4_m9_east",
            (
                "innovative_city",
                "theil ~ treat_post + ln_agdp + I(ln_agdp ^ 2) + open + gov + talents + ainternet + urban "
                "| city_code + year",
                "in_published_sample and region = 'east'",
                "hc1",
            ),
        ),
        (
            "tw_t2_c8",
            (
                "trade_wage_share",
                "wage ~ fdi + govern + educ + tfp + unemp_as_published | city_code + year | trade ~ trade2004_x_t",
                "in_published_sample",
                "iid",
            ),
        ),
    ],
)
def test_the_formula_of_a_published_column_gives_its_stored_estimates(
    connection, spec_id: str, question: tuple[str, str, str, str]
) -> None:
    ours = fitted(connection, **dict(zip(("mart", "formula", "where", "vcov"), question, strict=True)))
    stored = connection.execute(
        "select estimate, standard_error from estimates where spec_id = ? and term <> 'constant' order by all",
        [spec_id],
    ).df()
    found = ours[["estimate", "standard_error"]].sort_values("estimate").to_numpy(float)
    np.testing.assert_allclose(found, stored.to_numpy(float), rtol=1e-8)


def test_a_panel_can_be_asked_as_well(connection) -> None:
    ours = fitted(connection, mart="city_panel", formula="log(gdp_100m_cny) ~ log(fai_100m_cny) | city_code + year")
    rows = connection.sql("select city_code, year, gdp_100m_cny, fai_100m_cny from city_panel").df()
    rows = rows[(rows["gdp_100m_cny"] > 0) & (rows["fai_100m_cny"] > 0)]
    model = pf.feols(
        "np.log(gdp_100m_cny) ~ np.log(fai_100m_cny) | city_code + year", rows, fixef_rm="none", demeaner=DEMEANER
    )
    np.testing.assert_allclose(ours["estimate"].to_numpy(float), model.coef().to_numpy(float), rtol=1e-8)


def test_a_formula_in_parts() -> None:
    formula = parsed("log(y) ~ x + I(a + b, c) + x:z + u*v + 1 | city_code + year | d ~ z1 + z2")
    assert formula.dependent == "log_y = ln(y)"
    assert formula.regressors == (
        "x",
        "a_b_c = a + b, c",
        "x_x_z = cast(x as double) * cast(z as double)",
        "u",
        "v",
        "u_x_v = cast(u as double) * cast(v as double)",
    )
    assert formula.effects == ("city_code", "year")
    assert (formula.endogenous, formula.instruments) == (("d",), ("z1", "z2"))
    assert parsed("y ~ x | 0").effects == ()
    assert parsed("y ~ x | d ~ z").instruments == ("z",)
    assert parsed("y ~ I(a = 'b | c + d')").regressors == ("a_b_c_d = a = 'b | c + d'",)


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("theil urban", "is no formula: write it as y ~ x1 + x2 | city_code + year"),
        ("theil ~ urbn", "There is no column of innovative_city 'urbn': the nearest are urban"),
        ("theil ~ I(urbn ^ 2)", "There is no column of innovative_city 'urbn': the nearest are urban"),
        ("theil ~ urban | citycode", "There is no column of innovative_city 'citycode': the nearest are city_code"),
        ("theil ~ i(year)", "i(...) is not supported in a formula: give its column as a fixed effect"),
        ("theil ~ urban | city_code^year", "interacted effects are not supported"),
        ("theil ~ urban | city_code + year + region", "3 fixed effects are too many"),
        ("theil ~ urban ^ 2", "is arithmetic: put it in I(...)"),
        ("theil ~ urban / gov", "is arithmetic: put it in I(...)"),
        ("theil ~ urban - 1", "takes something away"),
        ("theil ~ 0 + urban", "leave the 0 out"),
        ("theil ~ urban + ", "an empty term"),
        ("theil ~ (urban", "not closed"),
        ("theil ~ a*b*c", "crosses more than two variables"),
        ("theil + gov ~ urban", "is not one dependent variable"),
        ("theil ~ urban | year | a + b ~ c", "is not one endogenous variable"),
        ("theil ~ urban | year | a ~ b | c", "too many parts"),
        ("theil ~ 1", "needs regressors"),
        ("theil ~ urban; drop table fits", "is no variable of a formula"),
        ("theil ~ I(urban; drop table fits)", "has a semicolon"),
        ("theil ~ I((select max(urban) from innovative_city))", "holds a query"),
        ("theil ~ I(getenv('HOME'))", "calls getenv, which is none of the functions of expressions"),
        ("theil ~ read_text('/etc/passwd')", "calls read_text"),
    ],
)
def test_what_is_no_question_gets_one_sentence(connection, formula: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)) as raised:
        answered(connection, asked(connection, "innovative_city", formula))
    assert "\n" not in str(raised.value)


def test_wrong_marts_conditions_and_clusters_get_one_sentence(connection) -> None:
    question = {"mart": "innovative_city", "formula": "theil ~ urban"}
    for changes, sentence in (
        ({"mart": "innovative_cty"}, "There is no mart 'innovative_cty': the nearest are innovative_city"),
        ({"where": "regionn = 'east'"}, "There is no column of innovative_city 'regionn': the nearest are region"),
        ({"where": "true; drop table fits"}, "own_question, sample"),
        ({"where": "theil in (select 1)"}, "holds a query"),
        ({"cluster": "province"}, "There is no column of innovative_city 'province': the nearest are province_code"),
    ):
        with pytest.raises(UsageError, match=re.escape(sentence)):
            answered(connection, asked(connection, **{**question, **changes}))


def test_what_the_data_do_not_allow_is_an_empty_column_with_the_reason(connection) -> None:
    specification = asked(connection, "innovative_city", "theil ~ urban | city_code", where="year = 1900")
    answer = answered(connection, specification)
    assert answer == "no row of the mart meets the sample rule"
    table = tables.of_output(connection, specification, answer)
    assert "Column (1) not estimable on these data: no row of the mart meets the sample rule." in table.notes
    assert ("Urbanisation", ("",)) in table.groups[0]


def test_a_fresh_fit_is_a_table_with_readable_labels(connection) -> None:
    formula = "theil ~ treat_post * ln_agdp + I(ln_agdp ^ 2) | province_code + year"
    specification = asked(connection, "innovative_city", formula, cluster="province_code")
    answer = answered(connection, specification)
    assert not isinstance(answer, str)
    table = tables.of_output(connection, specification, answer)
    labels = [label for label, _ in table.groups[0] if label]
    assert labels == [
        "Treatment",
        "Log real GDP per capita",
        "Treatment × Log real GDP per capita",
        "Log real GDP per capita, squared",
        "Constant",
    ]
    estimates = answer.tables["estimates"]["estimate"]
    shown = [texts[0].rstrip("*") for label, texts in table.groups[0] if label]
    assert shown == [f"{estimate:.4f}" for estimate in estimates]
    assert dict(table.groups[1])["Province effects"] == ("Yes",)
    assert "Clustered by province." in table.notes
    # provinces are not the places of this mart
    assert "Places" not in dict(table.groups[1])
