-- what the warehouse holds, in one row
select
    (select count(*) from landing.files) as files,
    (select sum(cells) from ledger.ledger) as cells,
    (select sum(used) from ledger.ledger) as cells_used,
    (select count(distinct province_code) from province_panel) as provinces,
    (select min(year) from observations where place_level = 'province') as province_first_year,
    (select max(year) from observations where place_level = 'province') as province_last_year,
    (select count(distinct indicator) from observations where place_level = 'province') as province_indicators,
    (select count(distinct city_code) from city_panel) as cities,
    (select min(year) from observations where place_level = 'city') as city_first_year,
    (select max(year) from observations where place_level = 'city') as city_last_year,
    (select count(distinct indicator) from observations where place_level = 'city') as city_indicators,
    (select count(*) from observations) as panel_values,
    (select count(*) from specification_status) as specifications,
    (select count(*) from specification_status where status = 'estimated') as specifications_estimated,
    (select count(*) from estimates) as coefficients,
    (
        select count(*)
        from estimation.full_specifications
        inner join fits using (study, spec_id)
        where full_specifications.is_published
    ) as columns_printed,
    (
        select count(*)
        from estimation.full_specifications
        inner join fits using (study, spec_id)
        where full_specifications.is_published and fits.status = 'estimated'
    ) as columns_carried
