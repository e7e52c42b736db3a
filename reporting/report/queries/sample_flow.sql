-- a step from the panel to a sample of a study
select
    study,
    step_number,
    step,
    observations,
    published_n,
    difference,
    places,
    published_places,
    published_in
from sample_flow
order by study, step_number
