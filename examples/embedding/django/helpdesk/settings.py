"""What is the product's own, and where its desk is."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY", "for trying it alone")
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = ["helpdesk"]
ROOT_URLCONF = "helpdesk.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("HELPDESK_DB", BASE_DIR / "helpdesk.db"),
    }
}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

DESK_URL = os.environ.get("DESK_URL", f"sqlite:///{BASE_DIR / 'desk.db'}")
DESK_POLICY = BASE_DIR.parent / "policy.yaml"
