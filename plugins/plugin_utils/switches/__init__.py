"""The school's switches: what each is meant to be, what differs from it, and what it says of itself.

``intended`` makes a configuration of the network's description, ``diff`` the commands that lead there from what runs,
``secrets`` and ``normal`` what may be kept of a configuration, ``states`` and ``checks`` what a switch answers and
what is wrong with it. All of it is text in and text out: nothing here sees a session or a clock.
"""
