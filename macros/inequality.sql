{# x ln(x / y): 0 at x = 0, NULL where y is not positive or x is negative. #}
{% macro xlogx_ratio(x, y) -%}
    case
        when {{ x }} = 0 then 0
        when {{ x }} > 0 and {{ y }} > 0 then {{ x }} * ln({{ x }} / {{ y }})
    end
{%- endmacro %}

{# Urban-rural Theil index of one place: sum over urban and rural of s ln(s / p), with p the population
   share and s the income share (income = population share x per-capita income). #}
{% macro urban_rural_theil(urban_share, urban_income, rural_income) -%}
    {%- set rural_share = '(1 - ' ~ urban_share ~ ')' -%}
    {%- set urban_total = urban_share ~ ' * ' ~ urban_income -%}
    {%- set rural_total = rural_share ~ ' * ' ~ rural_income -%}
    {%- set urban_income_share = ratio(
        urban_total, '(' ~ urban_total ~ ' + (1 - ' ~ urban_share ~ ') * ' ~ rural_income ~ ')'
    ) -%}
    {%- set rural_income_share = ratio(
        rural_total, '(' ~ rural_total ~ ' + (1 - ' ~ rural_share ~ ') * ' ~ urban_income ~ ')'
    ) -%}
    case
        -- The last condition is needed because greatest() passes over NULL: without income there is no index.
        when
            {{ urban_share }} between 0 and 1
            and {{ urban_income }} >= 0
            and {{ rural_income }} >= 0
            and {{ urban_income_share }} is not null
            -- Gibbs' inequality makes the sum non-negative; rounding alone can take it below zero.
            then greatest(
                0,
                {{ xlogx_ratio(urban_income_share, urban_share) }} + {{ xlogx_ratio(rural_income_share, rural_share) }}
            )
    end
{%- endmacro %}

{# Share of a group in income, from its population share, its income and the income of the others. #}
{% macro income_share(share, income, other_income) -%}
    ({{ share }} * {{ income }} / nullif({{ share }} * {{ income }} + (1 - {{ share }}) * {{ other_income }}, 0))
{%- endmacro %}

{# What urban-rural inequality is made of, by place and year: the urban share of the population, and the two incomes
   where they are of one survey (vintage); others cannot be compared. A select, for a common table expression. #}
{% macro urban_rural_incomes(place_level) -%}
    select
        panel.{{ place_level }}_code,
        panel.year,
        panel.urbanisation_rate_pct / 100 as urban_share,
        case when one_survey.year is not null then panel.urban_income_cny end as urban_income_cny,
        case when one_survey.year is not null then panel.rural_income_cny end as rural_income_cny
    from {{ ref(place_level ~ '_panel') }} as panel
    left join (
        select
            place_code,
            year
        from {{ ref('observations') }}
        where place_level = '{{ place_level }}' and scope = 'total' and indicator in ('urban_income', 'rural_income')
        group by place_code, year
        having count(*) = 2 and count(distinct vintage) = 1
    ) as one_survey on panel.{{ place_level }}_code = one_survey.place_code and panel.year = one_survey.year
{%- endmacro %}
