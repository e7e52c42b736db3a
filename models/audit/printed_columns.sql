-- The printed columns with what is known about them: observations, R2 and F as intervals, and how the published
-- specification of the same table and column was estimated. is_ols is false for two-stage columns, where R2 and the
-- coefficients do not stand in the relations that the audit uses.
with

fits as (
    select
        *,
        cast(column_number as varchar) as column_key
    from {{ ref('published_fits') }}
),

specifications as (
    select
        *,
        cast(column_number as varchar) as column_key,
        list_transform(string_split(regressors, ';'), lambda regressor: trim(regressor)) as regressor_list
    from {{ ref('full_specifications') }}
    where is_published and suite = 'regression'
),

numbers as (
    select * from {{ ref('printed_numbers') }}
)

select
    fits.study,
    fits.table_number,
    fits.column_key as column_number,
    fits.dependent,
    fits.observations as n,
    n.number_key as n_key,
    r2.value as r2,
    greatest(r2.low, 0) as r2_low,
    least(r2.high, 1) as r2_high,
    r2.number_key as r2_key,
    f.value as f,
    greatest(f.low, 0) as f_low,
    f.high as f_high,
    f.number_key as f_key,
    specifications.spec_id,
    specifications.regressor_list,
    len(specifications.regressor_list) as regressors,
    specifications.dependent as dependent_expression,
    concat_ws('; ', specifications.sample, specifications.options) as sample_rule,
    specifications.unit_effects <> 'none' as has_unit_effects,
    specifications.time_effects <> 'none' as has_time_effects,
    specifications.time_effects = 'dummies' as counts_time_effects,
    specifications.vcov,
    specifications.r2_kind,
    specifications.endogenous,
    specifications.instruments,
    specifications.spec_id is not null and specifications.endogenous is null as is_ols
from fits
left join specifications
    on fits.study = specifications.study
    and fits.table_number = specifications.table_number
    and fits.column_key = specifications.column_key
left join numbers as n
    on n.kind = 'n'
    and fits.study = n.study
    and fits.table_number = n.table_number
    and fits.column_key = n.column_number
left join numbers as r2
    on r2.kind = 'r2'
    and fits.study = r2.study
    and fits.table_number = r2.table_number
    and fits.column_key = r2.column_number
left join numbers as f
    on f.kind = 'f'
    and fits.study = f.study
    and fits.table_number = f.table_number
    and fits.column_key = f.column_number
