-- Where each value of the city panel comes from: one row a value and source cell. Join it to the panel on city_code and
-- year; panel_column and scope name the column (scope districts: the column with that suffix).
{{ panel_provenance('city') }}
