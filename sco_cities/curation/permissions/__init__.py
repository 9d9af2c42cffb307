"""Who may do what: the three groups, and which single records each of their members may write to."""
