-- Which printed cells lie behind a coefficient?
-- From an estimate to one of the observations in its sample, to the variables of its regression, to the cells that they
-- were computed from. Other specifications: name them here, and take their sample from
-- estimation.full_specifications; leave out the condition on the city to have all cells of the regression.
with

settings as (
    select
        'ic_t2_m4' as spec_id,
        'treat_post' as term,
        '330100' as city_code,
        2015 as observation_year
),

sample_of_the_regression as (
    select
        city_code,
        year
    from innovative_city
    where in_published_sample and is_complete
),

variables as (
    select
        mart_columns.column_name as variable,
        unnest(string_split(mart_columns.indicators, '; ')) as indicator
    from settings
    inner join estimation.full_specifications as specifications on settings.spec_id = specifications.spec_id
    inner join mart_columns
        on specifications.study = mart_columns.study
        and list_contains(
            string_split(specifications.dependent || '; ' || specifications.regressors, '; '), mart_columns.column_name
        )
    where mart_columns.indicators is not null
)

select
    round(estimates.estimate, 4) as coefficient,
    fits.n,
    observation.year,
    variables.variable,
    cells.panel_column,
    cells.origin,
    cells.part,
    cells.path,
    cells.cell,
    cells.value_text as printed
from settings
inner join estimates on settings.spec_id = estimates.spec_id and settings.term = estimates.term
inner join fits on settings.spec_id = fits.spec_id
inner join sample_of_the_regression as observation
    on settings.city_code = observation.city_code and settings.observation_year = observation.year
cross join variables
inner join reference.indicators as indicators on variables.indicator = indicators.indicator
inner join city_provenance as cells
    on observation.city_code = cells.city_code
    and observation.year = cells.year
    and indicators.panel_column = cells.panel_column
    and cells.scope = 'total'
order by variables.variable, cells.panel_column, cells.part, cells.path, cells.cell
