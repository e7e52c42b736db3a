-- Printed numbers that do not fit together: contradictions first, then what is only implausible.
select
    study,
    verdict,
    check_kind,
    concat_ws('/', 'table ' || table_number, column_number, term) as printed_in,
    subject,
    arithmetic
from published_audit
where verdict in ('contradiction', 'implausible')
order by study asc, verdict asc, check_kind asc, table_number asc, column_number asc, term asc
