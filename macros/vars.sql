{# A var that must be one of some words. The start hook asks for each, so that a wrong one stops the build before a
   table is replaced. #}
{% macro choice_var(name, allowed) -%}
    {%- if execute and var(name) not in allowed -%}
        {%- do exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ var(name) ~ "': use one of '" ~ allowed | join("', '") ~ "'."
        ) -%}
    {%- endif -%}
    {{ return(var(name)) }}
{%- endmacro %}

{# Which rows of policy lists count: all, or those that name a source. #}
{% macro policy_confidence() -%}
    {{ return(choice_var('policy_confidence', ['all', 'sourced'])) }}
{%- endmacro %}

{# The group of the sectors that the seed industry_sectors leaves unassigned; '' leaves them so. #}
{% macro unassigned_sectors_group() -%}
    {{ return(choice_var('unassigned_sectors_group', ['', 'laborempl', 'capempl', 'techempl'])) }}
{%- endmacro %}

{# The share of a sample that counts as outlying at either end. #}
{% macro outlier_percentile() -%}
    {%- set percentile = var('outlier_percentile') -%}
    {%- if execute and (percentile is not number or percentile is boolean or not 0 <= percentile < 0.5) -%}
        {%- do exceptions.raise_compiler_error(
            "The var outlier_percentile is '" ~ percentile ~ "': use a number from 0 to below 0.5, such as 0.01."
        ) -%}
    {%- endif -%}
    {{ return(percentile) }}
{%- endmacro %}

{# How much a causal suite draws or fits. #}
{% macro suite_limit(name) -%}
    {%- if execute and (var(name) is not integer or var(name) is boolean or var(name) < 2) -%}
        {%- do exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ var(name) ~ "': use a whole number from 2 on, such as 1000."
        ) -%}
    {%- endif -%}
    {{ return(var(name)) }}
{%- endmacro %}

{# A var that is a number, which stands in SQL as it is. #}
{% macro number_var(name, smallest, largest=none, whole=false) -%}
    {%- set value = var(name) -%}
    {%- set is_number = (value is integer or (value is number and not whole)) and value is not boolean -%}
    {%- if execute and (not is_number or value < smallest or (largest is not none and value > largest)) -%}
        {%- do exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ value ~ "': use a " ~ ('whole number' if whole else 'number') ~ " from "
            ~ smallest ~ (" on." if largest is none else " to " ~ largest ~ ".")
        ) -%}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}

{# Vintages that families take instead of those of their best sources; whether a file has them, vintage_choice sees. #}
{% macro family_vintages() -%}
    {%- for asked in var('family_vintages') if execute -%}
        {%- if asked is not mapping or not (asked.place_level and asked.family and asked.vintage) -%}
            {%- do exceptions.raise_compiler_error(
                "The var family_vintages has '" ~ asked ~ "': each entry names a place_level, a family and a vintage, "
                ~ "such as {place_level: province, family: national_accounts, vintage: economic_census_3}."
            ) -%}
        {%- endif -%}
        {%- for year in [asked.get('first_year', 0), asked.get('last_year', 9999)] if year is not integer -%}
            {%- do exceptions.raise_compiler_error(
                "The var family_vintages has the year '" ~ year ~ "': use a whole number, such as 2004."
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(var('family_vintages')) }}
{%- endmacro %}

{# The years that figures can be of. #}
{% macro data_years() -%}
    {%- set years = [var('first_data_year'), var('last_data_year')] -%}
    {%- if execute and (
        years | reject('integer') | list or years | select('boolean') | list or not 1000 <= years[0] <= years[1] <= 9999
    ) -%}
        {%- do exceptions.raise_compiler_error(
            "The vars first_data_year and last_data_year are '" ~ years[0] ~ "' and '" ~ years[1] ~ "': use two years, "
            ~ "the earlier one first."
        ) -%}
    {%- endif -%}
    {{ return(years) }}
{%- endmacro %}

{# Every var with a limited choice, asked for once before any node runs. #}
{% macro check_vars() -%}
    {%- do [policy_confidence(), unassigned_sectors_group(), outlier_percentile(), family_vintages(), data_years()] -%}
    {%- do [suite_limit('placebo_draws'), suite_limit('bootstrap_draws'), suite_limit('curve_fits')] -%}
    {%- do [choice_var('splice_gaps', [true, false]), number_var('splice_tolerance', 0), number_var('splice_jump', 0)] -%}
    {%- do [number_var('splice_reach_years', 0, whole=true), number_var('max_gap_years', 0, whole=true)] -%}
    {%- do number_var('confidence_level', 0, 1) -%}
    select 1
{%- endmacro %}
