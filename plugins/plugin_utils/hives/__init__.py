"""A Windows image's registry hive files, read and written without Windows.

``image.py`` finds them and refuses what must not be written; ``plan.py`` (pure) compares; ``hive_process.py`` is run by
the system's own Python, which alone can load hivex (Debian's ``python3-hivex``); ``writing.py`` puts it together.
"""
