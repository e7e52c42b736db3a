-- Which indicator, scope and unit a header states. Its name (the levels without scope and unit, joined by '|') is
-- held against the patterns of the dictionary; a name that none knows is tried without a bracket at its end, or
-- without what hangs on it by an underscore, which is then its unit, known or not. The unit of the deepest level that
-- states one counts; a scope stated twice with different meanings, or two units on one level, are conflicts and never
-- decided.
with

patterns as (
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

dictionary as (
    select
        *,
        not regexp_full_match(header_pattern, '[\w \p{Han}]*') as is_expression
    from patterns
),

headers as (
    select
        file_id,
        header_path,
        any_value(header_text) as header_text,
        string_agg(level_name, '|' order by level_number) filter (where level_name <> '') as header_name,
        list_distinct(flatten(list(scopes))) as scopes,
        max_by(units, level_number) filter (where len(units) > 0) as units
    from {{ ref('header_parts') }}
    group by file_id, header_path
),

forms as (
    select
        file_id,
        header_path,
        1 as form,
        header_name,
        null as unknown_unit
    from headers
    union all
    select
        file_id,
        header_path,
        2 as form,
        regexp_extract(header_name, '^(.+?)\s*\(([^()]*)\)$', 1) as header_name,
        regexp_extract(header_name, '^(.+?)\s*\(([^()]*)\)$', 2) as unknown_unit
    from headers
    union all
    select
        file_id,
        header_path,
        3 as form,
        regexp_extract(header_name, '^(.+)\|([^|]*)$', 1) as header_name,
        regexp_extract(header_name, '^(.+)\|([^|]*)$', 2) as unknown_unit
    from headers
    where regexp_matches(header_text, '_[^_|]+$')
),

-- Few of the headers of many files differ, and regular expressions are dear: each name is matched once.
names as (
    select distinct header_name from forms
),

matches as (
    select
        names.header_name,
        dictionary.indicator
    from names
    inner join dictionary on names.header_name = dictionary.header_pattern
    where not dictionary.is_expression
    union
    select
        names.header_name,
        dictionary.indicator
    from names
    inner join dictionary on regexp_full_match(names.header_name, dictionary.header_pattern)
    where dictionary.is_expression
),

name_matches as (
    select
        header_name,
        count(*) as indicators_matched,
        min(indicator) as indicator
    from matches
    group by header_name
),

first_match as (
    select
        forms.file_id,
        forms.header_path,
        forms.unknown_unit,
        name_matches.indicators_matched,
        name_matches.indicator
    from forms
    inner join name_matches on forms.header_name = name_matches.header_name
    qualify row_number() over (partition by forms.file_id, forms.header_path order by forms.form) = 1
)

select
    headers.file_id,
    headers.header_path,
    nullif(headers.header_text, '') as header_text,
    headers.header_name,
    case when first_match.indicators_matched = 1 then first_match.indicator end as indicator,
    case when len(headers.scopes) = 1 then headers.scopes[1] end as scope,
    coalesce(first_match.unknown_unit, case when len(headers.units) = 1 then headers.units[1] end) as header_unit,
    case
        when headers.header_text = '' then 'no heading'
        when first_match.indicator is null then 'unknown indicator'
        when first_match.indicators_matched > 1 then 'ambiguous indicator'
        when len(headers.scopes) > 1 then 'conflicting scope'
        when len(headers.units) > 1 then 'conflicting unit'
    end as reject_reason
from headers
left join first_match
    on headers.file_id = first_match.file_id
    and headers.header_path is not distinct from first_match.header_path
