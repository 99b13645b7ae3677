import time, re
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

def look(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        t = time.process_time(); r = client.get(path); t = time.process_time() - t
    print(f"Q {len(found):3} {t*1000:6.1f} ms {r.status_code} {path}")
    if len(found) > 12:
        for q in found: print("     ", q["sql"][:260])

def test_probe(course, teacher, learner, stranger, as_):
    from learnk8s.classroom.models import Classroom
    t = as_(teacher)
    print(t.post("/en/classes/new/", {"title": "one", "course_slug": "kubernetes"}).status_code)
    room = Classroom.objects.get()
    import datetime
    from learnk8s.classroom.models import Assignment
    from django.utils import timezone
    Assignment.objects.create(classroom=room, lesson_slug="self-healing", due_at=timezone.now()+datetime.timedelta(days=3))
    L = as_(learner); S = as_(stranger)
    for c in (L, S):
        print(c.post("/en/classes/join/", {"code": room.join_code}).status_code)
        c.post("/en/learn/kubernetes/self-healing/start/")
        c.post("/en/notes/kubernetes/self-healing/", {"text": "memo"})
        page = c.get("/en/learn/kubernetes/self-healing/").content.decode()
        tok = re.search(r'action="/en/quiz/kubernetes/self-healing/backoff-name/".*?name="token" value="([^"]+)"', page, re.S)[1]
        print(c.post("/en/quiz/kubernetes/self-healing/backoff-name/", {"token": tok, "answer": "CrashLoopBackOff"}).status_code)
        pred = re.search(r'action="(/en/learn/kubernetes/self-healing/predict/[^"]+)"', page)[1]
        print(c.post(pred, {"choice": "a", "answer": "a"}).status_code)
    anon = Client(); anon.post("/en/learn/kubernetes/self-healing/start/")
    for c, name in ((t, "teacher"), (L, "learner"), (anon, "anon")):
        print("==", name)
        for p in ("/en/parity/", "/en/era/kubernetes/", "/en/era-machine/", "/en/library/kubernetes/a-bad-day/", "/en/library/kubernetes/", "/en/glossary/", "/en/", "/en/learn/kubernetes/self-healing/", f"/en/classes/{room.pk}/", f"/en/classes/{room.pk}/grades/", "/en/classes/", "/en/learn/", "/en/notes/", "/en/account/", "/en/quiz/review/", "/en/learn/kubernetes/certificate/"):
            look(c, p)
