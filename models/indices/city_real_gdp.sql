-- Gross regional product of cities at constant prices, in two ways that never deflate one revision by another.
-- Formulas: gdp_real_own is what a source of its own says, nominal GDP over the deflator that it makes from its own
-- volumes, at prices of 2000; gdp_real_chained is GDP of the base year (2010, national accounts of the panel) times the
-- chain of volume indices between: the printed growth at constant prices where there is one, else the volume index of
-- the compilation (links_from_index counts them).
-- Edges: a missing link ends the chain (NULL from there on, away from the base year); links are printed on the borders
-- of their own year, the base on those of the base year. price_level is the nominal GDP of the panel over the chain:
-- what is odd in it (half, or twice, the year before) is a revision or an error of one of the two (gdp_level_steps).
{{ chained_volumes('city', '1 + panel.gdp_growth_pct / 100', 'panel.gdp_index_previous_year_100 / 100', [
    'panel.gdp_real_100m_cny_2000 as gdp_real_own_100m_cny_2000'
]) }}
