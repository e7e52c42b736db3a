-- Which files are the panels made of, and how many cells did each give?
-- Cells of a file, how many of them stand in a panel, are a rival that was not chosen, or were put aside by a detector
-- or as unreadable; and the values of the panels that rest on them. Values derived from several cells count for each.
with

sources as (
    select
        'city' as panel,
        file_id,
        year,
        panel_column
    from city_provenance
    union all
    select
        'province' as panel,
        file_id,
        year,
        panel_column
    from province_provenance
),

used as (
    select
        panel,
        file_id,
        count(*) as value_cells,
        count(distinct panel_column) as columns_of_panel,
        min(year) as first_year,
        max(year) as last_year
    from sources
    group by panel, file_id
)

select
    ledger.path,
    used.panel,
    used.first_year,
    used.last_year,
    used.columns_of_panel,
    used.value_cells,
    ledger.cells,
    ledger.used as cells_used,
    ledger.rival as cells_rival,
    ledger.quarantined + ledger.rejected as put_aside
from ledger.ledger as ledger
left join used on ledger.file_id = used.file_id
order by used.panel nulls last, ledger.path
