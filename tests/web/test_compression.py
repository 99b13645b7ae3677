"""Pages are compressed, streams and the clients' API are not."""

import gzip
import re

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from learnk8s.web.compression import CompressedPages

LONG = "a page of some length " * 40


PAGE = f"<html>{LONG}</html>"


def answer(path, response, takes="gzip, br;q=0.9"):
    return CompressedPages(lambda request: response)(RequestFactory().get(path, headers={"accept-encoding": takes}))


def test_a_page_arrives_compressed_and_whole():
    response = answer("/en/", HttpResponse(PAGE))
    assert (response.headers["Content-Encoding"], response.headers["Vary"], int(response.headers["Content-Length"])) == ("br", "Accept-Encoding", len(response.content))
    assert PAGE in brotli.decompress(response.content).decode()


def test_a_page_that_is_everybodys_is_compressed_as_well_as_can_be_and_holds_no_comment():
    assert brotli.decompress(answer("/en/", HttpResponse(PAGE)).content).decode() == PAGE


@pytest.mark.parametrize(("path", "cookie", "meta"), [("/en/?q=pod", "", {}), ("/en/", "sessionid=a", {}), ("/en/", "", {"CSRF_COOKIE_NEEDS_UPDATE": False})], ids=["words", "a session", "a token"])
def test_a_page_that_may_hold_a_secret_hides_its_length(path, cookie, meta):
    request = RequestFactory().get(path, headers={"accept-encoding": "br", "cookie": cookie}, **meta)
    text = brotli.decompress(CompressedPages(lambda request: HttpResponse(PAGE))(request).content).decode()
    assert re.fullmatch(re.escape(PAGE) + "<!--[0-9a-f]+-->", text)


@pytest.mark.parametrize(("text", "takes"), [(PAGE, "gzip"), (LONG, "gzip, br")], ids=["an old browser", "a part of a page, into which no comment shall be written"])
def test_other_things_arrive_in_gzip(text, takes):
    response = answer("/en/", HttpResponse(text), takes)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == text


def test_a_stream_is_left_alone():
    assert "Content-Encoding" not in answer("/en/", StreamingHttpResponse(iter([LONG]))).headers


def test_the_api_for_clients_is_left_alone():
    assert "Content-Encoding" not in answer("/k8s/token/api", HttpResponse(LONG)).headers


@pytest.mark.parametrize("takes", ["gzip", "br"])
def test_two_answers_of_the_same_page_differ_in_length_so_that_secrets_cannot_be_measured(db, takes):
    sizes = {len(Client().get("/en/login/", headers={"accept-encoding": takes}).content) for _turn in range(12)}
    assert len(sizes) > 1
