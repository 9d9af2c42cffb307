"""URLs of the translation page, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("translations/", views.translations, name="translations"),
    path("translations/text/", views.translate, name="translate"),
    path("translations/texts.csv", views.download, name="translations_download"),
    path("translations/upload/", views.upload, name="translations_upload"),
]
