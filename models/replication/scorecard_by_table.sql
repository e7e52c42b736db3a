-- The replication scorecard in short: printed coefficients of each table by verdict (constants included).
select
    study,
    table_number,
    count(*) as coefficients,
    count(*) filter (where verdict = 'reproduced') as reproduced,
    count(*) filter (where verdict = 'same sign and significance') as same_sign_and_significance,
    count(*) filter (where verdict = 'same sign') as same_sign,
    count(*) filter (where verdict = 'differs') as differs,
    count(*) filter (where verdict = 'not estimable') as not_estimable,
    -- significant as published, and no longer so with errors clustered by place
    count(*) filter (where published_stars > 0 and stars > 0 and clustered_stars = 0) as lost_by_clustering,
    -- on simulated data: printed coefficients that do not hold in the process the data were made by
    count(*) filter (where not print_fits_truth) as print_off_truth,
    {{ run_stamp() }}
from {{ ref('replication_scorecard') }}
group by study, table_number
