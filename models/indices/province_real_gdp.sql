-- Gross regional product of provinces at constant prices.
-- Formula: GDP of the base year (2010, in the vintage of the panel) times the chain of printed volume indices (previous
-- year = 100) between; deflated, that is, by what the volume indices of the accounts imply, and by no price index.
-- Edges: a missing link ends the chain (NULL from there on, away from the base year). price_level is the nominal GDP of
-- the panel over the chain.
{{ chained_volumes('province', 'panel.gdp_index_previous_year_100 / 100', 'null') }}
