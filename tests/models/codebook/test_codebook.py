"""The codebook: a row for every column of main, in two languages, and the comments that are made from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.support.warehouse import ROOT, dbt

_COLUMNS = "(from duckdb_columns() where schema_name = 'main' and not internal)"


def test_every_column_of_main_is_in_the_codebook_once_where_and_as_it_is(default_warehouse) -> None:
    query = f"""
        select table_name, column_name, column_index, data_type from {_COLUMNS}
        order by table_name, column_index
    """
    there = default_warehouse.sql(query).fetchall()
    held = default_warehouse.sql(
        "select table_name, column_name, position, data_type from codebook order by table_name, position"
    ).fetchall()
    assert held == there
    assert len(there) > 1300


def test_every_column_of_main_has_a_comment_in_both_languages(default_warehouse) -> None:
    bare = default_warehouse.sql(f"""
        select table_name, column_name, comment from {_COLUMNS}
        where comment is null
            or not regexp_matches(split_part(comment, chr(10), 1), '^[^\\p{{Han}}]*[A-Za-z]{{3}}.*: .*[a-z]')
            or not regexp_matches(split_part(comment, chr(10), 2), '\\p{{Han}}.*：.*\\p{{Han}}')
    """).fetchall()
    assert bare == []


def test_comments_are_written_out_by_hand(default_warehouse) -> None:
    comments = dict(
        default_warehouse.sql("""
            select table_name || '.' || column_name, comment from duckdb_columns()
            where (table_name, column_name) in (
                ('import_inequality', 'ln_inno'), ('city_panel', 'exp_education_100m_cny_districts'),
                ('fits', 'kleibergen_paap_f'), ('province_panel', 'urban_income_break')
            )
        """).fetchall()
    )
    simulated = "Sources 来源: Simulated data, not statistics: docs/simulation.md"
    assert comments == {
        "import_inequality.ln_inno": (
            "Log science and technology expenditure: Logarithm of local fiscal expenditure on science and technology\n"
            "财政科技支出对数：地方财政科学技术支出的自然对数\n"
            "Unit 单位: ln of 100m CNY (亿元（取对数）) | Years 年份: 2006-2020 | Vintages 版本: simulated"
            f" | {simulated}"
        ),
        "city_panel.exp_education_100m_cny_districts": (
            "Local fiscal expenditure on education, urban districts: Of the urban districts. Budget item 205, "
            "education (before 2007: education operating expenses)\n"
            "教育支出（市辖区）：市辖区口径。一般公共预算支出中的教育支出（205 类）；2007 年前为教育事业费\n"
            f"Unit 单位: 100m CNY (亿元) | Years 年份: 2005-2022 | Vintages 版本: simulated | {simulated}"
            " | Breaks 断点: 2007: Budget items reclassified: item 205 replaces education operating expenses"
            " / 2007年：预算科目调整：以 205 类教育支出取代教育事业费"
        ),
        "fits.kleibergen_paap_f": (
            "Kleibergen-Paap F: Kleibergen-Paap rk Wald F of weak identification, under the errors of the "
            "specification\n"
            "Kleibergen-Paap F 统计量：按该设定的标准误计算、检验弱工具变量的 Kleibergen-Paap rk Wald F 统计量"
        ),
        "province_panel.urban_income_break": (
            "Breaks behind the year: Urban disposable income per capita: How many breaks of definition of "
            "urban_income_cny lie behind the year\n"
            "城镇居民人均可支配收入（定义断点数）：截至该年，城镇居民人均可支配收入已发生的定义断点个数\n"
            f"Years 年份: 2006-2020 | Vintages 版本: simulated | {simulated} | Breaks 断点: 2013: The compilation "
            "holds old-survey values of 2010 to 2012 in 14 provinces and the old survey times one factor in the "
            "others; unified survey from 2013 on / 2013年：汇编所载 2010—2012 年数值，14 个省份为旧口径调查数，"
            "其余省份为旧口径数乘以同一系数；2013 年起为城乡一体化住户调查数"
        ),
    }


def test_units_are_those_that_the_names_of_columns_end_in(default_warehouse) -> None:
    """`gdp_real_chained_100m_cny_2010` ends in `_100m_cny_2010`, and not in `_cny`."""
    suffixed = default_warehouse.sql("""
        select codebook.table_name, codebook.column_name, codebook.unit, arg_max(units.name_en, length(column_suffix))
        from codebook
        inner join reference.unit_names as units
            on ends_with(replace(codebook.column_name || '$', '_districts$', '$'), units.column_suffix || '$')
        group by all
    """).fetchall()
    assert len(suffixed) > 200
    assert [row for row in suffixed if row[2] != row[3]] == []


def test_every_row_of_the_seed_describes_a_column_that_there_is(default_warehouse) -> None:
    """Also: a row for all tables is not hidden by rows of each of them."""
    unused = default_warehouse.sql(f"""
        with described as (
            select described.table_name, described.column_name, columns.table_name as found
            from reference.codebook_columns as described
            left join {_COLUMNS} as columns
                on columns.column_name = described.column_name
                and columns.table_name = coalesce(described.table_name, columns.table_name)
                and (
                    described.table_name is not null
                    or (columns.table_name, columns.column_name) not in (
                        select (own.table_name, own.column_name) from reference.codebook_columns as own
                        where own.table_name is not null
                    )
                    and columns.table_name not in (select study from mart_columns)
                )
        )
        select distinct table_name, column_name from described where found is null
    """).fetchall()
    assert unused == []


def test_no_fact_stands_twice(default_warehouse) -> None:
    """A column of a mart or of an indicator has no row of its own in the seed."""
    twice = default_warehouse.sql("""
        select own.table_name, own.column_name from reference.codebook_columns as own
        where own.table_name in (select study from mart_columns)
            or own.column_name in (select panel_column from reference.indicators)
            and own.table_name in ('city_panel', 'province_panel', 'city_vintages', 'province_vintages')
    """).fetchall()
    assert twice == []


def test_indicators_that_columns_rest_on_are_known(default_warehouse) -> None:
    unknown = default_warehouse.sql("""
        select column_name, indicator
        from (
            select column_name, unnest(string_split(indicators, '; ')) as indicator from reference.codebook_columns
        )
        where indicator not in (select indicator from reference.indicators)
    """).fetchall()
    assert unknown == []


def test_years_are_those_of_the_values_in_the_table(default_warehouse) -> None:
    """Counted again, a column at a time."""
    columns = default_warehouse.sql("""
        select table_name, column_name, first_year, last_year from codebook
        where table_name in ('city_trade', 'province_income_theil', 'import_inequality', 'province_panel')
            and (first_year is not null or column_name in ('rd_expenditure_100m_cny', 'trade_balance'))
    """).fetchall()
    assert len(columns) > 60
    for table, column, *years in columns:
        counted = default_warehouse.sql(f'select min(year), max(year) from {table} where "{column}" is not null')
        assert list(counted.fetchall()[0]) == years, (table, column)


def test_a_column_with_values_says_where_they_come_from(default_warehouse) -> None:
    silent = default_warehouse.sql("""
        select table_name, column_name from codebook
        where first_year is not null and (sources is null or vintages is null)
    """).fetchall()
    assert silent == []
    ((told,),) = default_warehouse.sql("select count(*) from codebook where sources is not null").fetchall()
    assert told > 400


def test_all_vintages_stand_beside_those_that_the_panel_takes(default_warehouse) -> None:
    vintages = dict(
        default_warehouse.sql(
            "select table_name, vintages from codebook where column_name = 'gdp_100m_cny' and table_name like 'prov%'"
        ).fetchall()
    )
    taken = "select distinct vintage from observations where place_level = 'province' and indicator = 'gdp'"
    assert {vintages["province_panel"]} == {
        "; ".join(sorted(row[0] for row in default_warehouse.sql(taken).fetchall()))
    }
    at_hand = "select distinct vintage from province_vintages where gdp_100m_cny is not null order by all"
    assert vintages["province_vintages"].split("; ") == [row[0] for row in default_warehouse.sql(at_hand).fetchall()]
    assert vintages["province_vintages"] != vintages["province_panel"]


def test_the_codebook_is_built_after_every_table_of_main(default_warehouse_file: Path) -> None:
    path = default_warehouse_file.with_suffix(".work") / "target" / "manifest.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    before: set[str] = set()
    ahead = ["model.regional_inequality.codebook"]
    while ahead:
        needed = [name for name in nodes[ahead.pop()]["depends_on"].get("nodes", []) if name in nodes]
        ahead += [name for name in needed if name not in before]
        before |= set(needed)
    of_main = {name for name, node in nodes.items() if node["resource_type"] == "model" and node["schema"] == "main"}
    left = {name.rpartition(".")[2] for name in of_main - before - {"model.regional_inequality.codebook"}}
    assert left == set(), "name them in depends_on_all_of_main (macros/codebook.sql)"


def test_a_changed_definition_of_a_study_is_a_changed_model(default_warehouse_file: Path) -> None:
    """dbt's state selection compares descriptions of columns only where they are to be persisted."""
    path = default_warehouse_file.with_suffix(".work") / "target" / "manifest.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    marts = [node for name, node in nodes.items() if name.startswith("model.") and node["path"].startswith("marts/")]
    assert len(marts) >= 6
    assert all(node["config"]["persist_docs"]["columns"] for node in marts)


