-- an expectation of a gate: those that are not met first
select
    gate,
    suite,
    expectation,
    severity,
    verdict,
    relation,
    column_name,
    rows_checked,
    rows_against,
    share_against,
    because
from expectation_results
order by
    verdict <> 'not met',
    case severity when 'critical' then 1 when 'warning' then 2 else 3 end,
    case gate when 'landing' then 1 when 'panel' then 2 else 3 end,
    suite,
    expectation
