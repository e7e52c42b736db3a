-- Which claims of the text fail, in the print or in the data at hand?
-- Claims that the printed tables contradict first, then those that our estimates contradict. A claim that the print
-- bears out and these data do not is a finding about the data at hand, or about the study. For a
-- claim of significance, ours is the number of stars. The arithmetic of both is in claims_check.sentence.
select
    claim_id,
    verdict_in_print as in_print,
    verdict_in_data as in_data,
    claimed,
    round(value_in_data, 4) as in_our_tables,
    unit,
    claim
from claims_check
where verdict_in_print = 'fails' or verdict_in_data = 'fails'
order by (verdict_in_print = 'fails') desc, study asc, claim_id asc
