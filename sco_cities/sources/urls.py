"""Addresses of reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("reports/", views.report_list, name="reports-list"),
    path("reports.csv", views.report_csv, name="reports-csv"),
    path("reports/<str:slug>/", views.report, name="reports-record"),
]
