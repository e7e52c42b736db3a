-- Fails with the study variables that have no definition in use, or more than one.
select
    study,
    variable
from {{ ref('definition_candidates') }}
group by study, variable
having count(*) filter (where is_in_use) <> 1
