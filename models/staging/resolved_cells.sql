-- Every landed cell with its place, indicator, unit and year resolved, its value in the unit of its
-- indicator, and a status: usable, check_row, blank, not_requested, excluded or rejected (with a reason).
with

units as (
    select * from {{ ref('units') }}
),

indicator_units as (
    select distinct
        indicators.indicator,
        indicators.unit,
        indicators.valid_min,
        indicators.valid_max,
        units.dimension,
        units.factor_to_base
    from {{ ref('indicators') }} as indicators
    inner join units on indicators.unit = units.unit
),

-- Five spellings for half a million cells: made plain once.
source_units as (
    select
        texts.unit_text as printed_text,
        units.*
    from (
        select unit_text from {{ ref('landed_cells') }}
        union
        select header_unit from {{ ref('header_resolution') }}
        union
        select unit from {{ ref('landed_files') }}
        union
        select unit_text from {{ ref('override_matches') }}
    ) as texts
    inner join units on {{ normalise_text('texts.unit_text') }} = units.unit_text
),

read_cells as (
    select
        cells.file_id,
        cells.sheet,
        cells.row_number,
        cells.column_number,
        cells.place_text,
        cells.value_text,
        cells.year_text,
        cells.problem,
        headers.header_text,
        files.unknown_headers,
        overrides.exclude_evidence,
        coalesce(overrides.indicator, headers.indicator) as indicator,
        -- An override settles what the header leaves open.
        case
            when headers.reject_reason in ('unknown indicator', 'ambiguous indicator', 'no heading')
                then case when overrides.indicator is null then headers.reject_reason end
            when headers.reject_reason = 'conflicting scope'
                then case when overrides.scope is null then headers.reject_reason end
            when headers.reject_reason = 'conflicting unit'
                then case when overrides.unit_text is null then headers.reject_reason end
        end as header_reject_reason,
        coalesce(
            overrides.scope, cells.scope_text, headers.scope, case when files.scope = 'total' then files.scope end
        ) as scope,
        coalesce(overrides.vintage, files.vintage) as vintage,
        coalesce(overrides.priority, files.priority) as priority,
        coalesce(overrides.unit_text, cells.unit_text, headers.header_unit, files.unit) as unit_text,
        {{ strict_year('cells.year_text') }} as year,
        {{ strict_number('cells.value_text') }} as printed_value,
        {{ is_blank('cells.value_text') }} as is_blank,
        -- the decimals of a plain number; others (1e5) have none to count
        length(regexp_extract({{ trimmed('cells.value_text') }}, '^[+-]?[0-9,]+\.([0-9]+)$', 1)) > files.money_decimals
            as has_more_decimals
    from {{ ref('landed_cells') }} as cells
    inner join {{ ref('landed_files') }} as files on cells.file_id = files.file_id
    inner join {{ ref('header_resolution') }} as headers
        on cells.file_id = headers.file_id
        and cells.header_path is not distinct from headers.header_path
    left join {{ ref('override_matches') }} as overrides
        on cells.file_id = overrides.file_id
        and cells.header_path is not distinct from overrides.header_path
        and cells.column_number = overrides.column_number
        and {{ strict_year('cells.year_text') }} = overrides.year
),

converted as (
    select
        read_cells.* replace (
            -- an income of 0 says that nobody is there to have one (Shenzhen has no rural people)
            read_cells.is_blank or coalesce(
                read_cells.printed_value = 0 and read_cells.indicator in ('urban_income', 'rural_income'), false
            ) as is_blank
        ),
        coalesce(read_cells.has_more_decimals and source_units.dimension like 'money%', false) as is_computed,
        places.place_code,
        places.place_level,
        places.is_check_row,
        source_units.unit as source_unit,
        indicator_units.unit,
        indicator_units.valid_min,
        indicator_units.valid_max,
        case
            when source_units.dimension = indicator_units.dimension then 1.0
            when source_units.dimension = 'money_usd' and indicator_units.dimension = 'money_cny'
                then rates.cny_per_usd
            when source_units.dimension = 'money_cny' and indicator_units.dimension = 'money_usd'
                then 1 / rates.cny_per_usd
        end as currency_factor,
        source_units.factor_to_base / indicator_units.factor_to_base as unit_factor,
        source_units.dimension = indicator_units.dimension
        or (source_units.dimension like 'money%' and indicator_units.dimension like 'money%') as is_convertible
    from read_cells
    left join {{ ref('place_resolution') }} as places
        on read_cells.file_id = places.file_id
        and read_cells.place_text = places.place_text
        and read_cells.year_text = places.year_text
    left join source_units on read_cells.unit_text = source_units.printed_text
    left join indicator_units on read_cells.indicator = indicator_units.indicator
    left join {{ ref('exchange_rates') }} as rates on read_cells.year = rates.year
),

requested as (
    select
        *,
        coalesce(indicator = 'not requested', false)
        or coalesce(
            unknown_headers = 'ignore'
            and (header_reject_reason in ('unknown indicator', 'no heading') or problem = 'no heading'),
            false
        ) as is_not_requested
    from converted
),

judged as (
    select
        *,
        printed_value * unit_factor * currency_factor as value,
        case
            when is_blank or is_not_requested then null
            when problem is not null then problem
            when header_reject_reason is not null then header_reject_reason
            when place_code is null and place_level is not null then 'ambiguous place'
            when place_code is null then 'unknown place'
            when year is null then 'year is not a number'
            when not {{ is_data_year('year') }} then 'year out of range'
            when exclude_evidence is not null then null
            when scope is null then 'missing scope'
            when unit_text is null then 'missing unit'
            when source_unit is null then 'unknown unit'
            when not is_convertible then 'unit of another kind'
            when currency_factor is null then 'no exchange rate'
            when printed_value is null then {{ no_number_reason('value_text') }}
            when
                not is_check_row and printed_value * unit_factor * currency_factor
                not between valid_min and valid_max then 'out of valid range'
        end as cell_reject_reason
    from requested
),

-- Observations of which a file prints values that are apart by more than rounding: one value in two units is none.
contradicted as (
    select
        file_id,
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year
    from judged
    where cell_reject_reason is null and not is_blank and not is_not_requested and exclude_evidence is null
    group by all
    having max(value) - min(value) > 1e-9 * max(abs(value))
),

compared as (
    select
        judged.*,
        coalesce(
            judged.cell_reject_reason,
            case
                when
                    contradicted.file_id is not null
                    and not judged.is_blank and not judged.is_not_requested and judged.exclude_evidence is null
                    then 'duplicate with another value'
            end
        ) as reject_reason
    from judged
    left join contradicted
        on judged.file_id = contradicted.file_id
        and judged.place_level is not distinct from contradicted.place_level
        and judged.place_code = contradicted.place_code
        and judged.indicator is not distinct from contradicted.indicator
        and judged.scope is not distinct from contradicted.scope
        and judged.vintage is not distinct from contradicted.vintage
        and judged.year = contradicted.year
)

select
    file_id,
    sheet,
    row_number,
    column_number,
    place_text,
    header_text,
    value_text,
    place_level,
    place_code,
    indicator,
    scope,
    year,
    year_text,
    vintage,
    priority,
    source_unit,
    unit,
    unit_factor,
    currency_factor,
    case when reject_reason is null then value end as value,
    is_computed,
    case
        when is_blank then 'blank'
        when is_not_requested then 'not_requested'
        when reject_reason is not null then 'rejected'
        when exclude_evidence is not null then 'excluded'
        when is_check_row then 'check_row'
        else 'usable'
    end as status,
    reject_reason,
    exclude_evidence
from compared
