-- What each line of a manifest, or of the catalogue, found: its files, and the years inside their span in which none of
-- them has a usable value: editions that are not held.
with

years as (
    select distinct
        file_id,
        year
    from {{ ref('resolved_cells') }}
    where status = 'usable'
)

select
    files.manifest,
    files.manifest_path,
    files.reader,
    count(distinct files.file_id) as files,
    min(years.year) as first_year,
    max(years.year) as last_year,
    max(years.year) - min(years.year) + 1 - count(distinct years.year) as years_missing
from {{ ref('landed_files') }} as files
left join years on files.file_id = years.file_id
group by files.manifest, files.manifest_path, files.reader
