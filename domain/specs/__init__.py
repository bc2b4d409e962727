"""What a user may ask for: one checked spec per kind of resource."""
