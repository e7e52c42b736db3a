-- a claim of the text of a study
select
    study,
    claim_id,
    claim,
    location,
    claimed,
    unit,
    verdict_in_print,
    verdict_in_data,
    value_in_print,
    value_in_data,
    sentence
from claims_check
order by study, claim_id
