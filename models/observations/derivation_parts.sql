-- The cells that a derived value is made of: where a source prints parts instead of a rate or a total, the seed
-- derivations says which parts make it. Parts are of one vintage, and all of them must be there.
with

best_parts as (
    select * from {{ ref('reported_observations') }}
    where indicator in (select part from {{ ref('derivations') }})
    qualify row_number() over (
        partition by place_level, place_code, indicator, scope, year, vintage
        order by priority, file_id, sheet, row_number, column_number
    ) = 1
)

select
    parts.file_id,
    parts.sheet,
    parts.row_number,
    parts.column_number,
    parts.place_level,
    parts.place_code,
    derivations.indicator,
    derivations.part,
    parts.scope,
    parts.year,
    parts.vintage,
    parts.priority,
    parts.value as part_value,
    derivations.in_numerator,
    derivations.in_denominator,
    case derivations.factor when 'value' then parts.value when 'rest_of_100' then 100 - parts.value end as factor,
    derivations.scale
from best_parts as parts
inner join {{ ref('derivations') }} as derivations on parts.indicator = derivations.part
qualify count(*) over (
    partition by
        parts.place_level, parts.place_code, derivations.indicator, parts.scope, parts.year, parts.vintage
) = (select count(*) from {{ ref('derivations') }} as needed
where needed.indicator = derivations.indicator)