def test_a_table_that_is_built_alone_gets_its_comments_back(default_warehouse_file: Path, tmp_path: Path) -> None:
    part = tmp_path / "regional.duckdb"
    with duckdb.connect(str(part)) as connection:
        connection.execute(f"attach '{default_warehouse_file}' as built (read_only)")
        for table in ("city_panel", "codebook"):
            connection.execute(f"create table {table} as from built.main.{table}")
    done = dbt("run", "--select", "city_fiscal", warehouse=part, cache=ROOT / "build" / "cache")
    assert done.returncode == 0, done.stdout
    comments = """
        select table_name, column_name, comment from duckdb_columns()
        where schema_name = 'main' and table_name in ('city_fiscal', 'city_panel') order by all
    """
    after, before = (_rows(path, comments) for path in (part, default_warehouse_file))
    assert after == before
    assert "财政自给率" in dict(row[1:] for row in after)["fiscal_self_sufficiency"]


def _rows(path: Path, query: str) -> list[tuple[str, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql(query).fetchall()


_EXPOSED = {
    "cookbook": ("analysis",),
    "exports": ("reporting/exports", "reporting/exporting"),
    "explorer": ("reporting/explorer.py", "reporting/exploring"),
    "report": ("reporting/report",),
}


@pytest.mark.parametrize("exposure", _EXPOSED)
def test_exposures_name_what_their_queries_read(default_warehouse_file: Path, exposure: str) -> None:
    """Tables that stand after from or join in the files of a part, as far as the part is here."""
    path = default_warehouse_file.with_suffix(".work") / "target" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    nodes = manifest["nodes"]
    models = {node["name"] for node in nodes.values() if node["resource_type"] == "model"}
    named = manifest["exposures"][f"exposure.regional_inequality.{exposure}"]["depends_on"]["nodes"]
    places = [ROOT / name for name in _EXPOSED[exposure] if (ROOT / name).exists()]
    if not places:
        pytest.skip(f"the {exposure} is not here")
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.*"))]
    texts = "".join(file.read_text(encoding="utf-8") for file in files if file.suffix in (".sql", ".py"))
    read = set(re.findall(r"\b(?:from|join)\s+(?:\w+\.)?(\w+)", texts, flags=re.IGNORECASE)) & models
    assert read - {nodes[name]["name"] for name in named if name in nodes} == set()
