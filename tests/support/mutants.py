"""Deliberate mistakes in formulas, each of which a test must notice.

A mutant is one text of one file, replaced. The text must stand there exactly once, so that no mutant rots unseen when a
formula is rewritten. `equivalent` gives the reason why a mutant changes no result; such a mutant must survive.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """One replacement in one file, and what it breaks; a reason if it breaks nothing."""

    file: str
    text: str
    replacement: str
    breaks: str
    equivalent: str = ""


def _of(file: str, *mutants: tuple[str, ...]) -> tuple[Mutant, ...]:
    return tuple(Mutant(file, *mutant) for mutant in mutants)


ARITHMETIC = _of(
    "macros/arithmetic.sql",
    ("nullif({{ divisor }}, 0)", "{{ divisor }}", "a ratio over zero is infinite"),
    (
        "({{ numerator }} / nullif({{ divisor }}, 0))",
        "({{ divisor }} / nullif({{ numerator }}, 0))",
        "a ratio is upside down",
    ),
    (
        "({{ numerator }} / nullif({{ divisor }}, 0))",
        "{{ numerator }} / nullif({{ divisor }}, 0)",
        "a ratio inside an expression loses its brackets",
    ),
    (
        "({{ numerator }} / nullif({{ divisor }}, 0))",
        "coalesce({{ numerator }} / nullif({{ divisor }}, 0), 0)",
        "an undefined ratio is 0",
    ),
    ("{{ argument }} > 0 then", "{{ argument }} >= 0 then", "the logarithm of zero is -inf"),
    ("then ln({{ argument }})", "then log10({{ argument }})", "logarithms are to base 10"),
    ("(' filter (where ' ~ sample ~ ')' if sample else '')", "''", "a product is centred on all rows, not the sample"),
    ("({{ a }} - {{ ordered_mean(a) }}{{ over_sample }})", "{{ a }}", "the first factor of a product is not centred"),
    ("({{ b }} - {{", "({{ b }} + {{", "the mean is added to the second factor"),
    ("- {{ ordered_mean(b) }}", "- median({{ b }})", "the second factor is centred on its median"),
)

INEQUALITY = _of(
    "macros/inequality.sql",
    ("when {{ x }} = 0 then 0", "when {{ x }} = 0 then null", "0 ln 0 is undefined"),
    (
        "{{ x }} * ln({{ x }} / {{ y }})",
        "{{ y }} * ln({{ x }} / {{ y }})",
        "a Theil term is weighted by the other share",
    ),
    ("{{ x }} * ln({{ x }} / {{ y }})", "{{ x }} * ln({{ y }} / {{ x }})", "a Theil term has the other sign"),
    ("{{ x }} * ln({{ x }} / {{ y }})", "{{ x }} * log2({{ x }} / {{ y }})", "a Theil term is in bits"),
    ("{{ x }} > 0 and {{ y }} > 0", "{{ x }} > 0", "a share over no share is infinite"),
    ("greatest(\n                0,", "greatest(\n                -1,", "rounding takes the index below zero"),
    ("{{ urban_share }} between 0 and 1", "{{ urban_share }} between 0 and 2", "a share above one has an index"),
    (
        "\n            and {{ urban_income_share }} is not null",
        "",
        "places without income have an index of 0",
    ),
    ("and {{ urban_income }} >= 0", "and {{ urban_income }} > 0", "towns without income have no index"),
    ("and {{ rural_income }} >= 0", "and {{ rural_income }} > 0", "a countryside without income has no index"),
    (
        "xlogx_ratio(rural_income_share, '(1 - ' ~ urban_share ~ ')')",
        "xlogx_ratio(rural_income_share, urban_share)",
        "rural income is held against the urban population",
    ),
    (
        "+ {{ xlogx_ratio(rural_income_share",
        "- {{ xlogx_ratio(rural_income_share",
        "the rural term is subtracted",
    ),
    ("(1 - {{ share }}) * {{ other_income }}", "{{ other_income }}", "the other income lacks its population"),
    (
        "{{ income_share('urban_share', 'urban_income_cny', 'rural_income_cny') }}",
        "{{ income_share('urban_share', 'rural_income_cny', 'urban_income_cny') }}",
        "the income share swaps the incomes",
    ),
    (
        "ratio('urban_income_cny', 'rural_income_cny')",
        "ratio('rural_income_cny', 'urban_income_cny')",
        "the income ratio is rural over urban",
    ),
    ("panel.urbanisation_rate_pct / 100 as", "panel.urbanisation_rate_pct as", "percent is taken for a share"),
    ("count(distinct vintage) = 1", "count(distinct vintage) >= 1", "incomes of two surveys are compared"),
    ("scope = 'total' and indicator in", "indicator in", "incomes of districts count as the city's"),
    (
        "where place_level = '{{ place_level }}' and scope",
        "where scope",
        "surveys of provinces vouch for cities of the same code",
    ),
)

STRUCTURE = _of(
    "macros/structure.sql",
    ("least({{ sectors | join(', ') }}) >= 0", "least({{ sectors | join(', ') }}) > 0", "an empty sector has no share"),
    ("least({{ sectors | join(', ') }}) >= 0", "{{ sector }} >= 0", "a negative sector leaves the other shares"),
    ("nullif({{ sectors | join(' + ') }}, 0)", "({{ sectors | join(' + ') }})", "shares of nothing are NaN"),
    (
        "{{ other }} is not null",
        "true",
        "a missing sector leaves the other shares",
        "the divisor, a sum with the missing sector, is NULL already",
    ),
    ("{{ loop.index }} * {{ share }}", "{{ loop.index0 }} * {{ share }}", "sectors are numbered from zero"),
    (
        "xlogx_ratio(share, employment_shares[loop.index0])",
        "xlogx_ratio(employment_shares[loop.index0], share)",
        "the distance is of employment from output",
    ),
    ("employment_shares[loop.index0]", "employment_shares[loop.index0 - 1]", "sectors are paired with the one before"),
    ("'(1.0 / ' ~ shares | length ~ ')'", "'1.0'", "sector sizes are not relative to their mean"),
    ("'(1.0 / ' ~ shares | length ~ ')'", "'(1.0 / 2)'", "sector sizes are relative to a half"),
    (
        "count({{ value }}) over (partition by {{ group_column }}) - 1",
        "count({{ value }}) over (partition by {{ group_column }})",
        "the mean of the others divides by n",
    ),
    ("count({{ value }}) over", "count(*) over", "the mean of the others counts missing values"),
    (
        "(partition by {{ group_column }}) - {{ value }})",
        "(partition by {{ group_column }}))",
        "the sum of the others holds the value itself",
    ),
    ("({{ value }} - ({{", "({{ value }} + ({{", "the mean of the others is added"),
    (" ~ ' filter (where ' ~ sample ~ ') over ()'", " ~ ' over ()'", "mean productivity is that of all rows"),
    ("{{ share }} * {{ ratio(productivity", "{{ ratio(productivity", "productivities are not weighted by output"),
)

PRODUCTIVITY = _of(
    "macros/productivity.sql",
    ("- (1 - {{ capital_share }}) *", "- {{ capital_share }} *", "labour has the share of capital"),
    ("- (1 - {{ capital_share }}) *", "+ (1 - {{ capital_share }}) *", "labour raises productivity"),
    ("    exp(\n", "    (\n", "productivity is its logarithm"),
    ("then regr_slope(", "then regr_intercept(", "the elasticity is the constant"),
    (
        "set output_per_worker = log_or_null(output ~ ' / nullif(' ~ labour ~ ', 0)')",
        "set output_per_worker = log_or_null(output)",
        "output is not per worker",
    ),
    ("> 0) > 0", "> 0) >= 0", "capital intensity without variation has an elasticity"),
    (
        "case\n        when var_pop(",
        "case\n        when var_samp(",
        "the variance is of a sample",
        "either is positive exactly where two intensities differ, and nothing else is asked of it",
    ),
)

DECOMPOSITION = _of(
    "macros/decomposition.sql",
    (
        "ordered_sum('income_share * '",
        "ordered_sum('population_share * '",
        "Theil T is weighted by people",
    ),
    (
        "ordered_sum('-population_share * '",
        "ordered_sum('population_share * '",
        "Theil L has the other sign",
    ),
    (
        "ordered_sum('-population_share * '",
        "ordered_sum('-income_share * '",
        "Theil L is weighted by income",
    ),
    (
        "(log_relative_income - log_relative_group_income)",
        "(log_relative_income + log_relative_group_income)",
        "the part within groups adds that between them",
    ),
    (
        "'(log_relative_subgroup_income - log_relative_group_income)'",
        "'log_relative_subgroup_income'",
        "the part between subgroups holds that between groups",
    ),
    (
        "'(log_relative_income - log_relative_subgroup_income)'",
        "'(log_relative_income - log_relative_group_income)'",
        "the part within subgroups is that within groups",
    ),
    (
        "ln({{ mean_income_of(places_window) }} /",
        "ln(avg(income) over {{ places_window }} /",
        "mean income of a group ignores population",
    ),
    (
        "/ {{ mean_income_of('whole') }})\n{%- endmacro",
        "/ avg(income) over whole)\n{%- endmacro",
        "mean income beside that of a group ignores population",
    ),
    (
        "ln(income / {{ mean_income_of('whole') }})",
        "ln(income / avg(income) over whole)",
        "mean income ignores population",
    ),
    ("population > 0 and income > 0", "population > 0 and income >= 0", "a place without income counts"),
    ("whole as (partition by {{ key }})", "whole as ()", "years are pooled"),
    ("(partition by {{ key }}, group_name)", "(partition by group_name)", "groups are pooled over years"),
    (
        "(partition by {{ key }}, group_name, {{ subgroup }})",
        "(partition by {{ key }}, {{ subgroup }})",
        "a subgroup in two groups counts as one",
    ),
    (
        "log_relative_mean_income('one_subgroup')",
        "log_relative_mean_income('one_group')",
        "subgroups have the group's mean",
    ),
)

LAGS = _of(
    "macros/lags.sql",
    ("range between", "rows between", "the lag is of the previous row, whatever its year"),
    (
        "{{ years }} preceding and {{ years }} preceding",
        "1 preceding and 1 preceding",
        "the lag is of one year, whatever is asked",
    ),
    (
        "{{ years }} preceding and {{ years }} preceding",
        "{{ years }} preceding and 1 preceding",
        "the lag is the largest value since",
    ),
    (
        "{{ years }} preceding and {{ years }} preceding",
        "{{ years }} following and {{ years }} following",
        "the lag is of the year after",
    ),
    ("partition by {{ place }}\n        order", "order", "lags cross places"),
    (
        "max({{ column }}) over",
        "min({{ column }}) over",
        "the smallest value of that year is taken",
        "a place has one row a year",
    ),
    ("({{ column }} > {{", "({{ column }} >= {{", "the mean itself is above the mean"),
    (" filter (where {{ sample }}) over ()", " over ()", "the mean is over all rows, not the sample"),
    ("> {{ ordered_mean(column) }}", "> median({{ column }})", "the median is taken for the mean"),
)

OUTLIERS = _of(
    "macros/outliers.sql",
    ("{{ column }} is not null and ", "", "a missing value is pulled to the bound"),
    (
        " and {{ sample_quantile(column, sample, percentile) }} is not null",
        "",
        "without a sample a value is bounded by nothing",
    ),
    (
        "then least(\n                greatest({{ column }}, ",
        "then greatest(\n                least({{ column }}, ",
        "values are pulled out, not in",
    ),
    ("'1 - ' ~ percentile) }}\n            )", "percentile) }}\n            )", "both bounds are the lower one"),
    (
        "{{ sample_quantile(column, sample, '1 - ' ~ percentile) }}\n            then",
        "{{ sample_quantile(column, sample, 1) }}\n            then",
        "nothing is trimmed at the upper end",
    ),
    (
        "{{ column }} between {{ sample_quantile(column, sample, percentile) }}\n            and {{ sample",
        "{{ column }} > {{ sample_quantile(column, sample, percentile) }}\n            and {{ column }} < {{ sample",
        "values on the bounds are trimmed",
    ),
    (" filter (where {{ sample }}) over ()", " over ()", "bounds are of all rows, not the sample"),
    ("quantile_cont(", "quantile_disc(", "bounds are values of the sample, not between them"),
)

WEIGHTED_RECORDS = _of(
    "macros/weighted_records.sql",
    ("order by {{ value }} rows", "rows", "records are accumulated in no order"),
    ("order by {{ value }} rows", "order by {{ value }} desc rows", "records are accumulated from the top"),
    ("rows between unbounded", "range between unbounded", "equal values share one running weight"),
    ("partition by {{ group_column }} order by", "order by", "records are accumulated over places"),
    (
        "(2 * {{ running_weight }} - {{ weight }})",
        "(2 * {{ running_weight }})",
        "the Gini index has no correction for n",
    ),
    (
        "/ (sum({{ weight }}) * sum({{ weight }} * {{ value }}))",
        "/ (count(*) * sum({{ weight }} * {{ value }}))",
        "the Gini index counts records for weights",
    ),
    (
        "when sum({{ weight }} * {{ value }}) > 0\n            -- Rounding",
        "when true\n            -- Rounding",
        "the Gini index of nothing is NaN",
    ),
    (
        "0,\n                sum({{ weight }} * {{ value }} * (2",
        "-1,\n                sum({{ weight }} * {{ value }} * (2",
        "rounding takes the Gini index below zero",
    ),
    (
        "when sum({{ weight }} * {{ value }}) > 0\n            then",
        "when true\n            then",
        "Theil T of nothing is a number or NaN",
    ),
    (
        "coalesce({{ value }} * {{ log_or_null(value) }}, 0)",
        "{{ value }} * {{ log_or_null(value) }}",
        "a value of 0 is missing",
        "a sum leaves out what is missing, which adds nothing either",
    ),
    (
        "/ sum({{ weight }} * {{ value }})\n                - ln(",
        "/ sum({{ weight }})\n                - ln(",
        "Theil T of records is weighted by people",
    ),
    (
        "- ln(sum({{ weight }} * {{ value }}) / sum({{ weight }}))",
        "- ln(avg({{ value }}))",
        "the mean of Theil T ignores weights",
    ),
    (
        "0,\n                sum({{ weight }} * coalesce",
        "-1,\n                sum({{ weight }} * coalesce",
        "rounding takes Theil T below zero",
    ),
    ("when min({{ value }}) > 0", "when max({{ value }}) > 0", "Theil L leaves values of 0 out"),
    (
        "- sum({{ weight }} * {{ log_or_null(value) }}) / sum({{ weight }})",
        "- avg({{ log_or_null(value) }})",
        "the mean logarithm of Theil L ignores weights",
    ),
    (
        " ln(sum({{ weight }} * {{ value }}) / sum({{ weight }}))\n                - sum",
        " ln(avg({{ value }}))\n                - sum",
        "the mean of Theil L ignores weights",
    ),
    (
        "0,\n                ln(sum({{ weight }}",
        "-1,\n                ln(sum({{ weight }}",
        "rounding takes Theil L below zero",
    ),
)

RECORDS = (
    *_of(
        "macros/records.sql",
        ("{{ wage }} between 0 and", "{{ wage }} between 1 and", "a wage of 0 does not count"),
        ("{{ wage }} between 0 and", "{{ wage }} between -1e15 and", "a negative wage counts"),
        ("{{ weight }} between 1e-15 and", "{{ weight }} between 0 and", "a weight of 0 counts"),
    ),
    *_of(
        "models/micro/city_wage_inequality.sql",
        ("{{ is_usable_wage('records.wage') }} and ", "", "any wage counts"),
        (" and {{ is_usable_weight('records.weight') }}", "", "any weight counts"),
        (" and records.printed_year = places.printed_year", "", "records count in every year of their city"),
        ("select distinct\n        place_year", "select\n        place_year", "a city of two names has two rows"),
        ("'wage', 'place_year')", "'wage', '1')", "running weights run on from place to place"),
        ("sum(weight * wage) / sum(weight)", "avg(wage)", "the mean wage ignores weights"),
    ),
)

STUDIES = _of(
    "macros/studies.sql",
    ("{{ province_code }} not in (", "{{ province_code }} in (", "a study looks at what it leaves out"),
    (" where exclusions.study = '{{ study }}'", "", "a study leaves out what any study does"),
    (
        "between studies.first_year and",
        "> studies.first_year and {{ year }} <=",
        "the first year of a study is missing",
    ),
    (
        "between studies.first_year and studies.last_year",
        "between studies.first_year and studies.last_year - 1",
        "the last year of a study is missing",
    ),
    ("where memberships.grouping = '{{ grouping }}'", "", "members of any grouping are members of one"),
    ('is not null{{ " and "', 'is not null{{ " or "', "a row with one variable is complete"),
)

CITY_TRADE = _of(
    "models/indices/city_trade.sql",
    ("(exports_100m_cny - imports_100m_cny)", "(imports_100m_cny - exports_100m_cny)", "a deficit is positive"),
    ("(exports_100m_cny + imports_100m_cny)", "(exports_100m_cny)", "openness is exports alone"),
    ("ratios.year - 2004", "ratios.year - 2005", "time is counted from 2005"),
    ("base_year.year = 2004", "base_year.year = 2005", "the base year is 2005"),
    ("cny_per_usd / 10000'", "cny_per_usd / 1000'", "FDI is ten times too large"),
    ("fdi_actual_10k_usd * cny_per_usd / 10000'", "fdi_actual_10k_usd / 10000'", "dollars are taken for yuan"),
    ("on panel.year = rates.year", "on panel.year = rates.year + 1", "the exchange rate is of the year before"),
)

CITY_WAGES = _of(
    "models/indices/city_wages.sql",
    ("ratio('budget_revenue_100m_cny'", "ratio('budget_expenditure_100m_cny'", "revenue is expenditure"),
    (
        "ratio('exp_education_100m_cny', 'gdp_100m_cny')",
        "ratio('exp_education_100m_cny', 'budget_expenditure_100m_cny')",
        "education is over the budget",
    ),
    (
        "'internet_users_10k_households', 'pop_registered_yearend_10k_persons'",
        "'internet_users_10k_households * 10000', 'pop_registered_yearend_10k_persons'",
        "subscribers are counted singly",
    ),
    (
        "gap_to_others('wage_share', 'year')",
        "gap_to_others('wage_share', 'city_code')",
        "the gap is to other years of the city",
    ),
)

CITY_EMPLOYMENT = _of(
    "models/indices/city_employment.sql",
    (
        "coalesce(group_column, nullif('{{ unassigned_sectors_group() }}', ''))",
        "group_column",
        "the var gives no sector a group",
    ),
    (
        "coalesce(group_column, nullif('{{ unassigned_sectors_group() }}', ''))",
        "coalesce(nullif('{{ unassigned_sectors_group() }}', ''), group_column)",
        "the var gives every sector its group",
    ),
    ("having count(*) = any_value(group_sizes.sectors)", "having count(*) >= 1", "a group lacks a sector"),
    (" and observations.scope = 'total'", "", "employment of districts counts twice"),
    ("observations.place_level = 'city' and ", "", "employment of provinces counts"),
    ("group_column = 'capempl'", "group_column = 'techempl'", "capital-intensive sectors are the technology-intensive"),
    (
        "(panel.emp_s13_science_10k_persons + panel.emp_s07_it_10k_persons)",
        "panel.emp_s13_science_10k_persons",
        "talents are of science alone",
    ),
    (
        "        'panel.unemployed_registered_persons / 10000',",
        "        'panel.unemployed_registered_persons',",
        "persons are taken for 10k persons",
    ),
    ("~ ' + panel.emp_private_selfemployed_10k_persons)'", "~ ')'", "private employment is no labour force"),
)

SECTOR_GROUPS = _of(
    "seeds/indicators/industry_sectors.csv",
    ("金融业,technology,techempl", "金融业,capital,capempl", "finance is capital-intensive"),
    ("批发和零售业,unassigned,,", "批发和零售业,labour,laborempl,", "wholesale and retail is in a group"),
)

CITY_STRUCTURE = _of(
    "models/indices/city_industry_structure.sql",
    (
        "ratio('output_share_tertiary', 'output_share_secondary')",
        "ratio('output_share_secondary', 'output_share_tertiary')",
        "the industry ratio is upside down",
    ),
    (
        "sector_share(output_columns[0], output_columns)",
        "sector_share(output_columns[1], output_columns)",
        "the primary share is the secondary",
    ),
    (
        "sector_share(employment_columns[2], employment_columns)",
        "sector_share(employment_columns[2], output_columns)",
        "the tertiary share of employment is over output",
    ),
    (
        "output_share_secondary', 'emp_secondary_10k_persons'",
        "output_share_secondary', 'emp_tertiary_10k_persons'",
        "productivity is per worker of another sector",
    ),
    ("    + output_share_tertiary * productivity", "    + productivity", "tertiary productivity is not weighted"),
    (
        "structure_distance(output_shares, employment_shares)",
        "structure_distance(employment_shares, output_shares)",
        "the distance swaps its structures",
    ),
    ("sector_theil(output_shares)", "sector_theil(employment_shares)", "the Theil index is of employment"),
)

CITY_PRODUCTIVITY = _of(
    "models/indices/city_productivity.sql",
    ("fai_100m_cny * 10000 as", "fai_100m_cny * 1000 as", "capital is a tenth"),
    ("emp_unit_total_10k_persons * 10000 as", "emp_unit_total_10k_persons as", "10k persons are taken for persons"),
    ("labour_persons > 0) >= 8", "labour_persons > 0) >= 7", "seven years make an elasticity"),
    ("labour_persons > 0) >= 8", "labour_persons > 0) > 8", "eight years make no elasticity"),
    (
        "count(*) filter (where output_10k_cny > 0 and capital_10k_cny > 0 and labour_persons > 0)",
        "count(*)",
        "years without inputs count",
    ),
    (
        "'inputs.labour_persons', 'pooled.alpha'",
        "'inputs.labour_persons', 'by_city.alpha_city'",
        "productivity has the elasticity of the city",
    ),
    ("by_city.alpha_city > 0.5", "by_city.alpha_city < 0.5", "the bias is towards labour"),
)

POLICIES = (
    *_of(
        "models/staging/policy_listings.sql",
        (
            "order by confidence = 'sourced' desc, first_year asc\n    )",
            "order by confidence = 'sourced' desc, first_year desc\n    )",
            "the cohort is the last year of treatment",
        ),
        (
            "order by confidence = 'sourced' desc, first_year asc\n    )",
            "order by first_year asc\n    )",
            "a recalled year counts as much as a document",
        ),
        ("case when unit_level = 'city' then place_code end", "place_code", "a district treats its city"),
        ("    where reject_reason is null\n", "", "rejected rows of a list count"),
        (
            "partition by policy, city_code\n        order",
            "partition by city_code\n        order",
            "any policy gives every other its year",
        ),
        ("bool_or(confidence", "bool_and(confidence", "a remembered entry spoils a document"),
        ("(partition by policy, city_code) as", "(partition by city_code) as", "a document vouches for every policy"),
        ("policy, city_code, file_id", "policy, city_code", "what agrees with another list is repeated"),
        ("row_in_list > 1", "row_in_list > 2", "one repetition in a list is none"),
        (
            "(first_year <> cohort or row_in_list > 1)",
            "row_in_list > 1",
            "the same city under another year is not repeated",
        ),
        (
            "city_code is not null and (first_year <> cohort",
            "(first_year <> cohort",
            "districts repeat each other",
        ),
    ),
    *_of(
        "models/policies/policy_exposure.sql",
        (
            "case when is_sourced or '{{ policy_confidence() }}' = 'all' then cohort end",
            "cohort",
            "the var is not asked",
        ),
        ("is_sourced or '{{ policy_confidence() }}' = 'all'", "is_sourced", "recalled years never count"),
        ("    where city_code is not null\n", "", "a policy of districts leaves every city untreated"),
        ("select distinct\n        policy,", "select\n        policy,", "a city listed twice has two rows"),
        (
            "panel.year - treatments.cohort as",
            "panel.year - treatments.cohort + 1 as",
            "the year of treatment is year one",
        ),
        ("panel.year >= treatments.cohort", "panel.year > treatments.cohort", "treatment starts a year late"),
        (
            "case when treatments.city_code is null then false else panel.year >= treatments.cohort end",
            "coalesce(panel.year >= treatments.cohort, false)",
            "an unknown exposure is none",
        ),
        (
            "case when treatments.city_code is null then false else panel.year >= treatments.cohort end",
            "panel.year >= treatments.cohort",
            "cities that no listing names are unknown",
        ),
        ("coalesce(treatments.is_sourced, false)", "treatments.is_sourced", "whether nothing is sourced is unknown"),
        (
            "treatments on policies.policy = treatments.policy and ",
            "treatments on ",
            "any policy treats as every other",
        ),
    ),
    *_of(
        "models/policies/policy_quality.sql",
        ("count(distinct city_code) as", "count(city_code) as", "a city listed twice is two treated cities"),
        ("filter (where not is_sourced)", "filter (where is_sourced)", "sourced cities are the recalled ones"),
        ("filter (where city_code is null) as", "as", "every listed row is a place below a city"),
        (
            "count(distinct city_code) filter (where is_repeated)",
            "count(*) filter (where is_repeated)",
            "repeated rows are counted for cities",
        ),
        ("'unknown place', ", "", "an unknown place is no unknown place"),
        (" and policy is not null", "", "rows without a policy are a policy of their own"),
        (
            "filter (where is_treated) as",
            "filter (where is_treated is not null) as",
            "known city-years are treated ones",
        ),
        ("is_treated and not is_sourced", "not is_sourced", "city-years from memory are those without a document"),
        ("filter (where is_treated is null)", "filter (where not is_treated)", "untreated city-years are unknown"),
        ("full join rejects", "left join rejects", "a policy with nothing but rejects is not there"),
    ),
)

PROVINCES = (
    *_of(
        "models/indices/province_trade.sql",
        (
            "'gdp_100m_cny * 10000', 'pop_resident",
            "'gdp_100m_cny * 1000', 'pop_resident",
            "GDP per resident is a tenth",
        ),
        (
            "ratio('imports_100m_cny', 'gdp_100m_cny')",
            "ratio('imports_100m_cny', 'trade_total_100m_cny')",
            "import openness is over trade",
        ),
        ("fdi_actual_10k_usd * cny_per_usd / 10000 as", "fdi_actual_10k_usd * cny_per_usd as", "FDI is in 10k CNY"),
    ),
    *_of(
        "models/indices/province_industry_structure.sql",
        (
            "'gdp_share_tertiary_pct', 'gdp_share_secondary_pct'",
            "'gdp_share_tertiary_pct', 'gdp_share_tertiary_pct'",
            "the industry ratio is one",
        ),
        (
            "ratio('rd_expenditure_100m_cny', 'value_added_industry_100m_cny')",
            "ratio('value_added_industry_100m_cny', 'rd_expenditure_100m_cny')",
            "R&D intensity is upside down",
        ),
    ),
    *_of(
        "models/indices/province_income_theil.sql",
        ("where place_level = 'province'", "", "a grouping of cities is one of provinces"),
        ("['grouping', 'year']", "['grouping']", "a grouping pools its years"),
    ),
)

CITY_INCOME_THEIL = _of(
    "models/indices/city_income_theil.sql",
    ("groupings.place_level = 'province'", "true", "a grouping of cities is one of provinces"),
    ("groupings.place_level = 'province'", "false", "a grouping of provinces is one of cities"),
    ("panel.pop_registered_yearend_10k_persons as population", "1 as population", "every city has as many people"),
    (
        "ratio('panel.gdp_100m_cny * 10000', 'panel.pop_registered_yearend_10k_persons')",
        "ratio('panel.gdp_100m_cny * 10000', '1')",
        "income is GDP, not per person",
    ),
    (
        "coalesce(memberships.group_name, 'not listed')",
        "coalesce(memberships.group_name, panel.city_code)",
        "each city that is not listed is a group",
    ),
    (
        "    left join memberships\n",
        "    inner join memberships\n",
        "cities that are not listed do not count",
    ),
    (
        "then panel.province_code else panel.city_code",
        "then panel.city_code else panel.province_code",
        "cities are looked up among provinces",
    ),
    ("'year'], 'province_code')", "'year'], 'group_name')", "provinces are the groups themselves"),
    (
        "theil_t_within_subgroups as theil_t_within_provinces",
        "theil_t_within as theil_t_within_provinces",
        "the part of T within provinces is that within groups",
    ),
    (
        "theil_l_between_subgroups as theil_l_between_provinces",
        "theil_l_between as theil_l_between_provinces",
        "the part of L between provinces is that between groups",
    ),
)

MARTS = (
    *_of(
        "models/marts/import_inequality.sql",
        ("is_study_province and is_published_window as", "is_published_window as", "Tibet is in the sample"),
        (
            "'samples.ln_inno', 'samples.in_published_sample')",
            "'samples.ln_inno')",
            "the interaction is centred on all rows",
        ),
        ("ln_import * ln_inno as", "ln_import + ln_inno as", "the raw interaction is a sum"),
        (
            "log_or_null('panel.foreign_enterprise_investment_100m_cny')",
            "log_or_null('trade.fdi_actual_100m_cny')",
            "the printed FDI is the defined one",
        ),
        ("log_or_null('panel.trade_total_100m_cny')", "log_or_null('panel.imports_100m_cny')", "trade is imports"),
        (
            "    where in_published_sample\n    group by",
            "    group by",
            "means of provinces take years outside the window",
        ),
        (
            "'samples.ln_inno', 'samples.province_code', 1, 'samples.year') }} as l_ln_inno",
            "'samples.ln_trade', 'samples.province_code', 1, 'samples.year') }} as l_ln_inno",
            "the lag is of another variable",
        ),
        ("above_sample_mean('samples.trdgdp'", "above_sample_mean('samples.intrd'", "openness is of imports"),
        ("'ln_fdi_as_published', 'ln_pgdp'", "'ln_fdi', 'ln_pgdp'", "a complete row needs the defined FDI"),
        ("'ln_pgdp', 'unemployment'\n", "'ln_pgdp'\n", "a complete row needs no unemployment"),
    ),
    *_of(
        "models/marts/trade_wage_share.sql",
        ("trade.trade_balance < 0 then", "trade.trade_balance <= 0 then", "a balanced city has a deficit"),
        ("region_northeast_in_central", "region_northeast_in_east", "the northeast is in the east"),
        (
            "lag_years('trade', 'city_code', 1)",
            "lag_years('openness', 'city_code', 1)",
            "the lagged balance is openness",
        ),
        ("lag_years('trade', 'city_code', 2)", "lag_years('trade', 'city_code', 1)", "both lags are of one year"),
        (
            "lag_years('trade_trimmed', 'city_code', 1)",
            "lag_years('trade_winsorised', 'city_code', 1)",
            "the lagged trimmed balance is the winsorised one",
        ),
        (
            "lag_years('trade_winsorised', 'city_code', 2)",
            "lag_years('trade_winsorised', 'city_code', 1)",
            "the second lag of the winsorised balance is the first",
        ),
        (
            "winsorised(variable, 'in_published_sample'",
            "winsorised(variable, 'is_study_city'",
            "bounds of winsorised variables are of all years",
        ),
        (
            "without_outliers(variable, 'in_published_sample'",
            "without_outliers(variable, 'is_published_window'",
            "bounds of trimmed variables are of all cities",
        ),
        (
            "outlier_percentile()) }} as {{ variable }}_trimmed",
            "0.01) }} as {{ variable }}_trimmed",
            "the var does not change trimmed variables",
        ),
        ("'tfp', 'unemp_as_published'", "'tfp', 'unemp'", "a complete row needs private employment"),
        (
            "        productivity.alpha,\n        productivity.alpha_city,",
            "        productivity.alpha_city as alpha,\n        productivity.alpha as alpha_city,",
            "the elasticities are swapped",
        ),
        ("\n            and panel.year = {{ alias }}.year", "", "indices of a city are those of any year"),
        ("wages.wage_gap as gapwage", "wages.wage_share as gapwage", "the wage gap is the wage share"),
        ("wages.revenue_share as govern", "wages.expenditure_share as govern", "fiscal capacity is expenditure"),
        (
            "structure.sector_theil as hlh_theil",
            "structure.structure_distance as hlh_theil",
            "the Theil index is the distance",
        ),
        ("is_study_city and is_published_window as", "is_study_city as", "the sample has no window"),
    ),
    *_of(
        "models/marts/innovative_city.sql",
        ("where policy = 'innovative_city'", "where policy = 'broadband'", "the treatment is another policy"),
        ("region_northeast_in_east", "region_northeast_in_central", "the northeast is in the centre"),
        (
            "log_or_null('structure.upgrading_quantity')",
            "log_or_null('structure.upgrading_raw_10k_cny')",
            "the printed upgrading is of productivity",
        ),
        (
            "(panel.pop_registered_yearend_10k_persons * panel.gdp_deflator_index_2000_1)",
            "panel.pop_registered_yearend_10k_persons",
            "GDP per head is nominal",
        ),
        ("panel.gdp_deflator_index_2000_1)'", "panel.gdp_deflator_index_2000_1 / 100)'", "the deflator is in percent"),
        ("ln_agdp * ln_agdp as", "2 * ln_agdp as", "the square is the double"),
        ("], 'in_published_sample')", "], 'true')", "mean productivity is of all cities and years"),
        (
            "exposure.is_sourced or (exposure.cohort is null and exposure.is_treated is not null)",
            "exposure.is_sourced",
            "cities never treated leave the sourced sample",
        ),
        (
            "(exposure.cohort is null and exposure.is_treated is not null)",
            "exposure.cohort is null",
            "cities of unknown treatment count as never treated",
        ),
        ("where policy = 'smart_city'", "where policy = 'innovative_city'", "the other policy is the treatment"),
        (
            "smart_cities.is_treated as policy_post",
            "coalesce(smart_cities.is_treated, false) as policy_post",
            "without a list no city is smart",
        ),
        ("cities.is_provincial_capital\n        or", "false\n        or", "capitals have no high rank"),
        (
            "        or {{ in_grouping('panel.city_code', 'separate_planning') }}\n",
            "",
            "cities that are planned separately have no high rank",
        ),
        ("'special_economic_zone'", "'separate_planning'", "special economic zones have no high rank"),
        ("'theil', 'treat_post', 'ln_agdp'", "'theil', 'ln_agdp'", "a row of unknown treatment is complete"),
        ("'talents', 'ainternet', 'urban'\n", "'talents', 'urban'\n", "a complete row needs no internet"),
        ("wages.expenditure_share as gov", "wages.revenue_share as gov", "government is revenue"),
        (
            "('output_share_secondary', 'productivity_secondary_10k_cny'),",
            "('output_share_secondary', 'productivity_tertiary_10k_cny'),",
            "secondary output has tertiary productivity",
        ),
    ),
)

MUTANTS = (
    *ARITHMETIC,
    *INEQUALITY,
    *STRUCTURE,
    *PRODUCTIVITY,
    *DECOMPOSITION,
    *LAGS,
    *OUTLIERS,
    *WEIGHTED_RECORDS,
    *RECORDS,
    *STUDIES,
    *CITY_TRADE,
    *CITY_WAGES,
    *CITY_EMPLOYMENT,
    *SECTOR_GROUPS,
    *CITY_STRUCTURE,
    *CITY_PRODUCTIVITY,
    *POLICIES,
    *PROVINCES,
    *CITY_INCOME_THEIL,
    *MARTS,
)
