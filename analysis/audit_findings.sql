-- Which printed numbers contradict each other?
-- Checks of the print against itself: contradictions of a study first, then what is only implausible, with the
-- arithmetic.
select
    study,
    verdict,
    check_kind,
    concat_ws('/', 'table ' || table_number, column_number, term) as printed_in,
    subject,
    arithmetic
from published_audit
where verdict in ('contradiction', 'implausible')
order by
    study asc, verdict asc, check_kind asc, table_number asc, column_number asc, term asc, subject asc, arithmetic asc
