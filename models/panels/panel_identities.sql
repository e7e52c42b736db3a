-- Whether what an identity ties together fits: for each year, the rows of the panels that have all of its members, how
-- many hold (see identity_residuals) and the largest residual; and the same within each vintage at hand, taken by the
-- panels or not.
select
    identity,
    place_level,
    vintage,
    scope,
    year,
    count(*) as rows_checked,
    count(*) filter (where holds) as rows_that_hold,
    -- beyond what sums of floating numbers hold
    round(max(abs(relative_residual)), 12) as largest_residual,
    arg_max(place_code, (abs(relative_residual), place_code)) filter (where not holds) as place_of_largest_residual,
    count(*) filter (where has_splice) as rows_with_splice
from {{ ref('identity_residuals') }}
group by identity, place_level, vintage, scope, year
