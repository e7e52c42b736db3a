-- Suspects that fit somewhere else: two places of one province in one column each of whose values continues the series
-- of the other (rows exchanged), two indicators of one place, scope, file and unit that do (columns exchanged), and a
-- number of four digits or more that stands in another place of the same column as well (copied). gain is what the sum
-- of both squared surprises falls by when the two are exchanged.
with

suspects as (
    select
        suspects.*,
        indicators.unit,
        left(suspects.place_code, 2) as province
    from {{ ref('suspect_values') }} as suspects
    inner join {{ ref('indicators') }} as indicators on suspects.indicator = indicators.indicator
),

pairs as (
    {%- for exchange, columns in [
        ('rows', 'one.indicator = other.indicator and one.province = other.province'
         ~ ' and one.place_code <> other.place_code'),
        ('columns', 'one.place_code = other.place_code and one.unit = other.unit'
         ~ ' and one.indicator <> other.indicator and one.is_rate = other.is_rate'),
    ] %}
        select
            one.file_id,
            one.place_code,
            one.indicator,
            one.scope,
            one.vintage,
            one.year,
            '{{ exchange }}' as exchange,
            {{ 'other.place_code' if exchange == 'rows' else 'other.indicator' }} as other,
            pow(one.surprise, 2) + pow(other.surprise, 2)
            - pow((one.log_value - other.log_expected) / other.scale, 2)
            - pow((other.log_value - one.log_expected) / one.scale, 2) as gain
        from suspects as one
        inner join suspects as other
            on one.file_id = other.file_id
            and one.scope = other.scope
            and one.vintage = other.vintage
            and one.year = other.year
            and {{ columns }}
        where
            abs(one.log_value - other.log_expected) < 0.35 * abs(one.deviation)
            and abs(other.log_value - one.log_expected) < 0.35 * abs(other.deviation)
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

copies as (
    select
        suspects.file_id,
        suspects.place_code,
        suspects.indicator,
        suspects.scope,
        suspects.vintage,
        suspects.year,
        'copy' as exchange,
        min(others.place_code) as other,
        cast(null as double) as gain
    from suspects
    inner join {{ ref('checked_values') }} as others
        on suspects.file_id = others.file_id
        and suspects.indicator = others.indicator
        and suspects.scope = others.scope
        and suspects.vintage = others.vintage
        and suspects.year = others.year
        and suspects.value = others.value
        and suspects.place_level = others.place_level
        and suspects.place_code <> others.place_code
    where suspects.rounding_error = 0 or suspects.value / suspects.rounding_error >= 2000
    group by all
)

select *
from pairs
where gain > 8
qualify row_number() over (
    partition by file_id, place_code, indicator, scope, vintage, year, exchange
    order by gain desc, other
) = 1
union all
select * from copies
