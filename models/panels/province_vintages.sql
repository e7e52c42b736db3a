-- Every vintage of every indicator of provinces, side by side: what province_panel takes, and what it leaves.
{{ vintages_side_by_side('province') }}
