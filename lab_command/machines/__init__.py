"""Machines to try things on: containers with systemd and SSH, made from Debian's own packages.

Shared by the demo school, the integration tests and molecule.
"""
