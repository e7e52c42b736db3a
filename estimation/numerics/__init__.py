"""Numbers in, numbers out: absorption, covariances, bands, bootstraps, matching. Nothing here knows a specification."""
