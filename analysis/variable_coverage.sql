-- Which study variables do the data at hand have, and how near are their means to the printed ones?
select
    study,
    variable,
    coalesce(first_year || '-' || last_year, 'none') as years,
    places,
    observations,
    round(mean, 4) as mean,
    published_mean as printed,
    round(difference_in_published_sd, 2) as difference_in_sd,
    round(ratio_of_sd, 2) as ratio_of_sd,
    case when is_far then coalesce(cause, 'unknown') end as why_far
from descriptives
order by study, variable
