"""Where the product is reached."""

from __future__ import annotations

from django.urls import path

from helpdesk import views

urlpatterns = [
    path("requests", views.submit),
    path("requests/<int:number>", views.show),
    path("requests/<int:number>/close", views.close),
]
