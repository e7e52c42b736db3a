-- Stars against |t|, from the coefficient and what stands beneath it. A contradiction is printed stars that no |t| of
-- the interval earns, whatever the degrees of freedom from 30 up; where any number of stars is possible, nothing can be
-- told. A printed t has the sign of its coefficient.
with

coefficients as (
    select
        *,
        {{ fewest_stars('t_low') }} as fewest,
        {{ most_stars('t_high') }} as most
    from {{ ref('printed_coefficients') }}
    where paren_key is not null and stars is not null
)

select
    study,
    'stars' as check_kind,
    table_number,
    column_number,
    term,
    'stars' as subject,
    stars as printed_value,
    cast(fewest as double) as implied_low,
    cast(most as double) as implied_high,
    {{ audit_verdict('case when fewest > 0 or most < 3 then stars between fewest and most end') }} as verdict,
    '|t| = '
    || case
        when paren_kind = 'se' then {{ shown('abs(estimate)') }} || ' / ' || {{ shown('beneath') }} || ' = '
        else ''
    end
    || {{ shown_interval('t_low', 't_high') }} || ' earns ' || fewest || ' to ' || most || ' stars; '
    || {{ shown('stars') }} || ' printed' as arithmetic,
    case
        when paren_kind = 'se' then [estimate_key, paren_key, stars_key]
        else [paren_key, stars_key]
    end as numbers_used
from coefficients
union all
select
    study,
    'stars' as check_kind,
    table_number,
    column_number,
    term,
    'sign of t' as subject,
    beneath_signed as printed_value,
    cast(null as double) as implied_low,
    cast(null as double) as implied_high,
    {{ audit_verdict(
        'case when (estimate_low > 0 or estimate_high < 0) and beneath_low > 0 '
        ~ 'then sign(estimate) = sign(beneath_signed) end'
    ) }} as verdict,
    'coefficient ' || {{ shown('estimate') }} || ', t ' || {{ shown('beneath_signed') }} as arithmetic,
    [estimate_key, paren_key] as numbers_used
from coefficients
where paren_kind = 't'
