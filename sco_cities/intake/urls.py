"""Admin URLs of the pages for creating records from reports."""

from django.urls import path

from . import hand_views, views, write_views

urlpatterns = [
    path("intake/", views.queue, name="intake"),
    path("intake/add/", views.add, name="intake_add"),
    path("intake/names/", views.names, name="intake_names"),
    path("intake/<int:number>/", views.intake_page, name="intake_page"),
    path("intake/<int:number>/add/", hand_views.add_by_hand, name="intake_hand"),
    path("intake/<int:number>/purge/", views.purge_text, name="intake_purge"),
    path("intake/<int:number>/ask/", views.ask, name="intake_ask"),
    path("intake/<int:number>/write/", write_views.write, name="intake_write"),
]
