{{ config(severity='warn') }}

-- A change of the level of GDP that many places show at once is a fact that belongs into the seed definition_breaks.
select *
from {{ ref('gdp_level_breaks') }}
where is_break and not is_recorded
