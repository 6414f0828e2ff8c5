"""What a template says, piece by piece → the form; every mistake is collected on the way."""
