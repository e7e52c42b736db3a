-- a specification, with what came of it
select
    full_specifications.study,
    full_specifications.spec_id,
    full_specifications.suite,
    full_specifications.label,
    full_specifications.printed_in,
    full_specifications.table_number,
    full_specifications.column_number,
    full_specifications.is_published,
    full_specifications.data_scope,
    full_specifications.reading,
    full_specifications.dependent,
    full_specifications.regressors,
    full_specifications.endogenous,
    full_specifications.instruments,
    full_specifications.main_variable,
    full_specifications.sample,
    full_specifications.vcov,
    full_specifications.unit_effects,
    full_specifications.time_effects,
    statuses.status,
    statuses.reason,
    coalesce(fits.n, statuses.n) as n,
    estimates.estimate,
    estimates.standard_error,
    estimates.p_value
from estimation.full_specifications
left join specification_status as statuses
    on full_specifications.study = statuses.study and full_specifications.spec_id = statuses.spec_id
left join fits on full_specifications.study = fits.study and full_specifications.spec_id = fits.spec_id
left join estimates
    on
        full_specifications.study = estimates.study
        and full_specifications.spec_id = estimates.spec_id
        and full_specifications.main_variable = estimates.term
order by
    full_specifications.study,
    full_specifications.suite <> 'regression',
    full_specifications.suite,
    not full_specifications.is_published,
    full_specifications.table_number,
    length(full_specifications.column_number),
    full_specifications.column_number,
    full_specifications.spec_id
