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
    {%- for study, place_level in seed_rows('studies', 'study, place_level', 'study') -%}
        {%- do levels.update({study: place_level}) -%}
    {%- endfor -%}
    {{ return(levels) }}
{%- endmacro %}
