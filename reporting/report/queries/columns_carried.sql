-- a printed table of a study: its columns, those that the data at hand carry, and why not the others
select
    full_specifications.study,
    full_specifications.table_number,
    count(*) as columns_printed,
    count(*) filter (where fits.status = 'estimated') as columns_carried,
    string_agg(distinct fits.reason, '; ' order by fits.reason) as reasons
from estimation.full_specifications
inner join fits on full_specifications.study = fits.study and full_specifications.spec_id = fits.spec_id
where full_specifications.is_published
group by full_specifications.study, full_specifications.table_number
order by full_specifications.study, full_specifications.table_number
