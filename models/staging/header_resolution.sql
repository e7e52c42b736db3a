-- Which indicator a header names, and which unit it states.
-- A header is tried in three forms, and the first that the dictionary knows counts: as it stands; without a
-- bracket at its end; without the part after its last underscore. What was taken off is its unit.
with

files as (
    select * from {{ ref('landed_files') }}
),

dictionary as (
    select
        {{ normalise_text('header_pattern') }} as header_pattern,
        coalesce(indicator, 'not requested') as indicator
    from {{ ref('indicator_headers') }}
    union
    select
        indicator as header_pattern,
        indicator
    from {{ ref('indicators') }}
),

headers as (
    select distinct
        cells.file_id,
        cells.header_path,
        coalesce(cells.header_path, files.indicator) as header_text,
        {{ normalise_text('coalesce(cells.header_path, files.indicator)') }} as header_plain
    from {{ ref('landed_cells') }} as cells
    inner join files on cells.file_id = files.file_id
),

forms as (
    select
        *,
        1 as form,
        header_plain as header_name,
        null as header_unit
    from headers
    union all
    select
        *,
        2 as form,
        regexp_extract(header_plain, '^(.*?)\s*\(([^()]*)\)$', 1) as header_name,
        regexp_extract(header_plain, '^(.*?)\s*\(([^()]*)\)$', 2) as header_unit
    from headers
    union all
    select
        *,
        3 as form,
        regexp_extract(header_plain, '^(.*)_([^_]*)$', 1) as header_name,
        regexp_extract(header_plain, '^(.*)_([^_]*)$', 2) as header_unit
    from headers
),

matches as (
    select
        forms.file_id,
        forms.header_path,
        forms.form,
        forms.header_unit,
        count(distinct dictionary.indicator) as indicators_matched,
        min(dictionary.indicator) as indicator
    from forms
    inner join dictionary on regexp_full_match(forms.header_name, dictionary.header_pattern)
    group by all
),

first_match as (
    select * from matches
    qualify row_number() over (partition by file_id, header_path order by form) = 1
)

select
    headers.file_id,
    headers.header_path,
    headers.header_text,
    case when first_match.indicators_matched = 1 then first_match.indicator end as indicator,
    first_match.header_unit,
    case
        when first_match.indicator is null then 'unknown indicator'
        when first_match.indicators_matched > 1 then 'ambiguous indicator'
    end as reject_reason
from headers
left join first_match
    on headers.file_id = first_match.file_id
    and headers.header_path is not distinct from first_match.header_path
