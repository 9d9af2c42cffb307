"""From accepted proposals to records: first a plan that the curator sees, then one change that can be reverted."""
