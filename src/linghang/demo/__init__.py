"""The demo: seven invented bureaus with a year of records. No organisation or person of it exists.

`names` and `world` invent who there is, `year` what happened to them, `building` hands both to the services
every other entry goes through. The same day always gives the same demo.
"""
