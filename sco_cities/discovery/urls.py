"""URLs of fixed files for programs. These URLs have no language prefix."""

from django.urls import path

from sco_cities.discovery import data_views, sitemap

urlpatterns = [
    path("llms.txt", data_views.llms, name="llms"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-pages.xml", sitemap.pages, name="sitemap-pages"),
    path("sitemap-<slug:collection>-<int:number>.xml", sitemap.records, name="sitemap-records"),
    path("data/catalog.ttl", data_views.catalogue_turtle, name="catalogue-turtle"),
    path("data/catalog.jsonld", data_views.catalogue_json, name="catalogue-jsonld"),
    path("data/croissant.json", data_views.croissant, name="croissant"),
]
