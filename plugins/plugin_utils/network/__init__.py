"""The school's network from one description: what it must hold, and everything that is made from it.

``reading`` turns the variable ``lab_network`` into a ``model.Network`` or refuses it with all its mistakes; the other
modules take a ``Network`` and give text: nothing here sees a session, a file or a clock.
"""
