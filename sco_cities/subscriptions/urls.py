"""URLs of subscriptions, with names such as "initiatives-subscribe". `ops.request_info` must match the prefixes."""

from django.urls import path

from sco_cities.search.searchable_lists import SEARCHABLE_LISTS

from . import views

urlpatterns = [
    *(
        path(
            f"subscribe/{kind.collection}/",
            views.subscribe_to_list,
            {"collection": kind.collection},
            name=f"{kind.collection}-subscribe",
        )
        for kind in SEARCHABLE_LISTS
    ),
    path("subscribe/<str:collection>/<page_name:slug>/", views.subscribe_to_record, name="record-subscribe"),
    path("subscriptions/asked/", views.asked, name="subscription-asked"),
    path("subscriptions/confirm/<page_name:token>/", views.confirm, name="subscription-confirm"),
    path("subscriptions/<page_name:token>/", views.subscriptions, name="subscriptions"),
]
