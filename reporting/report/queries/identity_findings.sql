-- a row of a panel that breaks an identity
select
    identity_findings.identity,
    identity_findings.place_level,
    identity_findings.place_code,
    identity_findings.scope,
    identity_findings.year,
    identity_findings.left_side,
    identity_findings.right_side,
    identity_findings.relative_residual,
    identity_findings.message,
    coalesce(provinces.name_en, cities.name_en, identity_findings.place_code) as name_en,
    coalesce(identity_findings.place_name_zh, identity_findings.place_code) as name_zh
from identity_findings
left join reference.provinces
    on identity_findings.place_level = 'province' and identity_findings.place_code = provinces.province_code
left join reference.cities
    on identity_findings.place_level = 'city' and identity_findings.place_code = cities.city_code
order by
    identity_findings.identity, identity_findings.place_level desc, identity_findings.place_code,
    identity_findings.scope, identity_findings.year
