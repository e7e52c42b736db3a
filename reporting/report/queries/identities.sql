-- an identity of the panel over all years
select
    identity,
    place_level,
    scope,
    min(year) as first_year,
    max(year) as last_year,
    sum(rows_checked) as rows_checked,
    sum(rows_that_hold) as rows_that_hold,
    sum(rows_that_hold) / nullif(sum(rows_checked), 0) as share_that_holds,
    max(largest_residual) as largest_residual
from panel_identities
where vintage = 'panel'
group by identity, place_level, scope
order by place_level desc, scope desc, identity
