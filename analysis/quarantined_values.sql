-- What did the detectors put aside, and why?
-- Values that are in no panel because something contradicts them, by detector, and the one that is farthest from what
-- its detector expected. All of them, with file, sheet and cell: detectors.findings; those that are only flagged and
-- stay have the severity flag.
with

settings as (
    select 'quarantine' as severity
)

select
    findings.detector,
    count(*) as values_put_aside,
    count(distinct findings.indicator) as indicators,
    min(findings.year) as first_year,
    max(findings.year) as last_year,
    arg_max(
        findings.indicator || ' ' || findings.year || ', ' || coalesce(findings.place_code, 'a whole column')
        || ', ' || findings.cell || ': ' || round(findings.observed, 2) || ' for ' || round(findings.expected, 2),
        (abs(findings.deviation), findings.file_id, findings.cell)
    ) as farthest_off
from detectors.findings as findings
inner join settings on findings.severity = settings.severity
group by findings.detector
order by values_put_aside desc, findings.detector asc
