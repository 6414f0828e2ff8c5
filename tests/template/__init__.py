"""Templates: from text to form."""
