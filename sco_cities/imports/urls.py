"""URLs of the Import admin pages."""

from django.urls import path

from . import download_views, grid_views, source_views, views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/templates/<slug:kind>.<slug:ending>", download_views.template_file, name="import_template"),
    path("grids/", grid_views.own_grids, name="own_grids"),
    path("grids/<slug:source>/<int:key>/<slug:kind>/", grid_views.open_joint_grid, name="open_grid"),
    path("imports/<int:number>/", views.import_page, name="import"),
    path("imports/<int:number>/grid/", grid_views.grid, name="import_grid"),
    path("imports/<int:number>/columns/", views.columns, name="import_columns"),
    path("imports/<int:number>/mistakes.csv", download_views.errors, name="import_errors"),
    path("imports/<int:number>/rows.csv", download_views.error_rows, name="import_error_rows"),
    path("imports/<int:number>/header-row/", views.header_row, name="import_header_row"),
    path("imports/<int:number>/answers/", views.answers, name="import_answers"),
    path("imports/<int:number>/hidden-rows/", views.hidden_rows, name="import_hidden_rows"),
    path("imports/<int:number>/ticks/", views.ticks, name="import_ticks"),
    path("imports/<int:number>/report/", source_views.source, name="import_source"),
    path("imports/<int:number>/check/", views.check, name="import_check"),
    path("imports/<int:number>/apply/", views.apply, name="import_apply"),
]
