"""Any returned file, whatever program saved it → a Book; nothing in it is believed."""
