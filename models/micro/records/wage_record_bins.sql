{{ config(post_hook="{{ check_record_files() }}") }}

-- Law: nothing is lost silently. Every wage record ends in one bin: used, or the first reason why it does not count,
-- those of the place before those of the wage and the weight. Records of one file that print the same city and year and
-- fail by the same text are one row with their number: a file of millions without wages is some thousand rows, and no
-- count is lost.
-- depends_on: {{ ref('landing_gate') }}
with

records as (
    {{ wage_records() }}
),

places as (
    select * from {{ ref('wage_record_places') }}
),

files as (
    select * from {{ ref('landed_record_files') }}
),

valued as (
    select
        location,
        row_number,
        city_text,
        printed_year,
        wage,
        wage_text,
        weight,
        weight_text,
        case
            when {{ is_usable_wage('wage') }} and {{ is_usable_weight('weight') }} then 'used'
            when {{ is_usable_wage('wage') }} then 'bad weight'
            when wage is null and {{ is_blank_record_text('wage_text') }} then 'missing wage'
            when wage is null then 'wage not a number'
            when not {{ is_finite_number('wage') }} then 'non-finite wage'
            when wage < 0 then 'negative wage'
            else 'wage out of range'
        end as value_bin
    from records
),

explained as (
    select
        location,
        row_number,
        city_text,
        printed_year,
        value_bin,
        case
            when value_bin = 'bad weight' then coalesce(weight_text, cast(weight as varchar))
            when value_bin not in ('used', 'missing wage') then coalesce(wage_text, cast(wage as varchar))
        end as value_text
    from valued
),

-- Places are judged after this step, which leaves few rows.
grouped as (
    select
        location,
        city_text,
        printed_year,
        value_bin,
        value_text,
        count(*) as records,
        min(row_number) as first_row_number
    from explained
    group by location, city_text, printed_year, value_bin, value_text
),

binned as (
    select
        grouped.location,
        grouped.city_text,
        grouped.printed_year,
        grouped.value_bin,
        grouped.value_text,
        grouped.records,
        grouped.first_row_number,
        case
            when {{ is_blank_record_text('grouped.city_text') }} then 'no city'
            when places.year is null then 'bad year'
            when places.city_code is null then 'unknown city'
            else grouped.value_bin
        end as bin
    from grouped
    left join places on grouped.city_text = places.city_text and grouped.printed_year = places.printed_year
),

told as (
    select
        location,
        bin,
        city_text,
        cast(printed_year as varchar) as year_text,
        records,
        first_row_number,
        case when bin = value_bin then value_text end as value_text
    from binned
)

select
    files.file_id,
    told.bin,
    told.city_text,
    told.year_text,
    told.value_text,
    cast(sum(told.records) as bigint) as records,
    min(told.first_row_number) as first_row_number
from told
inner join files on told.location = files.location
group by files.file_id, told.bin, told.city_text, told.year_text, told.value_text
