-- Detector: a column that repeats another one. Every column with an indicator, as printed, against every printed column
-- of an earlier year in the same vintage, mapped to an indicator or not: in how many places do both hold the same
-- number? Only numbers of three digits or more, since shorter ones agree by chance. The later column is the finding,
-- because an edition cannot repeat what is not printed yet; a column that repeats an edition that is not in the
-- folder goes unseen (misplaced_column may see it). What stays the same by nature, as land does, is no finding (rule
-- constant of the seed spike_rules).
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'identical_column'
),

columns as (
    select
        cells.file_id,
        cells.sheet,
        cells.column_number,
        cells.header_text,
        cells.place_level,
        cells.vintage,
        cells.year,
        min(cells.indicator) filter (where cells.status = 'usable') as indicator,
        min(cells.scope) filter (where cells.status = 'usable') as scope,
        list(distinct hash(cells.place_code, {{ strict_number('cells.value_text') }})) as numbers
    from {{ ref('resolved_cells') }} as cells
    inner join {{ ref('landed_files') }} as files
        on cells.file_id = files.file_id and cells.place_level = files.place_level
    where
        cells.year is not null
        and {{ strict_number('cells.value_text') }} <> 0
        and regexp_matches(cells.value_text, '[1-9]([.,]?[0-9]){2}')
    group by all
    having count(*) >= (select minimum_places from detector)
),

numbered_columns as (
    select
        *,
        row_number() over () as column_id,
        len(numbers) as places
    from columns
),

numbers as (
    select
        column_id,
        place_level,
        vintage,
        year,
        places,
        indicator is not null as has_indicator,
        unnest(numbers) as number_in_place
    from numbered_columns
),

matches as (
    select
        later.column_id,
        earlier.column_id as earlier_column_id,
        count(*) / least(any_value(later.places), any_value(earlier.places)) as share_equal
    from numbers as later
    inner join numbers as earlier
        on later.number_in_place = earlier.number_in_place
        and later.place_level = earlier.place_level
        and later.vintage = earlier.vintage
        and later.year > earlier.year
    where later.has_indicator
    group by later.column_id, earlier.column_id
),

constant_indicators as (
    select indicator from {{ ref('spike_rules') }}
    where rule = 'constant'
),

repeating as (
    select
        later.file_id,
        later.place_level,
        later.indicator,
        later.scope,
        later.vintage,
        later.year,
        earlier.header_text,
        earlier.year as earlier_year,
        matches.share_equal
    from matches
    inner join numbered_columns as later on matches.column_id = later.column_id
    inner join numbered_columns as earlier on matches.earlier_column_id = earlier.column_id
    cross join detector
    where
        matches.share_equal >= detector.threshold
        and later.indicator not in (select indicator from constant_indicators)
    qualify row_number() over (
        partition by later.file_id, later.place_level, later.indicator, later.scope, later.vintage, later.year
        order by matches.share_equal desc, earlier.year desc, earlier.column_number asc
    ) = 1
)

select
    {{ finding_columns(
        'repeating', 'cast(null as varchar)', 'repeating.share_equal', '0', 'repeating.share_equal',
        "round(100 * repeating.share_equal) || '% of its values are those of the column ' || repeating.header_text"
        ~ " || ' of ' || repeating.earlier_year"
    ) }}
from repeating
cross join detector
