"""URLs of what programs look for at fixed addresses, without a language."""

from django.urls import path

from . import llms, sitemap

urlpatterns = [
    path("llms.txt", llms.llms, name="llms"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-pages.xml", sitemap.pages, name="sitemap-pages"),
    path("sitemap-<slug:collection>-<int:number>.xml", sitemap.records, name="sitemap-records"),
]
