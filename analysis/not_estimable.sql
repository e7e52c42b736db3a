-- Which specifications could not be estimated on the data at hand, and why?
-- By reason, with one of them as an example; specification_status has them all.
select
    study,
    suite,
    count(*) as specifications,
    count(*) filter (where is_published) as of_print,
    min(spec_id) as for_example,
    arg_min(reason, spec_id) as why_that_one
from specification_status
where status = 'not_estimable'
group by study, suite, split_part(reason, '; years with values', 1)
order by study asc, specifications desc, for_example asc
