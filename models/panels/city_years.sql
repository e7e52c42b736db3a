-- The cities and years of the city panel: those of which a listed file prints figures, and those that have a spliced
-- value. A year whose edition is not at hand has no row unless a rival that agrees around it fills part of it. A year
-- that no figure can be of has none either: its cells are rejects.
select distinct
    places.place_code as city_code,
    {{ strict_year('places.year_text') }} as year
from {{ ref('place_resolution') }} as places
inner join {{ ref('landed_files') }} as files on places.file_id = files.file_id
-- the year of a policy is no year of the panel
where
    places.place_level = 'city' and files.adds_rows and files.reader <> 'policies'
    and {{ is_data_year(strict_year('places.year_text')) }}
union
select distinct
    place_code as city_code,
    year
from {{ ref('observations') }}
where place_level = 'city' and origin = 'spliced'
