-- What is left of each quotient of the seed quotient_rules, where its three values are there in one file: the logarithm
-- of numerator / denominator over the printed quotient, all in base units. Rounding of the three limits what it says.
with

base_values as (
    select
        cell_values.*,
        cell_values.value * units.factor_to_base as base_value,
        cell_values.rounding_error / cell_values.value as relative_rounding_error
    from {{ ref('checked_values') }} as cell_values
    inner join {{ ref('indicators') }} as indicators on cell_values.indicator = indicators.indicator
    inner join {{ ref('units') }} as units on indicators.unit = units.unit_text
    where not cell_values.is_check_row and cell_values.value > 0
)

select
    rules.detector,
    rules.rule,
    rules.numerator as numerator_indicator,
    rules.denominator as denominator_indicator,
    rules.quotient as quotient_indicator,
    quotients.file_id,
    quotients.place_level,
    quotients.place_code,
    quotients.scope,
    quotients.vintage,
    quotients.year,
    quotients.value as quotient,
    quotients.value * numerators.base_value / denominators.base_value / quotients.base_value as implied_quotient,
    ln(numerators.base_value / denominators.base_value / quotients.base_value) as log_residual,
    numerators.relative_rounding_error + denominators.relative_rounding_error + quotients.relative_rounding_error
        as relative_rounding_error
from {{ ref('quotient_rules') }} as rules
inner join base_values as quotients on rules.quotient = quotients.indicator
inner join base_values as numerators
    on rules.numerator = numerators.indicator
    and quotients.file_id = numerators.file_id
    and quotients.place_level = numerators.place_level
    and quotients.place_code = numerators.place_code
    and quotients.scope = numerators.scope
    and quotients.vintage = numerators.vintage
    and quotients.year = numerators.year
inner join base_values as denominators
    on rules.denominator = denominators.indicator
    and quotients.file_id = denominators.file_id
    and quotients.place_level = denominators.place_level
    and quotients.place_code = denominators.place_code
    and quotients.scope = denominators.scope
    and quotients.vintage = denominators.vintage
    and quotients.year = denominators.year
