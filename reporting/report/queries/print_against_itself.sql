-- a check of printed numbers against each other that does not come out
select
    study,
    check_kind,
    table_number,
    column_number,
    term,
    subject,
    verdict,
    arithmetic
from published_audit
where verdict in ('contradiction', 'implausible')
order by study, verdict, check_kind, table_number, column_number, term, subject, arithmetic
