-- What each indicator and year of a panel rests on: values reported, computed, derived and spliced; cells rejected
-- and quarantined; and how many rivals there are, within how many percent of the chosen value they lie, and what share
-- of them within one percent.
with

observed as (
    select
        place_level,
        indicator,
        scope,
        year,
        count(*) filter (where origin = 'reported') as reported,
        count(*) filter (where origin = 'computed') as computed,
        count(*) filter (where origin = 'derived') as derived,
        count(*) filter (where origin = 'spliced') as spliced
    from {{ ref('observations') }}
    group by all
),

cells as (
    select
        files.place_level,
        cells.indicator,
        cells.scope,
        cells.year,
        count(*) filter (where bins.bin = 'rejected') as rejected,
        count(*) filter (where bins.bin = 'quarantined') as quarantined
    from {{ ref('resolved_cells') }} as cells
    inner join {{ ref('cell_bins') }} as bins
        on cells.file_id = bins.file_id
        and cells.sheet = bins.sheet
        and cells.row_number = bins.row_number
        and cells.column_number = bins.column_number
    inner join {{ ref('landed_files') }} as files on cells.file_id = files.file_id
    where bins.bin in ('rejected', 'quarantined') and cells.indicator is not null
    group by all
),

rivals as (
    select
        place_level,
        indicator,
        scope,
        year,
        count(relative_difference) as rivals,
        median(abs(relative_difference)) as median_rival_difference,
        avg(case when abs(relative_difference) <= 0.01 then 1.0 else 0.0 end)
        filter (where relative_difference is not null) as share_of_rivals_within_1_pct
    from {{ ref('rival_observations') }}
    group by all
)

select
    coalesce(observed.place_level, cells.place_level) as place_level,
    coalesce(observed.indicator, cells.indicator) as indicator,
    coalesce(observed.scope, cells.scope) as scope,
    coalesce(observed.year, cells.year) as year,
    coalesce(observed.reported, 0) as reported,
    coalesce(observed.computed, 0) as computed,
    coalesce(observed.derived, 0) as derived,
    coalesce(observed.spliced, 0) as spliced,
    coalesce(cells.rejected, 0) as rejected,
    coalesce(cells.quarantined, 0) as quarantined,
    coalesce(rivals.rivals, 0) as rivals,
    rivals.median_rival_difference,
    rivals.share_of_rivals_within_1_pct
from observed
full join cells
    on observed.place_level = cells.place_level
    and observed.indicator = cells.indicator
    and observed.scope is not distinct from cells.scope
    and observed.year = cells.year
left join rivals
    on observed.place_level = rivals.place_level
    and observed.indicator = rivals.indicator
    and observed.scope = rivals.scope
    and observed.year = rivals.year
