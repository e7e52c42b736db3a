-- Suspects whose evidence passes the threshold of cell_odd: what explains a broken sum or quotient.
select suspicions.*
from {{ ref('suspicions') }} as suspicions
inner join {{ ref('detectors') }} as detectors on detectors.detector = 'cell_odd'
where suspicions.score > detectors.threshold
