"""What keeps the site safe and up: headers, limits, health, error pages, logins, the read replica.

This package knows no kind of record.
"""
