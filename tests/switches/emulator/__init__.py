"""Switches that are not there: a stateful command line for each platform, served over SSH on loopback.

It shares no code with the product, so that one mistake cannot hide in both. What a platform takes stands in
``grammars/``; how it talks, in ``dialects``; a switch's state, in ``device``; a session's, in ``shell``.
"""
