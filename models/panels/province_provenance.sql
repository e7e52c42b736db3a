-- Where each value of the province panel comes from: one row a value and source cell. Join it to the panel on
-- province_code and year; panel_column names the column.
{{ panel_provenance('province') }}
