-- How many checks of an accounting identity hold, over all places and years of a vintage.
select
    identity,
    place_level,
    vintage,
    sum(rows_checked) as rows_checked,
    sum(rows_that_hold) as rows_that_hold,
    {{ ratio('sum(rows_that_hold)', 'sum(rows_checked)') }} as share_that_holds
from {{ ref('panel_identities') }}
group by identity, place_level, vintage
