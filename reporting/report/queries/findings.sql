-- a finding of a detector, with the cell to look at
select
    findings.detector,
    findings.severity,
    findings.place_level,
    findings.place_code,
    coalesce(provinces.name_en, cities.name_en, findings.place_code) as name_en,
    coalesce(findings.place_name_zh, findings.place_code) as name_zh,
    findings.indicator,
    coalesce(indicators.label_en, findings.indicator) as label_en,
    coalesce(indicators.label_zh, findings.indicator) as label_zh,
    findings.scope,
    findings.year,
    findings.message,
    findings.file_id,
    findings.sheet,
    findings.cell
from detectors.findings
left join reference.provinces
    on findings.place_level = 'province' and findings.place_code = provinces.province_code
left join reference.cities on findings.place_level = 'city' and findings.place_code = cities.city_code
left join reference.indicators on findings.indicator = indicators.indicator
order by
    findings.detector, findings.severity, findings.indicator, findings.year, findings.place_code, findings.scope,
    findings.path, findings.sheet, findings.cell
