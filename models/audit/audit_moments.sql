-- Printed moments of a variable against each other and against what its definition allows:
-- mean inside minimum and maximum; sd no larger than they allow (macro largest_sd); minimum and maximum inside the
-- possible range; the sd of a 0/1 variable; an extreme that repeats another moment of its row, digit for digit, in
-- three or more rows of one table (once is chance, three times a column copied).
with

moments as (
    select * from {{ ref('printed_moments') }}
),

pairs as (
    select
        study,
        table_number,
        variable,
        unnest([  -- noqa: AL03
            { 'extreme': 'maximum', 'other': 'sd', 'is_same': maximum = sd and sd <> 0 },
            { 'extreme': 'minimum', 'other': 'sd', 'is_same': minimum = sd and sd <> 0 },
            { 'extreme': 'maximum', 'other': 'mean', 'is_same': maximum = mean and sd <> 0 },
            { 'extreme': 'minimum', 'other': 'mean', 'is_same': minimum = mean and sd <> 0 }
        ], recursive := true)
    from moments
),

repeats as (
    select
        study,
        table_number,
        extreme,
        other,
        count(*) filter (where is_same) as repeated
    from pairs
    group by study, table_number, extreme, other
),

repeated as (
    select
        pairs.study,
        pairs.table_number,
        pairs.variable,
        bool_or(pairs.is_same and repeats.repeated >= 3) as is_repeated,
        max(pairs.extreme || ' repeats ' || pairs.other || ', as in ' || repeats.repeated || ' rows') filter (
            where pairs.is_same and repeats.repeated >= 3
        ) as how
    from pairs
    inner join repeats
        on pairs.study = repeats.study
        and pairs.table_number = repeats.table_number
        and pairs.extreme = repeats.extreme
        and pairs.other = repeats.other
    group by pairs.study, pairs.table_number, pairs.variable
),

bounded as (
    select
        *,
        {{ largest_sd('mean_low', 'mean_high', 'minimum_low', 'maximum_high', 'n') }} as sd_bound,
        least({{ binary_sd('mean_low', 'n') }}, {{ binary_sd('mean_high', 'n') }}) as binary_low,
        case
            when mean_low <= 0.5 and mean_high >= 0.5 then {{ binary_sd('0.5', 'n') }}
            else greatest({{ binary_sd('mean_low', 'n') }}, {{ binary_sd('mean_high', 'n') }})
        end as binary_high
    from moments
),

checks as (
    select
        study,
        table_number,
        variable,
        'mean inside the extremes' as subject,
        mean as printed_value,
        minimum_low as implied_low,
        maximum_high as implied_high,
        {{ audit_verdict(
            intervals_meet('mean_low', 'mean_high', 'minimum_low', 'maximum_high')
            ~ ' and minimum_low <= maximum_high'
        ) }} as verdict,
        'mean ' || {{ shown('mean') }} || ', minimum ' || {{ shown('minimum') }} || ', maximum '
        || {{ shown('maximum') }} as arithmetic,
        [mean_key, minimum_key, maximum_key] as numbers_used
    from bounded
    union all
    select
        study,
        table_number,
        variable,
        'largest sd' as subject,
        sd as printed_value,
        0 as implied_low,
        sd_bound as implied_high,
        {{ audit_verdict('sd_low <= sd_bound') }} as verdict,
        'sd at most sqrt((' || {{ shown('maximum') }} || ' - ' || {{ shown('mean') }} || ') ('
        || {{ shown('mean') }} || ' - ' || {{ shown('minimum') }} || ') n / (n - 1)) = '
        || {{ shown('sd_bound') }} || '; printed ' || {{ shown('sd') }} as arithmetic,
        [sd_key, mean_key, minimum_key, maximum_key, n_key] as numbers_used
    from bounded
    union all
    select
        study,
        table_number,
        variable,
        'possible minimum' as subject,
        minimum as printed_value,
        lower_bound as implied_low,
        null as implied_high,
        {{ audit_verdict('minimum_high >= lower_bound') }} as verdict,
        'minimum ' || {{ shown('minimum') }} || '; at least ' || {{ shown('lower_bound') }} || ': ' || bound_reason
            as arithmetic,
        [minimum_key] as numbers_used
    from bounded
    where lower_bound is not null
    union all
    select
        study,
        table_number,
        variable,
        'possible maximum' as subject,
        maximum as printed_value,
        null as implied_low,
        upper_bound as implied_high,
        {{ audit_verdict('maximum_low <= upper_bound') }} as verdict,
        'maximum ' || {{ shown('maximum') }} || '; at most ' || {{ shown('upper_bound') }} || ': ' || bound_reason
            as arithmetic,
        [maximum_key] as numbers_used
    from bounded
    where upper_bound is not null
    union all
    select
        study,
        table_number,
        variable,
        'sd of a 0/1 variable' as subject,
        sd as printed_value,
        binary_low as implied_low,
        binary_high as implied_high,
        {{ audit_verdict(intervals_meet('sd_low', 'sd_high', 'binary_low', 'binary_high')) }} as verdict,
        'sqrt(' || {{ shown('mean') }} || ' x ' || {{ shown('1 - mean') }} || ' n / (n - 1)) = '
        || {{ shown_interval('binary_low', 'binary_high') }} || '; printed ' || {{ shown('sd') }} as arithmetic,
        [sd_key, mean_key, n_key] as numbers_used
    from bounded
    where is_binary
    union all
    select
        moments.study,
        moments.table_number,
        moments.variable,
        'repeated extreme' as subject,
        moments.maximum as printed_value,
        null as implied_low,
        null as implied_high,
        {{ audit_verdict('not repeated.is_repeated', "'implausible'") }} as verdict,
        coalesce(repeated.how, 'no extreme repeats the mean or sd in three rows') as arithmetic,
        [moments.mean_key, moments.sd_key, moments.minimum_key, moments.maximum_key] as numbers_used
    from moments
    inner join repeated
        on moments.study = repeated.study
        and moments.table_number = repeated.table_number
        and moments.variable = repeated.variable
)

select
    study,
    'moments' as check_kind,
    table_number,
    cast(null as varchar) as column_number,
    variable as term,
    subject,
    printed_value,
    cast(implied_low as double) as implied_low,
    cast(implied_high as double) as implied_high,
    verdict,
    arithmetic,
    numbers_used
from checks
