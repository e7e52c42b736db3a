-- What every column of main is. Facts about columns stand in one place each: the indicators of the panels in the seed
-- indicators, the variables of a study in the YAML of its mart (mart_columns), all others in the seed codebook_columns.
-- Names, places and types are those of the tables as they stand in the warehouse, so this model is built after all of
-- them; its own are those of its contract.
-- Vintages, sources and breaks are those of the indicators that a column rests on, at the level of place of its table;
-- years are those of its values in the table itself.
{{ depends_on_all_of_main() }}
with

columns_of_main as (
    select
        table_name,
        column_name,
        column_index as position,
        data_type
    from duckdb_columns()
    where
        database_name = current_database()
        and schema_name = 'main'
        and table_name in ({{ models_of_main() }})
        and table_name <> 'codebook'
    union all
    {{ columns_of_contract('codebook') }}
),

described as (
    {{ described_columns() }}
),

chosen as (
    select
        columns_of_main.*,
        described.* exclude (table_name, column_name)
    from columns_of_main
    left join described
        on columns_of_main.column_name = described.column_name
        and columns_of_main.table_name = coalesce(described.table_name, columns_of_main.table_name)
    qualify
        row_number() over (
            partition by columns_of_main.table_name, columns_of_main.column_name
            order by described.table_name is null
        ) = 1
),

-- every vintage at hand, and the one that the panel takes
observed as (
    select
        place_level,
        indicator,
        scope,
        'taken' as which,
        vintage,
        null as file_id
    from {{ ref('observations') }}
    group by all
    union all
    select
        place_level,
        indicator,
        scope,
        'taken' as which,
        null as vintage,
        file_id
    from {{ ref('observation_sources') }}
    group by all
    union all
    select
        place_level,
        indicator,
        scope,
        'at hand' as which,
        vintage,
        file_id
    from {{ ref('ranked_observations') }}
    group by all
),

rests_on as (
    select
        table_name,
        column_name,
        coalesce(place_level, case when starts_with(table_name, 'province_') then 'province' else 'city' end)
            as place_level,
        coalesce(scope, 'total') as scope,
        case when table_name in ('province_vintages', 'city_vintages') then 'at hand' else 'taken' end as which,
        unnest(string_split(indicators, '; ')) as indicator
    from chosen
    where indicators is not null
),

origins as (
    select
        rests_on.table_name,
        rests_on.column_name,
        string_agg(distinct observed.vintage, '; ' order by observed.vintage) as vintages,
        string_agg(distinct files.citation, '; ' order by files.citation) as sources
    from rests_on
    inner join observed
        on rests_on.place_level = observed.place_level
        and rests_on.indicator = observed.indicator
        and rests_on.scope = observed.scope
        and (observed.which = 'taken' or rests_on.which = 'at hand')
    left join {{ ref('landed_files') }} as files on observed.file_id = files.file_id
    group by all
),

-- one text a year and description, for all indicators that it is about
breaks_together as (
    select
        rests_on.table_name,
        rests_on.column_name,
        breaks.first_year,
        breaks.description,
        breaks.description_zh,
        string_agg(distinct breaks.indicator, ', ' order by breaks.indicator) as indicators,
        string_agg(distinct indicators.label_zh, '、' order by indicators.label_zh) as labels_zh
    from rests_on
    inner join {{ ref('definition_breaks') }} as breaks
        on rests_on.place_level = breaks.place_level
        and rests_on.indicator = breaks.indicator
    inner join {{ ref('indicators') }} as indicators on breaks.indicator = indicators.indicator
    group by all
),

breaks as (
    select
        together.table_name,
        together.column_name,
        string_agg(
            together.first_year || coalesce(' ' || nullif(together.indicators, chosen.indicators), '')
            || ': ' || together.description,
            '; ' order by together.first_year, together.indicators
        ) as breaks,
        string_agg(
            together.first_year || '年' || if(together.indicators = chosen.indicators, '', together.labels_zh)
            || '：' || together.description_zh,
            '；' order by together.first_year, together.indicators
        ) as breaks_zh
    from breaks_together as together
    inner join chosen on together.table_name = chosen.table_name and together.column_name = chosen.column_name
    group by all
),

years as (
    {{ years_of_columns('select * from (' ~ described_columns() ~ ') where indicators is not null') }}
)

select
    chosen.table_name,
    chosen.column_name,
    chosen.position,
    chosen.data_type,
    chosen.label_en,
    chosen.label_zh,
    coalesce(units.name_en, chosen.unit) as unit,
    units.name_zh as unit_zh,
    chosen.definition_en,
    chosen.definition_zh,
    origins.vintages,
    case when chosen.indicators is not null then years.first_year end as first_year,
    case when chosen.indicators is not null then years.last_year end as last_year,
    origins.sources,
    breaks.breaks,
    breaks.breaks_zh
from chosen
left join {{ ref('unit_names') }} as units on chosen.unit in (units.unit, units.name_en)
left join origins on chosen.table_name = origins.table_name and chosen.column_name = origins.column_name
left join breaks on chosen.table_name = breaks.table_name and chosen.column_name = breaks.column_name
left join years on chosen.table_name = years.table_name and chosen.column_name = years.column_name
