"""The command line of the project (`regional`), and the publication of warehouses.

`command_line` is what a terminal calls, `commands` what it can do. `publication` builds a warehouse or updates it and
publishes it (`places` says where, `state` what it was made of, `dbt_runs` runs dbt). `history`, `history_plugin` and
`software` keep what earlier builds of the same warehouse estimated.
"""
