-- The parts of a partition sum to the whole. Where something may be in no part, the seed says what (leftover) and, if
-- it is a number of units, how many: then the shortfall is at most units x years. A shortfall of a partition that
-- should be exhaustive is implausible if something named may explain it, and a contradiction otherwise.
with

parts as (
    select * from {{ ref('partition_parts') }}
),

samples as (
    select
        study,
        table_number,
        column_number,
        max(years) as years
    from {{ ref('composed_samples') }}
    group by study, table_number, column_number
),

sums as (
    select
        study,
        partition,
        is_exhaustive,
        leftover,
        leftover_units,
        whole_table_number,
        whole_column_number,
        whole_n,
        whole_n_key,
        sum(n) as parts_sum,
        string_agg(n, ' + ' order by table_number, column_number) as sum_text,
        list(n_key order by table_number, column_number) as part_keys
    from parts
    group by all
),

bounded as (
    select
        sums.*,
        sums.whole_n - sums.parts_sum as shortfall,
        case when not sums.is_exhaustive then sums.leftover_units * samples.years end as largest_shortfall
    from sums
    left join samples
        on sums.study = samples.study
        and sums.whole_table_number = samples.table_number
        and sums.whole_column_number = samples.column_number
)

select
    study,
    'partition_n' as check_kind,
    whole_table_number as table_number,
    whole_column_number as column_number,
    cast(null as varchar) as term,
    partition as subject,
    cast(whole_n as double) as printed_value,
    cast(parts_sum as double) as implied_low,
    cast(case when is_exhaustive then parts_sum else parts_sum + largest_shortfall end as double) as implied_high,
    case
        when shortfall < 0 then 'contradiction'
        when shortfall = 0 then 'consistent'
        when is_exhaustive and leftover is null then 'contradiction'
        when is_exhaustive then 'implausible'
        when shortfall > largest_shortfall then 'contradiction'
        else 'consistent'
    end as verdict,
    sum_text || ' = ' || {{ shown('parts_sum') }} || '; the whole has ' || whole_n
    || case when shortfall > 0 then ', ' || {{ shown('shortfall') }} || ' in no part' else '' end
    || case when leftover is not null then ' (possible: ' || leftover || ')' else '' end as arithmetic,
    list_append(part_keys, whole_n_key) as numbers_used
from bounded
