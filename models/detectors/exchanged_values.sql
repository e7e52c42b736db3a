-- Suspects that fit somewhere else: two places of one province in one column each of whose values continues the series
-- of the other (rows exchanged), two indicators of one place, scope, file and unit that do (columns exchanged), and a
-- number of four digits or more that stands in another place of the same column as well (copied). gain is what the sum
-- of both squared surprises falls by when the two are exchanged, and the digits of a number that is copied.
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
        ('rows', 'one.indicator = partners.indicator and one.province = partners.province'
         ~ ' and one.place_code <> partners.place_code'),
        ('columns', 'one.place_code = partners.place_code and one.unit = partners.unit'
         ~ ' and one.indicator <> partners.indicator and one.is_rate = partners.is_rate'),
    ] %}
        select
            one.file_id,
            one.place_level,
            one.place_code,
            one.indicator,
            one.scope,
            one.vintage,
            one.year,
            '{{ exchange }}' as exchange,
            {{ 'partners.place_code' if exchange == 'rows' else 'partners.indicator' }} as other,
            pow(one.surprise, 2) + pow(partners.surprise, 2)
            - pow((one.log_value - partners.log_expected) / partners.scale, 2)
            - pow((partners.log_value - one.log_expected) / one.scale, 2) as gain
        from suspects as one
        inner join suspects as partners
            on one.file_id = partners.file_id
            and one.scope = partners.scope
            and one.vintage = partners.vintage
            and one.year = partners.year
            and {{ columns }}
        where
            abs(one.log_value - partners.log_expected) < 0.35 * abs(one.deviation)
            and abs(partners.log_value - one.log_expected) < 0.35 * abs(partners.deviation)
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

best_pairs as (
    select *
    from pairs
    where gain > 8
    qualify row_number() over (
        partition by file_id, place_code, indicator, scope, vintage, year, exchange
        order by gain desc, other asc
    ) = 1
),

copies as (
    select
        suspects.file_id,
        suspects.place_level,
        suspects.place_code,
        suspects.indicator,
        suspects.scope,
        suspects.vintage,
        suspects.year,
        'copy' as exchange,
        min(elsewhere.place_code) as other,
        any_value(log10(suspects.value / greatest(2 * suspects.rounding_error, 1e-9 * suspects.value))) as gain
    from suspects
    inner join {{ ref('checked_values') }} as elsewhere
        on suspects.file_id = elsewhere.file_id
        and suspects.indicator = elsewhere.indicator
        and suspects.scope = elsewhere.scope
        and suspects.vintage = elsewhere.vintage
        and suspects.year = elsewhere.year
        and suspects.value = elsewhere.value
        and suspects.place_level = elsewhere.place_level
        and suspects.place_code <> elsewhere.place_code
    where suspects.rounding_error = 0 or suspects.value / suspects.rounding_error >= 2000
    group by all
)

select *
from best_pairs
union all
select * from copies
