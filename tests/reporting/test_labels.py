"""Labels of columns: from the codebook where there is one, from the seeds where not."""

from __future__ import annotations

import duckdb
import pytest

from reporting.labels import definition_of, labels_of


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table panel (city_code varchar, gdp_100m_cny double, own_name double)")
    connection.execute("comment on table panel is 'One row a city.\nAnd year.'")
    connection.execute("comment on column panel.own_name is 'What it is'")
    connection.execute("create table mart_columns as select 's' as study, 'x' as column_name, 'X' as label_en, "
                       "'甲' as label_zh, null as unit, 'The x' as definition")  # fmt: skip
    connection.execute("create schema reference")
    connection.execute("create table reference.studies as select 's' as study, 'mart' as mart")
    connection.execute(
        "create table reference.indicators as select 'gdp' as indicator, 'gdp_100m_cny' as panel_column, "
        "'Product' as label_en, '生产总值' as label_zh, '100m_cny' as unit, 'Value added' as definition"
    )
    connection.execute("create table mart (x double)")
    return connection


def test_without_a_codebook_the_seeds_are_asked(warehouse: duckdb.DuckDBPyConnection) -> None:
    labels = labels_of(warehouse, "panel")
    assert list(labels) == ["city_code", "gdp_100m_cny", "own_name"]
    product = labels["gdp_100m_cny"]
    assert (product.label("en"), product.label("zh"), product.unit) == ("Product", "生产总值", "100m_cny")
    assert (labels["own_name"].label("zh"), labels["own_name"].definition("en")) == ("Own name", "What it is")
    assert labels_of(warehouse, "mart")["x"].label("zh") == "甲"
    assert definition_of(warehouse, "panel") == "One row a city. And year."
    assert (labels_of(warehouse, "absent"), definition_of(warehouse, "absent")) == ({}, "")


def test_a_codebook_is_asked_first_and_no_column_is_left_out(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        "create table codebook as select 'panel' as table_name, 'gdp_100m_cny' as column_name, 'GDP' as label_en, "
        "'国内生产总值' as label_zh, '100m CNY' as unit, '亿元' as unit_zh, "
        "'In words' as definition_en, '文字' as definition_zh, "
        "'2020' as vintages, 2000 as first_year, 2020 as last_year, 'yearbook' as sources, "
        "null::varchar as breaks, null::varchar as breaks_zh"
    )
    labels = labels_of(warehouse, "panel")
    assert list(labels) == ["city_code", "gdp_100m_cny", "own_name"]
    product = labels["gdp_100m_cny"]
    assert (product.label("zh"), product.definition("zh"), product.first_year) == ("国内生产总值", "文字", 2000)
    assert (product.unit_in("en"), product.unit_in("zh")) == ("100m CNY", "亿元")
    assert (product.vintages, product.sources, product.breaks) == ("2020", "yearbook", None)
    assert labels["own_name"].label("en") == "Own name"
