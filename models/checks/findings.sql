-- All detectors in one list: what data do that they should not, column by column. The severity in the seed
-- detectors says whether the values are kept (flag) or kept out of the panels (quarantine).
select * from {{ ref('province_sum_findings') }}
union all
select * from {{ ref('column_jump_findings') }}
