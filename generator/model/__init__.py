"""The nouns of the work: frozen values without input or output. They import nothing of ours."""
