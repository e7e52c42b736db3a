{# The run that a row of a result table was made in. #}
{% macro run_id() -%}
    (select run_id from {{ ref('run_identity') }})
{%- endmacro %}

{# What every result table says of each row: does anything behind it come from simulated files, and which run made it. #}
{% macro run_stamp() -%}
    {{ is_simulated() }} as is_simulated,
    {{ run_id() }} as run_id
{%- endmacro %}

{# The vars that results depend on, with their values, as text. #}
{% macro vars_text() -%}
    {%- set values = {} -%}
    {%- for name in [
        'family_vintages', 'splice_gaps', 'splice_tolerance', 'splice_reach_years', 'splice_jump',
        'max_gap_years', 'policy_confidence', 'first_data_year', 'last_data_year',
        'outlier_percentile', 'unassigned_sectors_group', 'confidence_level', 'placebo_draws', 'bootstrap_draws', 'curve_fits'
    ] -%}
        {%- do values.update({name: var(name)}) -%}
    {%- endfor -%}
    {{ return(tojson(values, sort_keys=true)) }}
{%- endmacro %}

{# At the end of a run that estimated, and in which nothing failed: adds its estimates to the history beside the
   warehouse (regional/history.py). A warehouse that was built in part, or with an error, leaves no trace there, unless
   the rest of it was complete before (regional update). #}
{% macro keep_run(results) -%}
    {%- set done = [] -%}
    {%- set failed = [] -%}
    {%- for result in results or [] -%}
        {%- if result.status | string in ['error', 'fail', 'runtime error', 'skipped', 'partial success'] -%}
            {%- do failed.append(result.node.unique_id) -%}
        {%- elif result.node.resource_type == 'model' -%}
            {%- do done.append(result.node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set working = none -%}
    {%- set needed = ['run_identity', 'estimates', 'runs'] -%}
    {%- if execute and not run_query('select is_update()').columns[0].values()[0] -%}
        {%- set needed = needed + ['landed_cells', 'estimation_output'] -%}
    {%- endif -%}
    {%- if execute and not failed and needed | reject('in', done) | list == [] -%}
        {%- set working = run_query(
            'select history_entry(run_number, run_id) from main.runs where is_current'
        ).columns[0].values()[0] -%}
    {%- endif -%}
    {%- if working -%}
        copy (
            select
                runs.* exclude (is_current),
                estimates.spec_id,
                estimates.term,
                estimates.estimate,
                estimates.standard_error
            from main.runs as runs
            left join main.estimates as estimates on runs.run_id = estimates.run_id
            where runs.is_current
            order by estimates.spec_id, estimates.term
        ) to '{{ working | replace("'", "''") }}' (format parquet);
        {%- set quantiles = adapter.get_relation(target.database, 'gates', 'panel_quantiles') %}
        {%- if quantiles %}
        copy (
            select
                runs.run_number,
                identity.* exclude (seed, manifest_hash, vintages),
                quantiles.*
            from {{ quantiles }} as quantiles, staging.data_identity as identity, main.runs as runs
            where runs.is_current
            order by quantiles.relation, quantiles.column_name, quantiles.probability
        ) to '{{ working | replace(".parquet", ".quantiles.parquet") | replace("'", "''") }}' (format parquet);
        {%- endif %}
        select keep_history_entry('{{ working | replace("'", "''") }}')
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# Difference of two numbers as a share of the larger; 0 where both are 0. #}
{% macro relative_change(a, b) -%}
    coalesce({{ ratio('abs(' ~ a ~ ' - ' ~ b ~ ')', 'greatest(abs(' ~ a ~ '), abs(' ~ b ~ '))') }}, abs({{ a }} - {{ b }}))
{%- endmacro %}
