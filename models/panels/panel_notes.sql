-- What the values of a panel row are beside reported and derived: which indicators are spliced, and of which a detector
-- or a broken identity says something (flagged; what is proved wrong is quarantined and not in the panel). As text,
-- since a list stops an export.
with

observations as (
    select
        *,
        indicator || case when scope = 'districts' then '_districts' else '' end as name
    from {{ ref('observations') }}
),

flags as (
    select distinct
        observations.place_level,
        observations.place_code,
        observations.year,
        observations.name
    from observations
    inner join {{ ref('findings') }} as findings
        on observations.place_level = findings.place_level
        and observations.indicator = findings.indicator
        and observations.source_scope = findings.scope
        and observations.vintage = findings.vintage
        and observations.year = findings.year
        and (observations.place_code = findings.place_code or findings.place_code is null)
    where findings.severity = 'flag'
    union
    select
        residuals.place_level,
        residuals.place_code,
        residuals.year,
        unnest(string_split(residuals.indicators, ', '))
        || case when residuals.scope = 'districts' then '_districts' else '' end as name
    from {{ ref('identity_residuals') }} as residuals
    where residuals.basis = 'panel' and not residuals.holds
),

notes as (
    select
        place_level,
        place_code,
        year,
        name,
        'spliced' as note
    from observations
    where origin = 'spliced'
    union all
    select
        *,
        'flagged' as note
    from flags
)

select
    place_level,
    place_code,
    year,
    string_agg(name, ', ' order by name) filter (where note = 'spliced') as spliced_indicators,
    string_agg(name, ', ' order by name) filter (where note = 'flagged') as flagged_indicators
from notes
group by place_level, place_code, year
