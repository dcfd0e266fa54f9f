"""Evidence files: kept once by content, attached to any record, shown to whoever sees the record.

An app says in its `AppConfig.ready()` who sees its records and who may add to them:

    from linghang.platform.files import registry as files

    files.register_owner("worklists.assignment", visible=…, may_add=…)

and puts `{% load files %}{% attached_files record %}` on the record's page. A photograph is never
asked for: an empty list says nothing about the work (国办函〔2026〕12号).
"""
