"""The WSGI application."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from learnk8s.web.chunked_bodies import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnk8s.settings")
application = measured(get_wsgi_application(), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
