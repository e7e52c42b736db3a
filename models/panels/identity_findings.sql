-- Rows of the panels that break an identity, one row an identity: what is printed contradicts itself, and no detector
-- could say which member is wrong.
with

places as (
    select
        'city' as place_level,
        city_code as place_code,
        name_zh
    from {{ ref('cities') }}
    union all
    select
        'province' as place_level,
        province_code as place_code,
        name_zh
    from {{ ref('provinces') }}
)

select
    residuals.identity,
    residuals.place_level,
    residuals.place_code,
    places.name_zh as place_name_zh,
    residuals.scope,
    residuals.year,
    residuals.indicators,
    residuals.has_splice,
    residuals.left_side,
    residuals.right_side,
    residuals.relative_residual,
    residuals.identity || ' of ' || places.name_zh || ' in ' || residuals.year || ': '
    || round(100 * residuals.relative_residual, 1) || '% off' as message
from {{ ref('identity_residuals') }} as residuals
inner join places
    on residuals.place_level = places.place_level
    and residuals.place_code = places.place_code
where residuals.basis = 'panel' and not residuals.holds
