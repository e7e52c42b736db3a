-- An estimate is found by its specification, whichever seed that stands in.
select spec_id
from {{ ref('causal_specifications') }}
where spec_id in (select spec_id from {{ ref('specifications') }})
