"""A project of a few tables, which is built in a second: for tests of builds and of their publication."""

from __future__ import annotations

import textwrap
from pathlib import Path

from tests.support.project import ROOT
from tests.support.warehouse import write_csv, write_manifest

PROJECT = {
    "dbt_project.yml": """
        name: small
        profile: small
        flags: {indirect_selection: cautious, send_anonymous_usage_stats: false}
        test-paths: [tests/sql]
        on-run-start: "create or replace macro trebled(x) as {{ trebled('x') }}"
        vars: {factor: 1}
        models: {+materialized: table}
    """,
    "profiles.yml": """
        small:
          target: file
          outputs:
            file:
              type: duckdb
              path: "{{ env_var('REGIONAL_WAREHOUSE') }}"
              threads: 2
              plugins:
                - {module: landing.plugin, alias: landing}
                - {module: regional.history_plugin, alias: history}
    """,
    "models/sources.yml": """
        sources:
          - name: landing
            config: {plugin: landing}
            tables: [{name: cells}, {name: files}, {name: record_files}, {name: notices}]
    """,
    "models/landed.sql": """
        select 'cells' as name, count(*) as n from {{ source('landing', 'cells') }}
        union all select 'files', count(*) from {{ source('landing', 'files') }}
        union all select 'record_files', count(*) from {{ source('landing', 'record_files') }}
        union all select 'notices', count(*) from {{ source('landing', 'notices') }}
    """,
    # a mark is another one after every build of its table
    "models/data_identity.sql": "select uuid() as mark",
    "models/doubled.sql": "select name, {{ doubled('value') }} as value, uuid() as mark from {{ ref('numbers') }}",
    "models/untouched.sql": "select 1 as value, uuid() as mark",
    "models/passing.sql": "select 1 as value",
    "models/models.yml": """
        models:
          - name: untouched
            columns:
              - {name: value, config: {meta: {label_en: Value}}}
    """,
    "macros/doubled.sql": "{% macro doubled(x) %}2 * {{ x }} * {{ var('factor') }}{% endmacro %}",
    "macros/trebled.sql": "{% macro trebled(x) %}({{ x }} * 3){% endmacro %}",
    "seeds/numbers.csv": "name,value\none,1\ntwo,2\n",
    # of a table that an update builds and one that it does not
    "tests/sql/doubled_above_untouched.sql": """
        select value from {{ ref('doubled') }} where value <= (select min(value) from {{ ref('untouched') }})
    """,
    "landing/reader.py": "READERS = 1",
    "estimation/suites/placebo.py": "DRAWS = 1",
}

#: What makes it large enough for faults: a history, a cache of fits, and tables that say what they were made of.
WITH_RUNS = {
    "dbt_project.yml": """
        name: small
        profile: small
        flags: {send_anonymous_usage_stats: false, log_level_file: none}
        on-run-start:
          - create schema if not exists landing
          - create schema if not exists history
        on-run-end: "{{ keep_run(results) }}"
        models: {+materialized: table}
    """,
    "profiles.yml": PROJECT["profiles.yml"],
    "macros/runs.sql": (ROOT / "macros" / "runs.sql").read_text(encoding="utf-8"),
    "macros/is_simulated.sql": "{% macro is_simulated() %}true{% endmacro %}",
    "macros/schemas.sql": (ROOT / "macros" / "schemas.sql").read_text(encoding="utf-8"),
    "models/sources.yml": """
        sources:
          - name: landing
            config: {plugin: landing}
            tables: [{name: cells}, {name: files}, {name: record_files}, {name: notices}]
          - name: history
            config: {plugin: history}
            tables: [{name: runs}]
    """,
    "models/landed_cells.sql": "select year_text, value_text from {{ source('landing', 'cells') }}",
    "models/landed_files.sql": """
        select file_id from {{ source('landing', 'files') }}
        union all select cast(count(*) as varchar) from {{ source('landing', 'record_files') }}
        union all select cast(count(*) as varchar) from {{ source('landing', 'notices') }}
    """,
    "models/doubled.sql": "select name, 2 * value as value from {{ ref('numbers') }}",
    # content that depends on the figures, and takes pages of the file
    "models/long.sql": """
        select md5(number || name) as text, value from {{ ref('doubled') }}, range(20000) as numbers(number)
    """,
    "models/run_identity.sql": """
        {{ config(schema='estimation') }}
        select
            left(md5(string_agg(name || value || value_text, ',' order by name)), 16) as run_id,
            md5(string_agg(value_text, ',' order by name)) as data_hash,
            'code' as code_hash
        from {{ ref('doubled') }}, {{ ref('landed_cells') }}
    """,
    "models/estimation_output.py": """
        from estimation.run.fit_cache import FitCache, fit_cache_folder


        def model(dbt, session):
            dbt.config(materialized="table")
            dbt.ref("doubled")
            cache = FitCache(fit_cache_folder(), session)
            query = "select sum(value) from doubled"
            rows = cache.rows("doubled", ["sum"], lambda: [[float(session.sql(query).fetchall()[0][0])]])
            return session.sql(f"select 'a' as spec_id, 'sum' as term, {rows[0][0]} as estimate")
    """,
    "models/estimates.sql": """
        select outputs.*, 1.0 as standard_error, runs.run_id
        from {{ ref('estimation_output') }} as outputs, {{ ref('run_identity') }} as runs
    """,
    "models/runs.sql": """
        with latest as (
            select run_id, run_number from {{ source('history', 'runs') }} order by run_number desc limit 1
        )
        select
            run_id,
            coalesce(
                (select latest.run_number from latest where latest.run_id = present.run_id),
                (select latest.run_number + 1 from latest),
                1
            ) as run_number,
            timestamp '2020-01-01' as started_at, data_hash, '' as manifest_hash, '' as vintages,
            '' as specification_hash, code_hash, '' as software, '' as vars, 1 as seed, true as is_simulated,
            true as is_current
        from {{ ref('run_identity') }} as present
    """,
    "seeds/numbers.csv": "name,value\none,1\ntwo,2\n",
    "landing/reader.py": "READERS = 1",
}


def write_project(root: Path, files: dict[str, str] | None = None) -> None:
    """Write a project, PROJECT unless another is given, and its folder of one data file."""
    for name, text in (PROJECT if files is None else files).items():
        change(root / name, text)
    write_data(root, 1)


def write_data(root: Path, figure: int) -> None:
    """The data folder, whose only figure is `figure`."""
    (root / "my data").mkdir(exist_ok=True)
    write_csv(root / "my data" / "gdp.csv", [["region", "2010"], ["Beijing", figure]])
    row = {"path": "gdp.csv", "reader": "region_by_year", "indicator": "gdp", "unit": "100m_cny"}
    write_manifest(root / "my data", row | {"place_level": "province"})


def change(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
