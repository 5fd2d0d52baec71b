"""The vault of the anonymous report: its own app, its own database, no relation to any other room.

`keys`, `envelope` and `receipt` are pure functions over bytes and know nothing of Django.
"""
