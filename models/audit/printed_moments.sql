-- The printed moments as intervals, one row a variable, with the range that its definition leaves (seed
-- variable_bounds).
with

numbers as (
    select * from {{ ref('printed_numbers') }}
    where kind in ('observations', 'mean', 'sd', 'minimum', 'maximum')
),

bounds as (
    select * from {{ ref('variable_bounds') }}
),

moments as (
    select
        study,
        table_number,
        term as variable,
        max(value) filter (where kind = 'observations') as n,
        {%- for moment in ['mean', 'sd', 'minimum', 'maximum'] %}
            max(value) filter (where kind = '{{ moment }}') as {{ moment }},
            max(low) filter (where kind = '{{ moment }}') as {{ moment }}_low,
            max(high) filter (where kind = '{{ moment }}') as {{ moment }}_high,
            max(number_key) filter (where kind = '{{ moment }}') as {{ moment }}_key,
        {%- endfor %}
        max(number_key) filter (where kind = 'observations') as n_key
    from numbers
    group by study, table_number, term
)

select
    moments.*,
    bounds.lower as lower_bound,
    bounds.upper as upper_bound,
    coalesce(bounds.is_binary, false) as is_binary,
    bounds.reason as bound_reason
from moments
left join bounds
    on moments.study = bounds.study
    and moments.variable = bounds.variable
