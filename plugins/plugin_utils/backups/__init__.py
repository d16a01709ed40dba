"""Backups: what a host's policy is, what a valid set of archives is, and what is wrong with one.

``policy.py`` reads a host's variables, ``borgmatic.py`` makes borgmatic's configuration of them. ``answers.py``
reads what the programs on client and server say (``roles/backup_client/files``, ``roles/backup_server/files``),
``judging.py`` tells the faults, ``sentences.py`` says them. ``status.py`` keeps the newest check for reports,
``findings.py`` makes findings of it. ``drill.py`` judges a restore onto a scratch machine. No database and no clock
in any of them.
"""
