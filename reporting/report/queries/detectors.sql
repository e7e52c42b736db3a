-- a detector that found something: what it looks for, what follows, how often
select
    findings.detector,
    findings.severity,
    count(*) as findings,
    max(detectors.description) as description
from detectors.findings
left join reference.detectors on findings.detector = detectors.detector
group by findings.detector, findings.severity
order by findings.severity = 'flag', findings.detector
