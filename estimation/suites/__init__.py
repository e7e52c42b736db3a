"""The suites, one module each: estimators as pure functions of a frame, and what each declares of itself."""
