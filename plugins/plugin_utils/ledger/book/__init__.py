"""Importing a school's property book: read → map columns → read values → plan → apply.

Only ``apply`` touches a ledger; everything between the file and the plan is pure.
"""
