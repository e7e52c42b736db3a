{# The columns that every findings model ends with, so that `findings` can be their union. place_code is NULL where
   a whole column is meant; `source` carries the key of the values (file, level, place, indicator, scope, vintage, year). #}
{% macro finding_columns(source, place_code, observed, expected, deviation, message, indicator=none) -%}
    detector.detector,
    detector.severity,
    {{ source }}.file_id,
    {{ source }}.place_level,
    {{ place_code }} as place_code,
    {{ indicator or source ~ '.indicator' }} as indicator,
    {{ source }}.scope,
    {{ source }}.vintage,
    {{ source }}.year,
    cast({{ observed }} as double) as observed,
    cast({{ expected }} as double) as expected,
    cast({{ deviation }} as double) as deviation,
    {{ message }} as message
{%- endmacro %}

{# Half a unit of the last printed decimal: how far a printed number may lie from what it rounds. Numbers with an
   exponent, or with more decimals than a yearbook prints, are taken as exact. #}
{% macro rounding_error(text) -%}
    case
        when regexp_matches({{ text }}, '[eE]') or length(regexp_extract({{ text }}, '\.(\d+)', 1)) > 6 then 0
        else 0.5 * power(10.0, -length(regexp_extract({{ text }}, '\.(\d+)', 1)))
    end
{%- endmacro %}

{# Are these two rows of one observation: the same file, place, indicator, scope, vintage and year? #}
{% macro same_observation(one, other) -%}
    {%- for column in ['file_id', 'place_level', 'place_code', 'indicator', 'scope', 'vintage', 'year'] -%}
        {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ " and " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# What a piece of evidence adds to the score of a suspect: its weight (seed evidence_weights), times its strength, if it
   has one, up to the largest that counts. #}
{% macro evidence_weight(evidence, strength=none) -%}
    {%- set column = "(select weight from " ~ ref('evidence_weights') ~ " where evidence = '" ~ evidence ~ "')" -%}
    {%- if strength is none -%}
    {{ column }}
    {%- else -%}
    {{ column }} * least({{ strength }}, (
        select coalesce(largest, 1e9) from {{ ref('evidence_weights') }} where evidence = '{{ evidence }}'
    ))
    {%- endif -%}
{%- endmacro %}
