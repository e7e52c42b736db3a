-- a printed table of a study: its coefficients by verdict
select
    study,
    table_number,
    coefficients,
    reproduced,
    same_sign_and_significance,
    same_sign,
    differs,
    not_estimable,
    lost_by_clustering,
    (reproduced + same_sign_and_significance + same_sign) / nullif(coefficients - not_estimable, 0) as share_same_sign
from scorecard_by_table
order by study, table_number
