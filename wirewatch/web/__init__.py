"""The page: alerts as they come, what decided each, and whether to trust it.

A view is a module in `views/`, a template in `templates/` and a row in `routes.ROUTES`.
"""
