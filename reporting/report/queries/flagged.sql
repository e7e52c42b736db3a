-- a place and year with panel indicators that a detector flagged
select
    place_level,
    place_code,
    year,
    flagged_indicators
from panel_notes
where flagged_indicators is not null
order by place_level, place_code, year
