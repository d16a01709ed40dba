"""What people enter beside the property book: loans, repairs, stock, keys, stocktakes, requests, licences.

Each noun is a frozen dataclass in a file of its own, with the pure functions that decide on it: they take a ``State``
and give a ``Plan`` or raise UserError. ``store`` reads a state from the ledger and writes a plan to it, in one
transaction, as one ``Entry`` that can be undone; ``rules`` holds what must be true after any of them.
"""
