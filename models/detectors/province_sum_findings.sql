-- Detector: the sum of all provinces against the national figure, from the nation row of the same file or
-- else from the seed national_totals. Only quantities that add up, only where every province reports.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'province_sum'
),

cells as (
    select cells.*
    from {{ ref('resolved_cells') }} as cells
    inner join {{ ref('indicators') }} as indicators on cells.indicator = indicators.indicator
    where cells.status in ('usable', 'check_row') and indicators.is_additive
),

province_sums as (
    select
        file_id,
        indicator,
        scope,
        vintage,
        year,
        {{ ordered_sum('value') }} as province_sum
    from cells
    where place_level = 'province' and status = 'usable'
    group by all
    having count(distinct place_code) = (select count(*) from {{ ref('provinces') }})
),

nation_rows as (
    select
        file_id,
        indicator,
        scope,
        vintage,
        year,
        any_value(value) as nation
    from cells
    where place_level = 'nation'
    group by all
),

totals as (
    select
        totals.indicator,
        totals.year,
        totals.value * units.factor_to_base / canonical.factor_to_base
        * case when units.dimension = canonical.dimension then 1 else rates.cny_per_usd end as nation
    from {{ ref('national_totals') }} as totals
    inner join {{ ref('units') }} as units on totals.unit_text = units.unit_text
    inner join {{ ref('indicators') }} as indicators on totals.indicator = indicators.indicator
    inner join {{ ref('units') }} as canonical on indicators.unit = canonical.unit_text
    left join {{ ref('exchange_rates') }} as rates on totals.year = rates.year
),

compared as (
    select
        sums.*,
        'province' as place_level,
        coalesce(nation_rows.nation, totals.nation) as nation,
        {{ ratio('sums.province_sum', 'coalesce(nation_rows.nation, totals.nation)') }} - 1 as relative_difference
    from province_sums as sums
    left join nation_rows
        on sums.file_id = nation_rows.file_id
        and sums.indicator = nation_rows.indicator
        and sums.scope = nation_rows.scope
        and sums.vintage = nation_rows.vintage
        and sums.year = nation_rows.year
    left join totals on sums.indicator = totals.indicator and sums.year = totals.year
)

select
    {{ finding_columns(
        'compared', 'cast(null as varchar)', 'compared.province_sum', 'compared.nation',
        'compared.relative_difference',
        "'provinces sum to ' || round(100 * compared.relative_difference, 1) || '% more than the nation'"
    ) }}
from compared
cross join detector
where abs(compared.relative_difference) > detector.threshold
