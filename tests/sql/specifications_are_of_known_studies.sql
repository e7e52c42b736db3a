-- A specification of a study that the seed studies does not have would get no defaults, and not be estimated.
select
    specifications.spec_id,
    specifications.study
from {{ ref('specifications') }} as specifications
left join {{ ref('studies') }} as studies on specifications.study = studies.study
where studies.study is null
