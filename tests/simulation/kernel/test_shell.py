"""The shell does with the lines of tutorials what bash does."""

import json
from typing import Any

import pytest

from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX
from learnk8s.simulation.kernel.shell.editing import giving
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import sleep_program
from learnk8s.simulation.kernel.shell.screen import on_screen
from learnk8s.simulation.kernel.shell.shell import STILL_EDITING, Shell


class Clock:
    """A clock that the shell may move."""

    now_ms = 0


def terminal() -> tuple[Shell, Clock]:
    """Return a shell in front of nothing but a clock."""
    clock = Clock()

    def advance(until_ms: int) -> None:
        clock.now_ms = until_ms

    return Shell({**STANDARD, "sleep": sleep_program(lambda: clock.now_ms)}, now_ms=lambda: clock.now_ms, advance=advance, next_due_ms=lambda: None), clock


def typed(*lines: str) -> str:
    """Return what the last of some lines prints, time passing until it is over."""
    shell, clock = terminal()
    output = ""
    for line in lines:
        shell.execute(line)
        for _ in range(200):
            if not shell.running:
                break
            clock.now_ms = shell.wake_ms or clock.now_ms
            shell.poll()
        output = shell.output_since(0)[0]
    return output


@pytest.mark.parametrize(("lines", "printed"), [
    pytest.param(["for i in 1 2 3; do echo n$i; done"], "n1\nn2\nn3\n", id="for"),
    pytest.param(["for i in {1..3}; do echo $i; sleep 5; done; date +%s | grep -q . && echo over"], "1\n2\n3\nover\n", id="a loop with waits goes on in time"),
    pytest.param(["for i in 1 2 3 4; do if [ $i -eq 2 ]; then continue; fi; if [ $i -eq 4 ]; then break; fi; echo $i; done; echo end"], "1\n3\nend\n", id="break and continue"),
    pytest.param(["i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; echo $?"], "0\n1\n2\n0\n", id="while"),
    pytest.param(["i=0; until [[ $i -ge 2 ]]; do ((i++)); echo $i; done"], "1\n2\n", id="until"),
    pytest.param(["for ((i=0; i<3; i++)); do echo $i; done"], "0\n1\n2\n", id="counting for"),
    pytest.param(["if [[ foo == f* && 3 -gt 2 ]]; then echo yes; else echo no; fi"], "yes\n", id="double brackets"),
    pytest.param(["x=b; if [ $x = a ]; then echo 1; elif [ $x = b ]; then echo 2; else echo 3; fi"], "2\n", id="elif"),
    pytest.param(["case web-1 in api*) echo api;; web*|shop*) echo web;; *) echo other;; esac"], "web\n", id="case"),
    pytest.param(["greet() { local name=$1; echo hello $name $#; return 3; }", "greet you; echo $?"], "hello you 1\n3\n", id="functions"),
    pytest.param(["printf 'a 1\\nb 2\\n' | while read name number; do echo $number-$name; done"], "1-a\n2-b\n", id="read from a pipe"),
    pytest.param(["cat <<EOF > f.txt\nx=$((2*3))\nEOF", "cat f.txt; cat <<< \"$(wc -l < f.txt)\""], "x=6\n1\n", id="here-documents and here-strings"),
    pytest.param(["cat <<EOF | tr a-z A-Z; echo after\nabc\nEOF"], "ABC\nafter\n", id="a here-document into a pipe, and what follows"),
    pytest.param(["a=(one two three); echo ${a[1]} ${#a[@]}; for x in \"${a[@]}\"; do echo $x; done"], "two 3\none\ntwo\nthree\n", id="arrays"),
    pytest.param(["f=web-deploy.yaml; echo ${f%.yaml} ${f##*.} ${f/web/api} ${#f} ${nothing:-none} ${f:0:3} ${f^^}"], "web-deploy yaml api-deploy.yaml 15 none web WEB-DEPLOY.YAML\n", id="parameters"),
    pytest.param(["(cd /tmp; x=1; pwd); pwd; echo [$x]"], "/tmp\n/home/learner\n[]\n", id="a subshell keeps to itself"),
    pytest.param(["{ echo a; echo b; } > two; wc -l < two"], "2\n", id="a group into a file"),
    pytest.param(["alias k=echo", "k get pods"], "get pods\n", id="alias"),
    pytest.param(["echo wrong >&2 2>/dev/null; ls nothing 2>&1 | grep -c cannot"], "wrong\n1\n", id="error output"),
    pytest.param(["sleep 30 &"], "[1] 4713\n", id="background"),
    pytest.param(["sleep 3 & wait; echo $?"], "[1] 4713\n0\n", id="wait"),
    pytest.param(["echo $((1 + 2 * 3)) $(( (7 - 2) % 3 )) $((2 > 1 ? 10 : 20)) $((010 + 1))"], "7 2 10 11\n", id="arithmetic"),
    pytest.param(["echo 'echo $1-$#' > s.sh; bash s.sh a b; chmod +x s.sh; ./s.sh c"], "a-2\nc-1\n", id="scripts"),
    pytest.param(["timeout 2 sleep 9; echo $?"], "124\n", id="timeout"),
    pytest.param(["seq 5 | head -2 | tail -1; seq 3 | sort -rn | paste -sd,"], "2\n3,2,1\n", id="pipes"),
    pytest.param(["printf 'b 2\\na 10\\n' | awk 'NR>1 {print $1} {s+=$2} END {printf \"%d\\n\", s}'"], "a\n12\n", id="awk"),
    pytest.param(["printf 'x: 1\\ny: 2\\n' | sed -e 's/x: \\(.*\\)/z: \\1/' -e '/^y/d'"], "z: 1\n", id="sed"),
    pytest.param(["printf 'x=1\\n' > c; sed -i 's/1/2/' c; cat c"], "x=2\n", id="sed in place"),
    pytest.param(["echo aGk= | base64 -d; echo; echo -n hi | base64"], "hi\naGk=\n", id="base64"),
    pytest.param(["printf 'a\\n' > f; grep -H a f; grep --with-filename -n a f; grep a f"], "f:a\nf:1:a\na\n", id="grep with the file's name"),
    pytest.param(["printf 'a\\nb\\nc\\n' | grep -vE '^(a|b)$'; printf 'a1\\n' | grep -o '[0-9]'"], "c\n1\n", id="grep"),
    pytest.param(["echo a b | xargs -n1 echo item; printf 'x\\ny\\n' | xargs -I{} echo '<{}>'"], "item a\nitem b\n<x>\n<y>\n", id="xargs"),
    pytest.param(["while true; do :; done; echo after"], "learnk8s: the input ran more than 2000 commands; it was stopped\n", id="an endless loop is stopped"),
    pytest.param(["for x in a b; do cat <<EOF\n$x\nEOF\ndone"], "a\nb\n", id="a here-document in a loop"),
    pytest.param(["if true; then"], "bash: syntax error: unexpected end of file\n", id="an unfinished line"),
    pytest.param(["x=$(echo a; false); echo $?"], "1\n", id="the status of a substitution"),
    pytest.param(["source <(echo x)"], "bash: process substitution is not modelled in this shell\n", id="what is not modelled says so"),
])
def test_a_line_prints_what_bash_prints(lines: list[str], printed: str) -> None:
    assert typed(*lines) == printed


