-- How does the sample of a study shrink from step to step?
-- Observations left, and places, beside what the study prints; what is missing is what the data at hand do not have.
-- Steps that are conditions of their own, such as regions, do not add up with those before them (column predicate of
-- sample_flow).
select
    study,
    step_number as step_no,
    step,
    observations,
    round(100 * observations / first_value(observations) over (partition by study order by step_number))::integer
        as pct_of_all,
    published_n as printed,
    difference,
    places,
    published_places as printed_places
from sample_flow
order by study, step_number
