"""Recipes: how the columns of a table become numbers, proposed, checked, applied and kept for new rows."""
