-- Detector province_block: the cities of one province, in one column, off together. Who delivers figures is the
-- province, and a whole delivery may be of another definition (districts proper, total trade for imports) or unit, or
-- the province really changed: the median deviation from the nearest years (expected_values, which are less the median
-- of all places) is above the threshold, all but a seventh of at least minimum_places cities have its sign, and they
-- scatter around it by less than a third of it. The finding stands at the province; which it is, a person has to see.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'province_block'
),

blocks as (
    select
        city_values.file_id,
        'province' as place_level,
        cities.province_code as place_code,
        city_values.indicator,
        city_values.scope,
        city_values.vintage,
        city_values.year,
        median(city_values.deviation) as deviation,
        mad(city_values.deviation) as scatter,
        median(city_values.value) as value,
        median(city_values.expected) as expected,
        count(*) as places,
        count(*) filter (where city_values.deviation > 0) as places_above
    from {{ ref('expected_values') }} as city_values
    inner join {{ ref('cities') }} as cities on city_values.place_code = cities.city_code
    where not city_values.is_rate
    group by all
)

select
    {{ finding_columns(
        'blocks', 'blocks.place_code', 'blocks.value', 'blocks.expected', 'blocks.deviation',
        "'the median of ' || blocks.places || ' cities of the province is ' || round(exp(blocks.deviation), 2)"
        ~ " || ' times what their nearest years expect, beyond what the cities of other provinces are'"
    ) }}
from blocks
cross join detector
where
    blocks.places >= detector.minimum_places
    and abs(blocks.deviation) > detector.threshold
    and blocks.scatter < abs(blocks.deviation) / 3
    and greatest(blocks.places_above, blocks.places - blocks.places_above) >= 6 * blocks.places / 7
