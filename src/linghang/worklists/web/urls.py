"""Addresses of lists and tasks."""

from django.urls import path

from linghang.worklists.web.views import deciding, duties, issuing, lists, matrix, reading, tasks

app_name = "worklists"
urlpatterns = [
    # lists
    path("lists/", lists.list_lists, name="lists"),
    path("lists/<int:pk>/", lists.show_list, name="list"),
    path("lists/<int:pk>/history/", lists.show_history, name="history"),
    path("lists/<int:pk>/extensions/", lists.show_extensions, name="extensions"),
    path("lists/<int:pk>/add/", lists.add_item, name="add-item"),
    path("lists/<int:pk>/close/", lists.close_list, name="close-list"),
    path("items/<int:pk>/", lists.show_item, name="item"),
    path("items/<int:pk>/change/", lists.change_item, name="change-item"),
    path("items/<int:pk>/withdraw/", lists.withdraw_item, name="withdraw-item"),
    # writing and issuing a list
    path("lists/start/", issuing.start, name="start"),
    path("lists/sheet/", issuing.send_sheet, name="sheet"),
    path("lists/drafts/<int:pk>/", issuing.show_draft, name="draft"),
    path("lists/drafts/<int:pk>/items/add/", issuing.edit_draft_item, name="add-draft-item"),
    path("lists/drafts/<int:pk>/items/<int:number>/", issuing.edit_draft_item, name="draft-item"),
    path("lists/drafts/<int:pk>/items/drop/", issuing.drop_draft_items, name="drop-draft-items"),
    path("lists/drafts/<int:pk>/preview/", issuing.preview, name="preview"),
    path("lists/drafts/<int:pk>/working/", issuing.show_working, name="working"),
    path("lists/drafts/<int:pk>/stop/", issuing.stop_working, name="stop-working"),
    path("lists/drafts/<int:pk>/discard/", issuing.discard_draft, name="discard-draft"),
    # the matrix
    path("lists/<int:pk>/matrix/", matrix.show_matrix, name="matrix"),
    path("lists/<int:pk>/tasks/", matrix.list_cell, name="list-tasks"),
    path("lists/<int:pk>/urge/", matrix.urge, name="urge-list"),
    path("lists/<int:pk>/accept/", matrix.accept, name="accept-list"),
    path("lists/<int:pk>/export/", matrix.export, name="export"),
    # reading lists
    path("lists/<int:pk>/reading/", reading.show_reading, name="reading"),
    path("lists/<int:pk>/reading/<int:task>/", reading.mark_read, name="mark-read"),
    # tasks
    path("", tasks.list_tasks, name="tasks"),
    path("add/", tasks.add_tasks, name="add-tasks"),
    path("units/<int:pk>/", tasks.show_unit_panel, name="unit-panel"),
    path("<int:pk>/", tasks.show_task, name="task"),
    path("<int:pk>/finish/", tasks.finish_task, name="finish-task"),
    path("<int:pk>/correct/", tasks.correct_task, name="correct-task"),
    path("<int:pk>/hand-over/", tasks.hand_over, name="hand-over"),
    path("<int:pk>/return/", deciding.return_task, name="return-task"),
    path("<int:pk>/extend/", deciding.extend, name="extend"),
    path("extensions/<int:pk>/", deciding.decide, name="decide"),
    path("duties/", duties.show_duties, name="duties"),
    path("duties/all/", duties.list_holders, name="duty-holders"),
    path("accept/", deciding.accept, name="accept"),
    path("urge/", deciding.urge, name="urge"),
]
