"""A module a view: it reads what was asked, asks the archive, and fills a template."""
