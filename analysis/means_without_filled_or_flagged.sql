-- What changes in the mean of a variable without filled, spliced or flagged values?
-- Variables of a study over its published years: the mean of all values, how many of them are interpolated by the
-- study, rest on a spliced value, or on one that a detector flags, and the mean without these, in percent of a standard
-- deviation away from the mean of all.
with

settings as (
    select 'trade_wage_share' as study
),

sample as (
    select * from trade_wage_share
    where in_published_sample
),

long as (
    unpivot sample on wage, trade, fdi, govern, educ, tfp, unemp into name variable value number
),

marked as (
    select
        long.variable,
        long.number,
        list_contains(string_split(coalesce(long.interpolated_columns, ''), ', '), long.variable) as is_filled,
        list_has_any(
            string_split(coalesce(long.spliced_indicators, ''), ', '), string_split(mart_columns.indicators, '; ')
        ) as is_spliced,
        list_has_any(
            string_split(coalesce(long.flagged_indicators, ''), ', '), string_split(mart_columns.indicators, '; ')
        ) as is_flagged
    from settings
    inner join mart_columns on settings.study = mart_columns.study
    inner join long on mart_columns.column_name = long.variable
)

select
    variable,
    count(*) as values_used,
    round(avg(number), 4) as mean,
    count(*) filter (where is_filled) as filled,
    round(100 * (avg(number) filter (where not is_filled) - avg(number)) / stddev(number), 2) as without_filled_pct_sd,
    count(*) filter (where is_spliced) as spliced,
    round(100 * (avg(number) filter (where not is_spliced) - avg(number)) / stddev(number), 2)
        as without_spliced_pct_sd,
    count(*) filter (where is_flagged) as flagged,
    round(100 * (avg(number) filter (where not is_flagged) - avg(number)) / stddev(number), 2)
        as without_flagged_pct_sd
from marked
group by variable
order by variable
