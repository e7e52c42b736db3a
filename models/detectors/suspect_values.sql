-- Values of cities that their own series does not expect: a wide net, so that other evidence can decide. Most are real.
select *
from {{ ref('expected_values') }}
where surprise > 1.2 and (abs(deviation) > ln(1.25) or is_rate)
