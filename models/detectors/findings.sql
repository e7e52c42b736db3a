-- All detectors in one list: what data do that they should not, column by column and cell by cell (place_code is NULL
-- where a whole column is meant). The severity in the seed detectors says whether the values are kept (flag) or kept
-- out of the panels (quarantine). Where a whole column is quarantined, its cells are not listed one by one as well, nor
-- are the sums and quotients that it breaks. Path, sheet and cell say where to open the file and look.
with

column_findings as (
    select * from {{ ref('province_sum_findings') }}
    union all
    select * from {{ ref('column_jump_findings') }}
    union all
    select * from {{ ref('column_step_findings') }}
    union all
    select * from {{ ref('identical_column_findings') }}
    union all
    select * from {{ ref('swapped_columns_findings') }}
    union all
    select * from {{ ref('misplaced_column_findings') }}
),

cell_findings as (
    select * from {{ ref('cell_spike_findings') }}
    union all
    select * from {{ ref('cell_currency_findings') }}
    union all
    select * from {{ ref('cell_jump_findings') }}
    union all
    select * from {{ ref('contradiction_findings') }}
    union all
    select * from {{ ref('copied_row_findings') }}
    union all
    select * from {{ ref('province_block_findings') }}
    union all
    select * from {{ ref('province_total_findings') }}
    union all
    select * from {{ ref('growth_level_findings') }}
    union all
    select * from {{ ref('sum_findings') }}
    union all
    select * from {{ ref('quotient_findings') }}
    union all
    select * from {{ ref('cities_sum_findings') }}
    union all
    select * from {{ ref('districts_exceed_findings') }}
    union all
    select * from {{ ref('policy_findings') }}
),

quarantined_columns as (
    select distinct
        file_id,
        place_level,
        indicator,
        scope,
        vintage,
        year
    from column_findings
    where severity = 'quarantine' and place_code is null
),

-- What a finding rests on: itself, and the members of its sum or quotient, or the whole city above its districts.
members as (
    select
        indicator,
        indicator as member
    from {{ ref('indicators') }}
    union
    select
        coalesce(wholes.whole, wholes.rule) as indicator,
        parts.part as member
    from {{ ref('sum_rules') }} as wholes
    inner join {{ ref('sum_rules') }} as parts on wholes.rule = parts.rule
    union
    select
        quotient as indicator,
        unnest([numerator, denominator]) as member
    from {{ ref('quotient_rules') }}
),

resting_on_columns as (
    select distinct
        found.detector,
        found.file_id,
        found.place_level,
        found.indicator,
        found.scope,
        found.vintage,
        found.year
    from cell_findings as found
    inner join members on found.indicator = members.indicator
    inner join quarantined_columns as off_columns
        on found.file_id = off_columns.file_id
        and (found.place_level = off_columns.place_level or found.detector in ('province_block', 'cities_sum'))
        and members.member = off_columns.indicator
        and (found.scope = off_columns.scope or found.detector = 'districts_exceed')
        and found.vintage = off_columns.vintage
        and found.year = off_columns.year
    where
        found.indicator = off_columns.indicator
        or found.detector in (
            'sectors_sum', 'industries_sum', 'shares_sum', 'wage_identity'
        )
),

all_findings as (
    select * from column_findings
    union all
    select cell_findings.*
    from cell_findings
    anti join resting_on_columns
        on cell_findings.detector = resting_on_columns.detector
        and cell_findings.file_id = resting_on_columns.file_id
        and cell_findings.place_level = resting_on_columns.place_level
        and cell_findings.indicator = resting_on_columns.indicator
        and cell_findings.scope = resting_on_columns.scope
        and cell_findings.vintage = resting_on_columns.vintage
        and cell_findings.year = resting_on_columns.year
),

-- Where to look: the cell, or the letter of the column where a whole column is meant. Shares that have no whole are in
-- the cells of all parts.
located as (
    select
        found.file_id,
        found.place_level,
        found.place_code,
        found.indicator,
        found.scope,
        found.vintage,
        found.year,
        cells.sheet,
        case
            when found.place_code is null
                then regexp_replace({{ cell_name('cells.row_number', 'cells.column_number') }}, '[0-9]+$', '')
            else {{ cell_name('cells.row_number', 'cells.column_number') }}
        end as cell
    from all_findings as found
    left join {{ ref('sum_rules') }} as rules on found.indicator = rules.rule
    inner join {{ ref('resolved_cells') }} as cells
        on found.file_id = cells.file_id
        and found.place_level = cells.place_level
        and coalesce(rules.part, found.indicator) = cells.indicator
        and found.scope = cells.scope
        and found.vintage = cells.vintage
        and found.year = cells.year
        and (found.place_code is null or found.place_code = cells.place_code)
    where cells.status in ('usable', 'check_row')
),

coordinates as (
    select
        file_id,
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year,
        string_agg(distinct sheet, ', ' order by sheet) as sheet,
        string_agg(distinct cell, ', ' order by cell) as cell
    from located
    group by all
),

-- Of a province without a row of its own, the column of its cities.
city_columns as (
    select
        blocks.file_id,
        blocks.place_code,
        blocks.indicator,
        blocks.scope,
        blocks.vintage,
        blocks.year,
        min(cells.sheet) as sheet,
        min(regexp_replace({{ cell_name('cells.row_number', 'cells.column_number') }}, '[0-9]+$', '')) as cell
    from {{ ref('province_block_findings') }} as blocks
    inner join {{ ref('resolved_cells') }} as cells
        on blocks.file_id = cells.file_id
        and blocks.indicator = cells.indicator
        and blocks.scope = cells.scope
        and blocks.vintage = cells.vintage
        and blocks.year = cells.year
    where cells.status = 'usable' and cells.place_level = 'city'
    group by all
),

names as (
    select
        'city' as place_level,
        city_code as place_code,
        name_zh
    from {{ ref('cities') }}
    union all
    select
        'province' as place_level,
        province_code as place_code,
        name_zh
    from {{ ref('provinces') }}
    union all
    select
        'nation' as place_level,
        '000000' as place_code,
        '全国' as name_zh
)

select
    found.*,
    names.name_zh as place_name_zh,
    files.path,
    coalesce(coordinates.sheet, city_columns.sheet) as sheet,
    coalesce(coordinates.cell, city_columns.cell) as cell
from all_findings as found
left join {{ ref('landed_files') }} as files on found.file_id = files.file_id
left join names on found.place_level = names.place_level and found.place_code = names.place_code
left join coordinates
    on found.file_id = coordinates.file_id
    and found.place_level = coordinates.place_level
    and found.place_code is not distinct from coordinates.place_code
    and found.indicator = coordinates.indicator
    and found.scope = coordinates.scope
    and found.vintage = coordinates.vintage
    and found.year = coordinates.year
left join city_columns
    on found.detector = 'province_block'
    and found.file_id = city_columns.file_id
    and found.place_code = city_columns.place_code
    and found.indicator = city_columns.indicator
    and found.scope = city_columns.scope
    and found.vintage = city_columns.vintage
    and found.year = city_columns.year
