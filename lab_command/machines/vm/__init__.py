"""Virtual machines to try things on where a container is not enough: their own kernel, firmware and devices.

Shared by the tests below ``tests/vm`` and by ``./lab demo --vm``. Everything runs as the user who starts it, except
making the image, and listens on the loopback only.
"""
