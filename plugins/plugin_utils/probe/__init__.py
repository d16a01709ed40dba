"""The probe that is sent to a PC: it only reads, under caps. ``plan.py`` says what."""
