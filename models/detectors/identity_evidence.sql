-- What identities of the same year and file say of a suspect: sums of parts (sum_residuals), quotients
-- (quotient_residuals), and printed totals of provinces (cities_sums, where every city has a value). contradiction is
-- the logarithm of the value over what would make the identity right; an identity that cannot see the deviation,
-- because the whole is printed too roughly for so small a part, says nothing and is left out.
with

suspects as (
    select * from {{ ref('suspect_values') }}
),

slips as (
    select
        sums.file_id,
        sums.place_code,
        sums.scope,
        sums.vintage,
        sums.year,
        rules.part as indicator,
        'sum' as evidence,
        rules.rule as partner,
        sums.residual as slip,
        sums.rounding_error + 0.002 * sums.whole as slip_error
    from {{ ref('sum_residuals') }} as sums
    inner join {{ ref('sum_rules') }} as rules on sums.rule = rules.rule
    union all
    select
        file_id,
        place_code,
        scope,
        vintage,
        year,
        whole_indicator as indicator,
        'sum' as evidence,
        rule as partner,
        -residual as slip,
        rounding_error + 0.002 * whole as slip_error
    from {{ ref('sum_residuals') }}
    where whole_indicator is not null
    union all
    select
        sums.file_id,
        cities.city_code as place_code,
        sums.scope,
        sums.vintage,
        sums.year,
        sums.indicator,
        'cities_sum' as evidence,
        sums.place_code as partner,
        sums.residual as slip,
        sums.rounding_error + 0.005 * abs(sums.printed_total) as slip_error
    from {{ ref('cities_sums') }} as sums
    inner join {{ ref('cities') }} as cities on sums.place_code = cities.province_code
    where sums.place_level = 'province' and sums.cities_without_value = 0 and sums.cities > 1
),

corrected as (
    select
        suspects.file_id,
        suspects.place_level,
        suspects.place_code,
        suspects.indicator,
        suspects.scope,
        suspects.vintage,
        suspects.year,
        slips.evidence,
        slips.partner,
        suspects.deviation,
        suspects.value,
        suspects.value - slips.slip as corrected_value,
        slips.slip_error
    from suspects
    inner join slips
        on suspects.file_id = slips.file_id
        and suspects.place_code = slips.place_code
        and suspects.indicator = slips.indicator
        and suspects.scope = slips.scope
        and suspects.vintage = slips.vintage
        and suspects.year = slips.year
    where slips.slip_error < 0.35 * abs(suspects.value - suspects.expected)
)

select
    file_id,
    place_level,
    place_code,
    indicator,
    scope,
    vintage,
    year,
    evidence,
    partner,
    deviation,
    ln(value / corrected_value) as contradiction,
    slip_error / least(value, corrected_value) as contradiction_scale
from corrected
where corrected_value > 0 and value > 0
union all
select
    suspects.file_id,
    suspects.place_level,
    suspects.place_code,
    suspects.indicator,
    suspects.scope,
    suspects.vintage,
    suspects.year,
    'quotient' as evidence,
    quotients.rule as partner,
    suspects.deviation,
    case when suspects.indicator = quotients.numerator_indicator then 1 else -1 end * quotients.log_residual
        as contradiction,
    0.05 + quotients.relative_rounding_error as contradiction_scale
from suspects
inner join {{ ref('quotient_residuals') }} as quotients
    on suspects.file_id = quotients.file_id
    and suspects.place_code = quotients.place_code
    and suspects.scope = quotients.scope
    and suspects.vintage = quotients.vintage
    and suspects.year = quotients.year
    and suspects.indicator
    in (quotients.numerator_indicator, quotients.denominator_indicator, quotients.quotient_indicator)