PODS: dict[str, Any] = {"items": [{"metadata": {"name": "web-1", "labels": {"app": "web"}}, "status": {"phase": "Running", "restarts": 2}}, {"metadata": {"name": "api-1", "labels": {"app": "api"}}, "status": {"phase": "Pending", "restarts": 0}}]}


@pytest.mark.parametrize(("options", "program", "printed"), [
    pytest.param("-r", ".items[].metadata.name", "web-1\napi-1\n", id="paths"),
    pytest.param("-r", '.items[] | select(.status.phase != "Running") | .metadata.name', "api-1\n", id="select"),
    pytest.param("-r", '.items[] | "\\(.metadata.name): \\(.status.restarts + 1)"', "web-1: 3\napi-1: 1\n", id="interpolation"),
    pytest.param("-c", "[.items[].status.restarts] | add, length, max", "2\n2\n2\n", id="add"),
    pytest.param("-c", ".items | map(.metadata.labels | to_entries[] | .value) | sort", '["api","web"]\n', id="entries"),
    pytest.param("-c", "[.items | group_by(.status.phase)[] | {phase: .[0].status.phase, n: length}]", '[{"phase":"Pending","n":1},{"phase":"Running","n":1}]\n', id="groups"),
    pytest.param("-c", ".items | sort_by(.metadata.name) | first | keys", '["metadata","status"]\n', id="keys"),
    pytest.param("-c", "del(.items[0].status) | .items[0]", '{"metadata":{"name":"web-1","labels":{"app":"web"}}}\n', id="del"),
    pytest.param("-c", '.items[0].metadata.labels.tier = "front" | .items[0].metadata.labels', '{"app":"web","tier":"front"}\n', id="assignment"),
    pytest.param("-c", ".items[0].status.restarts |= . * 10 | .items[0].status.restarts", "20\n", id="update"),
    pytest.param("-r", '.items[].metadata.nothing // "none"', "none\n", id="alternative"),
    pytest.param("-r", '"c2VjcmV0" | @base64d', "secret\n", id="base64"),
    pytest.param("-r", "[.items[] | [.metadata.name, .status.phase]] | .[] | @tsv", "web-1\tRunning\napi-1\tPending\n", id="tsv"),
    pytest.param("-r", 'if .items | length > 1 then "many" else "few" end', "many\n", id="if"),
    pytest.param("-c", "reduce .items[] as $p (0; . + $p.status.restarts)", "2\n", id="reduce"),
    pytest.param("--arg want web-1 -r", ".items[] | select(.metadata.name == $want) | .status.phase", "Running\n", id="arguments"),
    pytest.param("-c", '.items | any(.status.phase == "Pending"), (.items? // "gone")', 'true\n"gone"\n', id="any"),
    pytest.param("-r", '.items[0].metadata | has("name"), (.name | test("^web")), (.name | split("-")[1])', "true\ntrue\n1\n", id="tests"),
    pytest.param("-c", "[paths] | length", "17\n", id="all paths"),
    pytest.param("", ".items[", "jq: error: syntax error, unexpected end of file\njq: 1 compile error\n", id="an unfinished filter"),
    pytest.param("", ".items.name", 'jq: error (at <stdin>:0): Cannot index array with "name"\n', id="a wrong index"),
])
def test_jq_prints_what_jq_prints(options: str, program: str, printed: str) -> None:
    shell, _clock = terminal()
    shell.files.write("pods.json", json.dumps(PODS))
    shell.execute(f"jq {options} '{program}' pods.json")
    assert shell.output_since(0)[0] == printed


