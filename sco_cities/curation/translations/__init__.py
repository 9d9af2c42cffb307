"""The translation page: texts one by one, source and translation side by side, and the same as CSV."""
