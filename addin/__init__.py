"""Excel's side: the ribbon, what its buttons do, and the add-in file that holds them."""

from addin.lean import load_xlwings

load_xlwings()
