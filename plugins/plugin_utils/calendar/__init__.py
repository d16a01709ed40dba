"""The school calendar: what runs when, and what should have run. Pure: no clock, no session, no file but its own data.

``reading.read_calendar`` turns the school's variables into a ``Calendar``; ``duties.plan`` lists the occurrences
between two instants; ``standing.look_back`` says which of them ran; everything else (terminal, site, iCalendar,
systemd, findings) shows those answers.
"""
