"""What a PC must be like, as data: compiled from variables, looked at by a probe, brought about by a role.

``state.py`` has the kinds of things that can be wanted; each role that wants some has one module here, named like the
role, with ``compile_<role>(variables) -> DesiredState``: the only place that knows file names and contents.
"""
