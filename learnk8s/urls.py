"""All addresses: pages under /en/ and /ko/, what is no page beside them."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from learnk8s.accounts import views as accounts
from learnk8s.lessons import course_views
from learnk8s.library import showing as library
from learnk8s.offline import views as offline
from learnk8s.playground import kubeapi, parity
from learnk8s.web import views
from learnk8s.web.home import views as home

urlpatterns = [
    path("", views.choose_language, name="choose-language"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.health, name="health"),
    path("k8s/<str:token>/", kubeapi.door, {"path": ""}, name="kubernetes-api"),
    path("k8s/<str:token>/<path:path>", kubeapi.door, name="kubernetes-api-path"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="service-worker"),
    path("pictures/<str:digest>.png", library.picture, name="picture"),
    path("theme/", views.set_theme, name="theme"),
    *i18n_patterns(
        path("", home.home, name="home"),
        path("shop/", home.press, name="home-press"),
        path("design/", views.design, name="design"),
        path("", include("learnk8s.timeline.urls")),
        path("parity/", parity.page, name="parity"),
        path("era-machine/", include("learnk8s.eramachine.urls")),
        path("learn/", include("learnk8s.lessons.urls")),
        path("certificate/<str:code>/", course_views.verify, name="certificate"),
        path("challenges/", include("learnk8s.challenges.urls")),
        path("quiz/", include("learnk8s.quizzes.urls")),
        path("playground/", include("learnk8s.playground.urls")),
        path("library/", include("learnk8s.library.urls")),
        path("scenarios/", include("learnk8s.library.scene_urls")),
        path("classes/", include("learnk8s.classroom.urls")),
        path("glossary/", include("learnk8s.glossary.urls")),
        path("search/", include("learnk8s.search.urls")),
        path("notes/", include("learnk8s.notes.urls")),
        path("offline/", include("learnk8s.offline.urls")),
        path("frame/", include("learnk8s.framing.urls")),
        path("report/", include("learnk8s.reports.urls")),
        path("account/", include("learnk8s.accounts.urls")),
        path("login/", accounts.LogIn.as_view(), name="account_login"),
        path("logout/", accounts.log_out, name="account_logout"),
        path("signup/", accounts.sign_up, name="account_signup"),
        path("admin/", admin.site.urls),
        prefix_default_language=True,
    ),
]
handler400, handler403, handler404, handler500 = (f"learnk8s.web.views.error_{code}" for code in (400, 403, 404, 500))
