"""What all tests share: no example of hypothesis is judged by the clock, which a busy machine holds back."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("jifang", deadline=None)
settings.load_profile("jifang")
