-- Which of rival values is used. A series (indicator and scope at one place level) takes one vintage, that of its
-- best source, so that a revision never shows up as growth; the seed indicators can allow vintages to mix. Within
-- the vintage the best source of each place and year is used: reported before derived, then manifest priority.
with

candidates as (
    select
        candidates.*,
        files.path,
        indicators.mixes_vintages
    from {{ ref('candidate_observations') }} as candidates
    inner join {{ ref('indicators') }} as indicators on candidates.indicator = indicators.indicator
    left join {{ ref('landed_files') }} as files on candidates.file_id = files.file_id
),

series as (
    select
        place_level,
        indicator,
        scope,
        arg_min(vintage, (priority, vintage)) as series_vintage
    from candidates
    group by all
),

ranked as (
    select
        candidates.*,
        series.series_vintage,
        row_number() over (
            partition by
                candidates.place_level, candidates.place_code, candidates.indicator, candidates.scope,
                candidates.year
            order by
                candidates.vintage = series.series_vintage desc,
                candidates.priority,
                candidates.path asc,
                candidates.sheet asc,
                candidates.row_number asc,
                candidates.column_number asc
        ) as rank_in_year
    from candidates
    inner join series
        on candidates.place_level = series.place_level
        and candidates.indicator = series.indicator
        and candidates.scope = series.scope
)

select
    file_id,
    sheet,
    row_number,
    column_number,
    place_level,
    place_code,
    indicator,
    scope,
    year,
    vintage,
    series_vintage,
    priority,
    origin,
    value,
    mixes_vintages,
    rank_in_year = 1 and (vintage = series_vintage or mixes_vintages) as is_chosen
from ranked
