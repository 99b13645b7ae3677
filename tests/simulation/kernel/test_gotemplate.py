"""Templates are filled and refused as Go does it; the words were taken from kubectl 1.36."""

import pytest

from learnk8s.simulation.kernel.gotemplate import BadTemplate, rendered

DATA = {"kind": "Service", "none": None, "spec": {"ports": [{"port": 443}], "ready": True}, "count": 3}


@pytest.mark.parametrize(("template", "text"), [
    ("{{.a.b.c}}", "<no value>"), ("{{range 3}}{{.}}{{end}}", "012"), ("{{index .kind 1}}", "101"), ("{{ (index .spec.ports 0).port }}", "443"), ("{{with $m := .spec}}{{$m.ready}}{{end}}", "true"), ("{{.kind | printf \"%s-%05d\" \"a\"}}", "a-%!d(string=Service)"),
    ('{{define "T"}}[{{.}}]{{end}}{{template "T" .kind}}', "[Service]"), ("{{range $k, $v := .spec}}{{if eq $k \"ready\"}}{{break}}{{end}}{{$k}}{{end}}", "ports"), ("a {{- /* gone */ -}} b", "ab"), ("{{ $x := 1 }}{{if true}}{{ $x = 2 }}{{end}}{{$x}}", "2"),
    ("{{range .nothing}}a{{else}}none{{end}}", "none"), ("{{and .none .x.y}} {{or .kind .b}} {{not .a}}", "<no value> Service true"), ('{{print 1 2 "a" "b" 3}}', "1 2ab3"), ("{{if .a}}1{{else if .kind}}2{{else}}3{{end}}", "2"), ("{{eq .count 1 3}} {{lt .count 4}}", "true true"),
])
def test_filled(template: str, text: str) -> None:
    assert rendered(template, DATA) == text


@pytest.mark.parametrize(("template", "complaint"), [
    ("{{.kind.x}}", 'o:1:7: executing "o" at <.kind.x>: can\'t evaluate field x in type interface {}'), ("a\nb {{ .kind.x }}", 'o:2:10: executing "o" at <.kind.x>: can\'t evaluate field x in type interface {}'),
    ("{{index .spec.ports 5}}", 'o:1:2: executing "o" at <index .spec.ports 5>: error calling index: index out of range: 5'), ('{{index .spec "a" "b"}}', 'o:1:2: executing "o" at <index .spec "a" "b">: error calling index: index of nil pointer'),
    ("{{len .a}}", 'o:1:2: executing "o" at <len .a>: error calling len: reflect: call of reflect.Value.Type on zero Value'), ("{{.none.x}}", 'o:1:7: executing "o" at <.none.x>: nil pointer evaluating interface {}.x'),
    ("{{eq .kind 3}}", 'o:1:2: executing "o" at <eq .kind 3>: error calling eq: incompatible types for comparison: string and int'), ('{{ .kind "x" }}', 'o:1:3: executing "o" at <.kind>: kind is not a method but has arguments'),
    ('{{template "nope" .}}', 'o:1:11: executing "o" at <{{template "nope" .}}>: template "nope" not defined'), ("{{index}}", 'o:1:2: executing "o" at <index>: wrong number of args for index: want at least 1 got 0'),
    ("{{foo}}", 'o:1: function "foo" not defined'), ("{{.kind", "o:1: unclosed action"), ("{{.kind}", "o:1: bad character U+007D '}'"), ("{{if}}x{{end}}", "o:1: missing value for if"), ("{{$x}}", 'o:1: undefined variable "$x"'), ("{{end}}", "o:1: unexpected {{end}}"),
    ("{{ | .a }}", 'o:1: unexpected "|" in command'), ("{{ (.kind }}", "o:1: unclosed left paren"), ("{{if .a}}", "o:1: unexpected EOF"), ("{{if .a}}a{{else}}b{{else}}c{{end}}", "o:1: expected end; found {{else}}"), ('{{ "x }}', "o:1: unterminated quoted string"),
    ("{{if .a}}{{else}}{{if .b}}x{{end}}{{else}}y{{end}}", "o:1: expected end; found {{else}}"),
])
def test_refused(template: str, complaint: str) -> None:
    with pytest.raises(BadTemplate) as found:
        rendered(template, DATA)
    assert found.value.worded("o") == f"template: {complaint}"


def test_what_was_printed_before_a_failure_is_kept() -> None:
    with pytest.raises(BadTemplate) as found:
        rendered("{{.kind}} {{.kind.x}}", DATA)
    assert found.value.output == "Service "


def test_a_template_that_includes_itself_ends() -> None:
    with pytest.raises(BadTemplate, match="exceeded maximum template depth"):
        rendered('{{define "T"}}{{template "T" .}}{{end}}{{template "T" .}}', DATA)
