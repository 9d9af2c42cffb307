"""The translation page shows single texts with source and translation side by side, and exports them as CSV."""
