"""The Python side of the ``lab`` command; the ``lab`` script prepares its environment and starts it."""
