"""The story of a campaign: look at each repository, plan for it, publish what there is room for, tell of it."""