def test_an_editor_waits_for_its_text() -> None:
    shell, _clock = terminal()
    shell.execute("vi note.txt && cat note.txt")
    assert shell.editing == {"name": "note.txt", "text": "", "is_input": False}
    assert "the editor is open" in shell.execute("echo no").output
    shell.execute(":wq\nhello\n")
    assert shell.output_since(0)[0].endswith("written\nhello\n")
    assert not shell.running


def test_a_shell_in_the_middle_of_a_loop_is_written_down_and_read_back() -> None:
    shell, clock = terminal()
    shell.execute("f() { echo in f; }; alias l=ls; for i in 1 2; do echo turn $i; sleep 5; done; f; sleep 99 &")
    dumped = json.loads(json.dumps(shell.dump()))
    other, time = terminal()
    other.load(dumped)
    for one, its in ((shell, clock), (other, time)):
        while one.running:
            its.now_ms = one.wake_ms or 0
            one.poll()
        assert one.output_since(0)[0] == "turn 1\nturn 2\nin f\n[1] 4713\n"
        assert "sleep 99" in one.execute("jobs").output
    assert json.dumps(shell.dump()) == json.dumps(other.dump())


def test_a_second_terminal_leaves_the_first_as_it_is() -> None:
    shell, _clock = terminal()
    shell.execute("sleep 60")
    answer = shell.beside("echo beside > f.txt; cat f.txt; false")
    assert (answer.output, answer.status, answer.running) == ("beside\n", 1, True)
    assert shell.running and shell.last_status == 0 and shell.output_since(0) == ("", 0)
    assert shell.beside("if").status == 2
    shell.to_desk()
    assert not shell.running and shell.output_since(0)[0] == "", "nothing was interrupted"


