-- Every vintage of every indicator of cities (city totals), side by side: what city_panel takes, and what it leaves.
{{ vintages_side_by_side('city') }}
