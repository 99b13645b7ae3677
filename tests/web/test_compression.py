"""Pages are compressed, streams and the clients' API are not."""

import gzip

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from learnk8s.web.compression import CompressedPages

LONG = "a page of some length " * 40


def answer(path, response):
    return CompressedPages(lambda request: response)(RequestFactory().get(path, headers={"accept-encoding": "gzip, br"}))


def test_a_page_arrives_compressed_and_whole():
    response = answer("/en/", HttpResponse(LONG))
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == LONG


def test_a_stream_is_left_alone():
    assert "Content-Encoding" not in answer("/en/", StreamingHttpResponse(iter([LONG]))).headers


def test_the_api_for_clients_is_left_alone():
    assert "Content-Encoding" not in answer("/k8s/token/api", HttpResponse(LONG)).headers


def test_two_answers_of_the_same_page_differ_in_length_so_that_secrets_cannot_be_measured(db):
    sizes = {len(Client().get("/en/login/", headers={"accept-encoding": "gzip"}).content) for _turn in range(12)}
    assert len(sizes) > 1
