-- a gate and severity: expectations by verdict
select
    gate,
    severity,
    count(*) as expectations,
    count(*) filter (where verdict = 'met') as met,
    count(*) filter (where verdict = 'not met') as not_met,
    count(*) filter (where verdict = 'no rows') as no_rows
from expectation_results
group by gate, severity
order by
    case gate when 'landing' then 1 when 'panel' then 2 else 3 end,
    case severity when 'critical' then 1 when 'warning' then 2 else 3 end
