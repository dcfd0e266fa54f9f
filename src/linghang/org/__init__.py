"""Party units and business units: two lines of one tree, coverage between them, and their
history.
"""
