-- Is the wage share lower where a city exports more than it imports?
-- Means of the share of wages in GDP by the side of the trade balance, and the correlation of the two between cities
-- of a year. Interpolated wage shares are left out.
with

cities as (
    select
        year,
        balance_side,
        wage as wages,
        trade as balance
    from trade_wage_share
    where
        wage is not null
        and balance_side is not null
        and not list_contains(string_split(coalesce(interpolated_columns, ''), ', '), 'wage')
)

select
    year,
    count(*) filter (where balance_side = 'surplus') as surplus_cities,
    round(avg(wages) filter (where balance_side = 'surplus'), 4) as surplus_wage_share,
    count(*) filter (where balance_side = 'deficit') as deficit_cities,
    round(avg(wages) filter (where balance_side = 'deficit'), 4) as deficit_wage_share,
    round(corr(wages, balance), 3) as wage_trade_correlation
from cities
group by year
order by year
