"""URLs of TimeMaps."""

from django.urls import path

from . import views

urlpatterns = [path("<collection:collection>/<str:slug>.timemap", views.timemap, name="timemap")]
