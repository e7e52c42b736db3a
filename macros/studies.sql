{# The marts of the studies, each named as its study: the one list of them in the code. dbt has to know what a model
   reads before it reads the seed `studies`; a test holds the two against each other. #}
{% macro study_marts() -%}
    {{ return(['import_inequality', 'trade_wage_share', 'innovative_city', 'city_convergence']) }}
{%- endmacro %}

{# Makes a model depend on every mart: for one that takes their names out of a seed. #}
{% macro depends_on_study_marts() -%}
    {%- for mart in study_marts() %}
-- depends_on: {{ ref(mart) }}
    {%- endfor %}
{%- endmacro %}

{# Is a place one that the study looks at? The seed study_exclusions names the provinces it leaves out. #}
{% macro in_study_places(study, province_code) -%}
    {{ province_code }} not in (
        select exclusions.province_code from {{ ref('study_exclusions') }} as exclusions where exclusions.study = '{{ study }}'
    )
{%- endmacro %}

{# Is a year one of the study's? #}
{% macro in_study_window(study, year) -%}
    (
        select {{ year }} between studies.first_year and studies.last_year
        from {{ ref('studies') }} as studies
        where studies.study = '{{ study }}'
    )
{%- endmacro %}

{# Is a place a member of a grouping? #}
{% macro in_grouping(place_code, grouping) -%}
    {{ place_code }} in (
        select memberships.place_code
        from {{ ref('place_groups') }} as memberships
        where memberships.grouping = '{{ grouping }}'
    )
{%- endmacro %}

{# Has a row every one of these columns? #}
{% macro all_present(columns) -%}
    ({% for column in columns %}{{ column }} is not null{{ " and " if not loop.last }}{% endfor %})
{%- endmacro %}

{# The level of place that each study is about, by study, while a model is compiled. #}
{% macro study_place_levels() -%}
    {%- set levels = {} -%}
    {%- for study, place_level in seed_rows(
        'studies', 'study, place_level', 'study', names=['study', 'place_level']
    ) -%}
        {%- do levels.update({study: place_level}) -%}
    {%- endfor -%}
    {{ return(levels) }}
{%- endmacro %}
