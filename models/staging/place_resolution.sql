-- Which place a printed name is, in the year of its figures (or of the policy that reached it). A file about cities
-- knows cities first, then provinces and the nation, whose rows are check rows; a file about provinces knows no cities.
-- A name that means two places of one level in that year is neither: its place_code is NULL. Numbering before a Chinese
-- name and blanks inside it do not count, but where a file prints one name both indented and not (吉林 in edition 2000),
-- the one that is not heads the other: it is the higher level.
with

printed_texts as (
    select
        file_id,
        place_text,
        year_text
    from {{ ref('landed_cells') }}
    union
    select
        file_id,
        place_text,
        year_text
    from {{ ref('landed_policy_rows') }}
),

printed_places as (
    select
        printed.file_id,
        files.place_level as file_level,
        printed.place_text,
        printed.year_text,
        {{ strict_year('printed.year_text') }} as year
    from printed_texts as printed
    inner join {{ ref('landed_files') }} as files on printed.file_id = files.file_id
),

names as (
    select
        *,
        {{ place_name('place_text') }} as place_name
    from printed_places
),

indented_names as (
    select distinct
        file_id,
        place_name
    from names
    where regexp_matches(place_text, '^\s')
),

matches as (
    select
        names.file_id,
        names.place_text,
        names.year_text,
        names.file_level,
        places.place_code,
        places.place_level,
        indented.file_id is not null and not regexp_matches(names.place_text, '^\s') as is_heading
    from names
    inner join {{ ref('place_aliases') }} as places
        on names.place_name = places.alias
        and coalesce(names.year, 0)
        between coalesce(places.valid_from_year, 0) and coalesce(places.valid_to_year, 9999)
        and (names.file_level = 'city' or places.place_level <> 'city')
    left join indented_names as indented
        on names.file_id = indented.file_id
        and names.place_name = indented.place_name
)

select
    file_id,
    place_text,
    year_text,
    case when count(distinct place_code) = 1 then any_value(place_code) end as place_code,
    place_level,
    place_level <> file_level as is_check_row
from matches
group by file_id, file_level, place_text, year_text, place_level, is_heading
qualify row_number() over (
    partition by file_id, place_text, year_text
    order by
        case
            when place_level = file_level then case when is_heading then 3 else 1 end
            when place_level = 'province' then 2
            else 4
        end
) = 1