def test_what_is_drawn_anew_is_kept_once_and_offsets_count_on() -> None:
    shell, clock = terminal()
    shell.execute("echo before; watch -n1 date +%s")
    shell.poll()
    ends = []
    for _turn in range(600):
        clock.now_ms = shell.wake_ms or 0
        shell.poll()
        text, end = shell.output_since(ends[-1] if ends else 0)
        assert text.count("Every 1.0s") == 1
        ends.append(end)
    assert ends == sorted(set(ends)) and len(shell.output_since(0)[0]) < 200
    assert on_screen(shell.output_since(0)[0]).startswith("before\nEvery 1.0s: date")
    other, _time = terminal()
    other.load(json.loads(json.dumps(shell.dump())))
    assert other.output_since(0) == shell.output_since(0)


def test_a_command_that_goes_on_never_falls_silent() -> None:
    """What it said long ago scrolls out; what it says next is still printed."""
    shell, clock = terminal()
    shell.execute("sleep 60")
    for number in range(40):
        shell._print(f"{number}{'x' * 20_000}\n")
    text, end = shell.output_since(0)
    assert text.endswith(f"39{'x' * 20_000}\n") and len(text) <= OUTPUT_BYTES_MAX < end
    shell._print("more\n")
    assert shell.output_since(end)[0] == "more\n"


@pytest.mark.parametrize(("line", "given", "then", "printed"), [
    pytest.param("cat > f.txt && echo saved", "a\nb", "cat f.txt", "a\nb\n", id="into a file"),
    pytest.param("cat", "a\n", "true", "", id="to the screen"),
    pytest.param("cat | wc -l > n; cat f.txt", "a\nb\n", "cat n", "2\n", id="into a pipe"),
    pytest.param("true && tee g.txt", "x\n", "cat g.txt", "x\n", id="after another command"),
    pytest.param("sudo tee g.txt", "y", "cat g.txt", "y\n", id="by sudo"),
])
def test_a_command_reads_what_is_typed_until_its_end(line: str, given: str, then: str, printed: str) -> None:
    shell, _clock = terminal()
    assert shell.execute(line).running and shell.editing is not None and shell.editing["is_input"]
    assert shell.execute("echo no").output == STILL_EDITING
    other, _time = terminal()
    other.load(json.loads(json.dumps(shell.dump())))
    for one in (shell, other):
        assert not one.execute(giving(given)).running
        one.execute(then)
        assert one.output_since(0)[0] == printed


def test_what_is_typed_into_a_command_may_be_called_off() -> None:
    shell, _clock = terminal()
    shell.execute("cat > f.txt")
    assert shell.interrupt().status == 130 and not shell.running and shell.files.read("f.txt") is None
    for line in ("echo a | cat > f.txt", "cat < f.txt", "cat f.txt", "cat <<< here > g.txt", "f() { cat; }"):
        assert not shell.execute(line).running, line


def test_lines_typed_before_are_recalled() -> None:
    shell, _clock = terminal()
    shell.execute("echo one two")
    assert shell.execute("!!").output == "echo one two\none two\n"
    assert shell.execute("echo !$ again").output == "echo two again\ntwo again\n"
    assert shell.execute("!echo").output == "echo two again\ntwo again\n"
    assert shell.execute("!1").output == "echo one two\none two\n"
    assert shell.execute("!nothing").output == "bash: !nothing: event not found\n"
    for line, printed in (("echo 'wow!!'", "wow!!\n"), ("[ ! -f nothing ] && [[ a != b ]] && echo hi!", "hi!\n")):
        assert shell.execute(line).output == printed


def test_a_program_that_people_know_is_left_out_and_one_that_nobody_has_is_not_found() -> None:
    shell, _clock = terminal()
    assert shell.execute("htop").output == "learnk8s: htop: not modelled in this sandbox\n"
    assert shell.execute("kubctl get pods").output == "bash: kubctl: command not found\n"
    assert shell.last_status == 127 and shell.execute("command -v htop").output == ""
    assert "htop" not in shell.complete("ht")


def test_sudo_passes_on_what_is_piped_into_it_and_what_goes_on() -> None:
    assert typed("echo kept | sudo -u root tee f.txt > /dev/null", "cat f.txt") == "kept\n"
    shell, _clock = terminal()
    assert shell.execute("sudo -E sleep 5").running
    shell.interrupt()
    assert shell.execute("sudo GREETING=hi printenv GREETING").output == "hi\n"
