"""Pages of evaluation: `cycle` the work of a month, `runs` results, `scores` one subject and why,
`publications`, `objections`, `schemes`, `panels` tabs on pages of other apps.
"""
