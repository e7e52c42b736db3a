-- The specifications as they are estimated: the defaults of the study filled in, and a row for each kind of standard
-- errors in the list `errors` (classical; hc1; cluster, or cluster(column) for another cluster than the unit). The
-- first kind keeps the spec_id of the seed; the others end in its name (_cl for clustered), and twin_of names it.
with

filled as (
    select
        specifications.* exclude (sample, errors, unit_effects, time_effects, r2_kind),
        studies.mart,
        studies.unit_column,
        studies.time_column,
        studies.cohort_column,
        coalesce(specifications.sample, studies.sample) as sample,
        -- of a single regression; the other suites say themselves what they absorb
        case specifications.suite when 'regression' then coalesce(specifications.unit_effects, studies.unit_effects) end
            as unit_effects,
        case specifications.suite when 'regression' then coalesce(specifications.time_effects, studies.time_effects) end
            as time_effects,
        case specifications.suite when 'regression' then coalesce(specifications.r2_kind, studies.r2_kind) end
            as r2_kind,
        trim(listed.kind) as kind,
        listed.position
    from {{ ref('specifications') }} as specifications
    inner join {{ ref('studies') }} as studies on specifications.study = studies.study
    cross join
        unnest(string_split(coalesce(specifications.errors, studies.errors), ';')) with ordinality
            as listed (kind, position)
),

expanded as (
    select
        *,
        regexp_extract(kind, '^\w+') as vcov,
        case
            when kind like 'cluster%' then coalesce(nullif(regexp_extract(kind, '\((.+)\)', 1), ''), unit_column)
        end as cluster_column
    from filled
)

select
    spec_id
    || case
        when position = 1 then ''
        when vcov <> 'cluster' then '_' || vcov
        when cluster_column = unit_column then '_cl'
        else '_cl_' || cluster_column
    end as spec_id,
    case when position > 1 then spec_id end as twin_of,
    study,
    suite,
    table_number,
    column_number,
    printed_in,
    label,
    is_published and position = 1 as is_published,
    data_scope,
    case
        when position = 1 then reading
        when vcov = 'cluster' then concat_ws('; ', reading, 'clustered by ' || replace(cluster_column, '_code', ''))
        else concat_ws('; ', reading, vcov || ' errors')
    end as reading,
    mart,
    unit_column,
    time_column,
    cohort_column,
    dependent,
    regressors,
    endogenous,
    instruments,
    {{ term_name("split_part(coalesce(endogenous, regressors), ';', 1)") }} as main_variable,
    sample,
    vcov,
    cluster_column,
    unit_effects,
    time_effects,
    r2_kind,
    options
from expanded
