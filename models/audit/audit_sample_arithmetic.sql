-- A number of observations against what it is made of (seed sample_compositions). Operations:
-- at most: units x years; balanced: exactly that; without: the base less at least one and at most units x years rows;
-- lag: the base less the first years of every unit (fewest_lost_to_lags), and at most as many again for every row
-- that the base lacks of units x years, since a gap costs lags as well. A composition without a column is that of every
-- variable of a table of moments.
with

compositions as (
    select * from {{ ref('composed_samples') }}
),

counts as (
    select * from {{ ref('printed_numbers') }}
    where kind in ('n', 'observations')
),

bounded as (
    select
        compositions.study,
        counts.table_number,
        counts.column_number,
        counts.term,
        compositions.composition,
        compositions.operation,
        counts.value as n,
        compositions.units,
        compositions.years,
        compositions.lags,
        compositions.base_n,
        list_append(compositions.numbers_used, counts.number_key) as numbers_used,
        case compositions.operation
            when 'balanced' then compositions.units * compositions.years
            when 'without' then compositions.base_n - compositions.units * compositions.years
            when 'lag'
                then
                    compositions.base_n
                    - compositions.lags * (
                        compositions.units
                        + greatest(compositions.units * compositions.years - compositions.base_n, 0)
                    )
        end as implied_low,
        case compositions.operation
            when 'at most' then compositions.units * compositions.years
            when 'balanced' then compositions.units * compositions.years
            when 'without' then compositions.base_n - 1
            when 'lag'
                then
                    compositions.base_n
                    - {{ fewest_lost_to_lags(
                        'compositions.base_n', 'compositions.units', 'compositions.years', 'compositions.lags'
                    ) }}
        end as implied_high
    from compositions
    inner join counts
        on compositions.study = counts.study
        and compositions.table_number = counts.table_number
        and compositions.column_number is not distinct from counts.column_number
)

select
    study,
    'sample_arithmetic' as check_kind,
    table_number,
    column_number,
    term,
    composition as subject,
    n as printed_value,
    cast(implied_low as double) as implied_low,
    cast(implied_high as double) as implied_high,
    {{ audit_verdict(
        'case when implied_high is not null then ' ~ intervals_meet('n', 'n', 'implied_low', 'implied_high') ~ ' end'
    ) }} as verdict,
    case operation
        when 'at most' then 'at most ' || {{ shown('units') }} || ' x ' || years || ' = ' || {{ shown('implied_high') }}
        when 'balanced' then {{ shown('units') }} || ' x ' || years || ' = ' || {{ shown('implied_high') }}
        when 'without'
            then
                {{ shown('base_n') }} || ' without at most ' || {{ shown('units') }} || ' x ' || years || ' leaves '
                || {{ shown_interval('implied_low', 'implied_high') }}
        when 'lag'
            then
                {{ shown('base_n') }} || ' less ' || {{ shown('lags') }} || ' year(s) of ' || {{ shown('units') }}
                || ' units leaves ' || {{ shown_interval('implied_low', 'implied_high') }}
    end || '; printed ' || {{ shown('n') }} as arithmetic,
    numbers_used
from bounded
