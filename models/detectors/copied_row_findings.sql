-- Detector row_copied: a run of cells that holds the numbers of another city of its province. In one file, two cities
-- with at least minimum_places different numbers of three digits or more in the same columns, which have more digits
-- together than the threshold: one such number is chance, several are a row copied. The copy is the city whose values
-- there surprise its own series (two cities of one size and structure may share numbers); every cell that the two have
-- in common there is a finding. A copy of one cell is evidence against that cell only (exchanged_values).
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'row_copied'
),

cell_values as (
    select
        cell_values.*,
        cities.province_code,
        log10(cell_values.value / greatest(2 * cell_values.rounding_error, 1e-9 * cell_values.value)) as digits
    from {{ ref('checked_values') }} as cell_values
    inner join {{ ref('cities') }} as cities on cell_values.place_code = cities.city_code
    inner join detector on cell_values.place_level = detector.place_level
    where not cell_values.is_check_row and cell_values.value > 0
),

equal_values as (
    select
        one.file_id,
        one.vintage,
        one.year,
        one.place_code,
        rival_cells.place_code as other_code,
        one.value,
        min(one.digits) as digits
    from cell_values as one
    inner join cell_values as rival_cells
        on one.file_id = rival_cells.file_id
        and one.indicator = rival_cells.indicator
        and one.scope = rival_cells.scope
        and one.year = rival_cells.year
        and one.value = rival_cells.value
        and one.province_code = rival_cells.province_code
        and one.vintage = rival_cells.vintage
        and one.place_code <> rival_cells.place_code
    where one.digits >= 2
    group by all
),

pairs as (
    select
        equal_values.file_id,
        equal_values.vintage,
        equal_values.year,
        equal_values.place_code,
        equal_values.other_code,
        {{ ordered_sum('equal_values.digits') }} as digits,
        count(*) as numbers
    from equal_values
    cross join detector
    group by all
    having
        {{ ordered_sum('equal_values.digits') }} > any_value(detector.threshold)
        and count(*) >= any_value(detector.minimum_places)
),

cells as (
    select
        pairs.digits as pair_digits,
        pairs.numbers,
        pairs.other_code,
        one.*,
        own.expected,
        own.deviation,
        coalesce(own.surprise, 0) as surprise,
        coalesce(elsewhere.surprise, 0) as other_surprise
    from pairs
    inner join cell_values as one
        on pairs.file_id = one.file_id
        and pairs.place_code = one.place_code
        and pairs.year = one.year
        and pairs.vintage = one.vintage
    inner join cell_values as rival_cells
        on one.file_id = rival_cells.file_id
        and one.indicator = rival_cells.indicator
        and one.scope = rival_cells.scope
        and one.year = rival_cells.year
        and one.value = rival_cells.value
        and one.vintage = rival_cells.vintage
        and pairs.other_code = rival_cells.place_code
    left join {{ ref('expected_values') }} as own
        on {{ same_observation('one', 'own') }}
    left join {{ ref('expected_values') }} as elsewhere
        on {{ same_observation('rival_cells', 'elsewhere') }}
),

sides as (
    select
        file_id,
        vintage,
        year,
        place_code,
        other_code
    from cells
    group by all
    having
        {{ ordered_sum('surprise') }} > 2 * {{ ordered_sum('other_surprise') }}
        and quantile_cont(surprise, 0.75) > {{ evidence_weight('least_surprise') }}
),

worst as (
    select cells.*
    from cells
    inner join sides
        on cells.file_id = sides.file_id
        and cells.vintage = sides.vintage
        and cells.year = sides.year
        and cells.place_code = sides.place_code
        and cells.other_code = sides.other_code
    -- A number of one digit is shared by chance.
    where cells.digits >= 1 or cells.surprise > 2
    qualify row_number() over (
        partition by
            cells.file_id, cells.place_code, cells.indicator, cells.scope, cells.vintage, cells.year
        order by cells.pair_digits desc, cells.other_code asc
    ) = 1
)

select
    {{ finding_columns(
        'worst', 'worst.place_code', 'worst.value', 'worst.expected', 'worst.deviation',
        "'one of ' || worst.numbers || ' numbers that ' || worst.other_code || ' has in the same columns'"
    ) }}
from worst
cross join detector
