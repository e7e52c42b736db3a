-- Fails with members of a grouping that the seed groupings lacks, or that are no place of its level; with groupings
-- without a member; and with groupings of provinces that leave one out.
with

places as (
    select
        'province' as place_level,
        province_code as place_code
    from {{ ref('provinces') }}
    union all
    select
        'city' as place_level,
        city_code as place_code
    from {{ ref('cities') }}
)

select
    memberships.grouping,
    memberships.place_code
from {{ ref('place_groups') }} as memberships
left join {{ ref('groupings') }} as groupings on memberships.grouping = groupings.grouping
left join places
    on groupings.place_level = places.place_level
    and memberships.place_code = places.place_code
where places.place_code is null
union all
select
    groupings.grouping,
    provinces.province_code as place_code
from {{ ref('groupings') }} as groupings
cross join {{ ref('provinces') }} as provinces
left join {{ ref('place_groups') }} as memberships
    on groupings.grouping = memberships.grouping
    and provinces.province_code = memberships.place_code
where groupings.place_level = 'province' and memberships.place_code is null
union all
select
    groupings.grouping,
    null as place_code
from {{ ref('groupings') }} as groupings
left join {{ ref('place_groups') }} as memberships on groupings.grouping = memberships.grouping
where memberships.grouping is null
