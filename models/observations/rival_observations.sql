-- Values that were not chosen, beside the one that was (if any), with their relative difference. The districts of a
-- city that is all districts may be spliced as its total (model splices), and stay a value of their own.
with

choice as (
    select * from {{ ref('observation_choice') }}
),

chosen as (
    select * from choice
    where is_chosen
)

select
    rivals.file_id,
    rivals.sheet,
    rivals.row_number,
    rivals.column_number,
    rivals.place_level,
    rivals.place_code,
    rivals.indicator,
    rivals.scope,
    rivals.year,
    rivals.vintage,
    rivals.origin,
    rivals.value,
    chosen.vintage as chosen_vintage,
    chosen.value as chosen_value,
    {{ ratio('rivals.value', 'chosen.value') }} - 1 as relative_difference
from choice as rivals
left join chosen
    on rivals.place_level = chosen.place_level
    and rivals.place_code = chosen.place_code
    and rivals.indicator = chosen.indicator
    and rivals.scope = chosen.scope
    and rivals.year = chosen.year
where not rivals.is_chosen
