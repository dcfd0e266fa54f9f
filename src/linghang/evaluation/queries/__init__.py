"""Reading evaluation: `visible` who sees what, `subjects` who is rated, `facts` what was counted,
`scores` tables and series for pages.
"""
