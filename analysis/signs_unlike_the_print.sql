-- Which coefficients have another sign than the printed ones?
-- Those first that are significant in both; a sign tells little where neither is. Ours under the published standard
-- errors. A sample much smaller than the printed one is the first thing to look at. What is printed as 0.000 without a
-- sign is left out; -0.000 is negative.
select
    study,
    table_number,
    column_number,
    term,
    published_estimate as printed,
    published_stars as printed_stars,
    round(estimate, 6) as ours,
    stars as our_stars,
    round(difference_in_published_se, 1) as difference_in_se,
    round(100 * share_of_published_n)::integer as n_pct_of_printed
from replication_scorecard
where not same_sign
order by (published_stars > 0 and stars > 0) desc, study asc, table_number asc, column_number asc, term asc
