"""Addresses of authoring."""

from django.urls import path

from learnk8s.library import arranging, desk, exam_desk, exchange, head_desk, labs, playing, publishing, questions, scene_desk, statistics, student, views

app_name = "library"
urlpatterns = [
    path("", desk.index, name="index"),
    path("new/", desk.new, name="new"),
    path("gallery/", desk.gallery, name="gallery"),
    path("gallery/clone/", desk.clone, name="clone"),
    path("import/", exchange.bring_in, name="import"),
    path("<slug:course>/", desk.course, name="course"),
    path("<slug:course>/new/", desk.new_item, name="new-item"),
    path("<slug:course>/people/", desk.people, name="people"),
    path("<slug:course>/settings/", desk.settings, name="settings"),
    path("<slug:course>/arrange/", arranging.arrange, name="arrange"),
    path("<slug:course>/export/", exchange.export, name="export"),
    path("<slug:course>/<slug:lesson>/", views.edit, name="edit"),
    path("<slug:course>/<slug:lesson>/preview/", views.preview, name="preview"),
    path("<slug:course>/<slug:lesson>/keep/", views.keep, name="keep"),
    path("<slug:course>/<slug:lesson>/discard/", views.discard, name="discard"),
    path("<slug:course>/<slug:lesson>/merge/", views.merge, name="merge"),
    path("<slug:course>/<slug:lesson>/picture/", views.insert_picture, name="picture"),
    path("<slug:course>/<slug:lesson>/drawing/", views.insert_drawing, name="drawing"),
    path("<slug:course>/<slug:lesson>/choices/", views.insert_choices, name="choices"),
    path("<slug:course>/<slug:lesson>/term/", views.insert_term, name="term"),
    path("<slug:course>/<slug:lesson>/history/", publishing.history, name="history"),
    path("<slug:course>/<slug:lesson>/publish/<int:number>/", publishing.publish, name="publish"),
    path("<slug:course>/<slug:lesson>/schedule/<int:number>/", publishing.schedule, name="schedule"),
    path("<slug:course>/<slug:lesson>/restore/<int:number>/", publishing.restore, name="restore"),
    path("<slug:course>/<slug:lesson>/change/", publishing.change, name="change"),
    path("<slug:course>/<slug:lesson>/see/", student.see, name="see"),
    path("<slug:course>/<slug:lesson>/try/<slug:question>/", student.try_question, name="try"),
    path("<slug:course>/<slug:lesson>/questions/", questions.index, name="questions"),
    path("<slug:course>/<slug:lesson>/questions/new/", questions.edit, name="new-question"),
    path("<slug:course>/<slug:lesson>/questions/test/", exam_desk.edit, name="test"),
    path("<slug:course>/<slug:lesson>/questions/<slug:question>/", questions.edit, name="question"),
    path("<slug:course>/<slug:lesson>/labs/new/", labs.edit, name="new-lab"),
    path("<slug:course>/<slug:lesson>/labs/<slug:kind>/<slug:name>/", labs.edit, name="lab"),
    path("<slug:course>/<slug:lesson>/exchange/", exchange.questions, name="exchange"),
    path("<slug:course>/<slug:lesson>/statistics/", statistics.statistics, name="statistics"),
    path("<slug:course>/<slug:lesson>/statistics/close/", statistics.regrade, {"question": ""}, name="close-tests"),
    path("<slug:course>/<slug:lesson>/regrade/<slug:question>/", statistics.regrade, name="regrade"),
    path("<slug:course>/<slug:lesson>/about/", head_desk.edit, name="about"),
    path("<slug:course>/<slug:lesson>/scene/", scene_desk.edit, name="scene"),
    path("<slug:course>/<slug:lesson>/play/", playing.play, name="play"),
]
