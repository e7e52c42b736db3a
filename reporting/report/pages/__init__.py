"""The pages of the report, a module a section: each asks its queries and returns its pages."""
