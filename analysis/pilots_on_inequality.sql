-- What do the data at hand say of the pilots and the urban-rural Theil index, beside the print?
-- Table 2 of innovative_city with its rows, cities and years, under the published standard errors and clustered by
-- city.
select
    scorecard.column_number as specification,
    scorecard.published_estimate as printed,
    scorecard.published_standard_error as printed_se,
    round(scorecard.estimate, 4) as ours,
    round(scorecard.standard_error, 4) as se,
    round(scorecard.clustered_standard_error, 4) as se_clustered,
    round(by_city.p_value, 3) as p_clustered,
    fits.n as city_years,
    fits.n_units as cities,
    fits.n_periods as years,
    round(scorecard.share_of_published_n, 2) as share_of_printed_n
from replication_scorecard as scorecard
inner join fits on scorecard.spec_id = fits.spec_id
inner join estimates as by_city
    on by_city.spec_id = scorecard.spec_id || '_cl' and scorecard.term = by_city.term
where scorecard.study = 'innovative_city' and scorecard.table_number = 2 and scorecard.term = 'treat_post'
order by scorecard.column_number
