"""Behind a command that goes on, a pipe lets every line through as it comes."""

import json
from typing import Any

import pytest

from learnk8s.simulation.kernel.shell.program import Invocation, Job, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.shell import Shell

LINES = "NAME READY\nweb-1 0/1\napi-1 1/1\nweb-1 1/1\nweb-1 1/1\n\nweb-2 0/1  x\napi-1 1/1\nweb-2 1/1\n"
BETWEEN_MS = 1_000


class Clock:
    """A clock that the shell may move."""

    now_ms = 0


class Dripping:
    """A job that prints a line of a text every second, the first at once; `-f` never ends."""

    def __init__(self, state: dict[str, Any], clock: Clock) -> None:
        self._state, self._clock = state, clock

    @property
    def wake_ms(self) -> int:
        return int(self._state["next_ms"])

    def poll(self) -> tuple[str, int | None]:
        out = ""
        while self._state["left"] and self._clock.now_ms >= self._state["next_ms"]:
            out += self._state["left"].pop(0)
            self._state["next_ms"] += BETWEEN_MS
        return out, None if self._state["left"] or self._state["follows"] else 0

    def dump(self) -> dict[str, Any]:
        return self._state


class Terminal(Shell):
    """A shell in front of nothing but a clock, with a program that goes on."""

    def __init__(self, clock: Clock) -> None:
        def drip(call: Invocation) -> Job:
            text = call.files.read(call.argv[-1]) or ""
            return Dripping({"left": text.splitlines(keepends=True), "next_ms": clock.now_ms, "follows": "-f" in call.argv}, clock)

        def advance(until_ms: int) -> None:
            clock.now_ms = until_ms

        super().__init__({**STANDARD, "drip": Program(drip, resume=lambda state: Dripping(state, clock))}, now_ms=lambda: clock.now_ms, advance=advance, next_due_ms=lambda: None)
        self.clock = clock
        self.ended: list[Job] = []
        self.files.write("lines", LINES)

    def broken_pipe(self, job: Job) -> None:
        self.ended.append(job)

    def wait(self, seconds: int) -> str:
        """Let some seconds pass and return all that the last line has printed."""
        for _second in range(seconds):
            self.clock.now_ms += BETWEEN_MS
            self.poll()
        return self.output_since(0)[0]


@pytest.fixture
def shell() -> Terminal:
    return Terminal(Clock())


FILTERS = ("grep web", "grep -v web", "grep -in WEB", "grep -E --line-buffered 'web|api'", "grep -m 2 web", "grep -A1 api", "grep -n -B 1 'web-2'", "grep -C1 web-2", "grep -o 'web-[0-9]'", "grep -no 1/1", "grep -q api", "grep -c web", "grep -l web", "grep nothing", "fgrep 1/1",
           "sed 1d", "sed -n '2,4p'", "sed '$d'", "sed -n '$p'", "sed -n '3,$p'", "sed '/api/,/web-2/s/1/one/g'", "sed -n '/api/,+1p'", "sed 3q", "sed -E 's/(web)-/\\1_/' -e s/READY/R/", "sed =", "sed '2a more'", "sed '2,3c other'",
           "awk '{print $1}'", "awk 'NR>1 {print NR, $2}'", "awk '{n[$1]++; print $1, n[$1]}'", "awk 'BEGIN {print \"first\"} /web/ {n++} END {print n}'", "awk '/api/,/web-2/'", "awk '$2 == last {print \"same\"} {last = $2}'", "awk -v OFS=- 'NR==4 {exit} {$1=$1; print}'", "awk '{printf \"%s \", $1}'", "awk -F- '{print $1; x = \"07\"; if (x == 7) print \"number\"}'",
           "head -3", "head -n 2", "head -c 15", "head -n -2", "head -30", "tail -2", "tail -n +3", "cut -d' ' -f2", "cut -c1-3", "tr a-z A-Z", "tr -d '\\n'", "tr -s ' '", "cat", "cat -n", "nl", "uniq", "uniq -c", "uniq -d", "uniq -u", "rev", "sort", "sort -u", "wc -l", "tac", "tee copy", "less",
           "grep web | head -2", "head -4 | sort -r", "sort | head -2", "tr '\\n' ' ' | grep -o web", "grep web | cut -d' ' -f2 | uniq -c", "tee copy | grep api", "while read name ready; do echo $ready:$name; done", "while read name rest; do if [ \"$name\" = api-1 ]; then break; fi; echo $name; done", "xargs -n1 echo", "xargs -I{} echo '<{}>'", "{ read first; echo $first; }", "LC_ALL=C grep web", "grep web > copy", "grep web 2>/dev/null | wc -l")


@pytest.mark.parametrize("filters", FILTERS)
def test_what_comes_in_pieces_comes_out_as_of_the_whole(shell: Terminal, filters: str) -> None:
    whole = shell.execute(f"cat lines | {filters}")
    before = shell.files.read("copy")
    shell.execute("rm -f copy")
    shell.execute(f"drip lines | {filters}")
    shell.wait(10)
    assert not shell.running
    assert (shell.output_since(0)[0], shell.last_status, shell.files.read("copy")) == (whole.output, whole.status, before)


@pytest.mark.parametrize("filters", FILTERS)
def test_a_shell_that_was_written_down_goes_on_where_it_was(shell: Terminal, filters: str) -> None:
    shell.execute(f"drip lines | {filters}; echo over $?")
    shell.wait(4)
    clock = Clock()
    clock.now_ms = shell.clock.now_ms
    again = Terminal(clock)
    again.load(json.loads(json.dumps(shell.dump())))
    assert again.dump() == shell.dump()
    assert again.wait(6) == shell.wait(6)
    assert again.dump() == shell.dump()
    assert "over" in shell.output_since(0)[0]


@pytest.mark.parametrize(("filters", "at_once", "after_one", "after_three"), [
    pytest.param("grep web", "", "web-1 0/1\n", "web-1 0/1\nweb-1 1/1\n", id="grep"),
    pytest.param("awk 'NR>1 {print NR, $1}' | sed s/-/_/", "", "2 web_1\n", "2 web_1\n3 api_1\n4 web_1\n", id="awk and sed"),
    pytest.param("tee copy | cut -c1", "N\n", "N\nw\n", "N\nw\na\nw\n", id="tee and cut"),
    pytest.param("sort", "", "", "", id="sort waits for the end"),
    pytest.param("wc -l", "", "", "", id="wc waits for the end"),
    pytest.param("tail -1", "", "", "", id="tail waits for the end"),
    pytest.param("uniq -c | tr -s ' '", "", " 1 NAME READY\n", " 1 NAME READY\n 1 web-1 0/1\n 1 api-1 1/1\n", id="uniq counts what can come no more"),
    pytest.param("awk '{n++} END {print n}'", "", "", "", id="END"),
    pytest.param("while read name rest; do echo $name; done", "NAME\n", "NAME\nweb-1\n", "NAME\nweb-1\napi-1\nweb-1\n", id="read"),
])
def test_every_line_is_printed_as_it_comes(shell: Terminal, filters: str, at_once: str, after_one: str, after_three: str) -> None:
    assert (shell.execute(f"drip -f lines | {filters}").output, shell.clock.now_ms) == (at_once, 0)
    assert shell.wait(1) == after_one
    assert shell.wait(2) == after_three
    shell.wait(20)
    assert shell.running
    printed = shell.output_since(0)[0]
    assert shell.interrupt().status == 130
    assert shell.output_since(0)[0] == f"{printed}^C\n", "those that wait for the end are interrupted as well"


@pytest.mark.parametrize(("filters", "seconds", "printed", "status"), [
    pytest.param("head -3", 2, "NAME READY\nweb-1 0/1\napi-1 1/1\n", 0, id="head"),
    pytest.param("head -1", 0, "NAME READY\n", 0, id="head of what is there already"),
    pytest.param("grep -m1 api", 2, "api-1 1/1\n", 0, id="grep -m"),
    pytest.param("grep -q api", 2, "", 0, id="grep -q"),
    pytest.param("sed '/api/q'", 2, "NAME READY\nweb-1 0/1\napi-1 1/1\n", 0, id="sed q"),
    pytest.param("awk '/api/ {exit 0} {print $1}'", 2, "NAME\nweb-1\n", 0, id="awk exit"),
    pytest.param("head -3 | sort", 2, "NAME READY\napi-1 1/1\nweb-1 0/1\n", 0, id="who waits behind head"),
    pytest.param("while read name rest; do if [ $name = api-1 ]; then exit 3; fi; done", 2, "", 3, id="exit"),
    pytest.param("grep '\\('", 0, "grep: missing closing ): `(`\n", 2, id="a pattern that is none"),
    pytest.param("gerp web", 0, "bash: gerp: command not found\n", 127, id="no such program"),
    pytest.param("sort | gerp web", 0, "bash: gerp: command not found\n", 127, id="no such program behind one that waits"),
    pytest.param("grep web > nowhere/f", 0, "bash: nowhere/f: No such file or directory\n", 1, id="no such folder"),
])
def test_a_pipeline_ends_when_somebody_reads_no_more(shell: Terminal, filters: str, seconds: int, printed: str, status: int) -> None:
    shell.execute(f"drip -f lines | {filters}")
    if seconds:
        assert shell.wait(seconds - 1) in printed and shell.running
        shell.wait(1)
    assert (shell.running, shell.output_since(0)[0], shell.last_status) == (False, printed, status)
    assert len(shell.ended) == 1, "the follower gets SIGPIPE"


def test_what_stands_behind_a_pipeline_is_run_when_it_ends(shell: Terminal) -> None:
    shell.execute("drip -f lines | grep -q api && echo ready; ! drip -f lines | grep -q web; echo $?")
    assert shell.wait(1) == ""
    assert shell.wait(5) == "ready\n1\n"


def test_a_pipeline_goes_on_in_the_background(shell: Terminal) -> None:
    assert shell.execute("drip -f lines | grep web &").output == "[1] 4713\n"
    shell.clock.now_ms += 2 * BETWEEN_MS
    assert shell.execute("jobs").output == "web-1 0/1\n[1]+  Running                 drip -f lines | grep web &\n"
    shell.execute("fg")
    assert shell.wait(1) == "drip -f lines | grep web\nweb-1 1/1\n"
    shell.interrupt()
    assert not shell.running and not shell.behind


def test_words_and_aliases_are_read_when_a_pipeline_begins(shell: Terminal) -> None:
    shell.execute("name=web; alias only='grep --line-buffered'; drip -f lines | only $name &")
    shell.execute("name=api; unalias only")
    shell.clock.now_ms += BETWEEN_MS
    assert shell.execute("true").output == "web-1 0/1\n"


def test_what_stands_in_the_words_of_a_filter_is_run_once(shell: Terminal) -> None:
    shell.execute("f() { echo x >> runs; echo web; }; drip lines | grep $(f) | tee copy | sort $(f >/dev/null) | head -1; echo over")
    assert shell.wait(9) == "web-1 0/1\nover\n"
    assert shell.files.read("runs") == "x\nx\n"


@pytest.mark.parametrize(("filters", "printed"), [
    pytest.param("awk '{kept = kept $0}'", "learnk8s: awk keeps more than 128 KiB of what came through the pipe; it was stopped\n", id="a variable"),
    pytest.param("tr -d '\\n' | grep web", "learnk8s: grep keeps more than 128 KiB of what came through the pipe; it was stopped\n", id="a line without an end"),
    pytest.param("sed 's/0/1/' | cut -c2-3 | uniq", "00\n", id="what keeps nothing goes on"),
])
def test_what_a_filter_keeps_is_bounded(shell: Terminal, filters: str, printed: str) -> None:
    shell.files.write("long", "".join(f"{number:0>2000}\n" for number in range(200)))
    shell.execute(f"drip -f long | {filters}")
    assert shell.wait(50) in ("", "00\n")
    assert shell.wait(50) == printed


def test_a_file_behind_a_pipeline_grows(shell: Terminal) -> None:
    shell.files.write("copy", "old\n")
    shell.execute("drip -f lines 2>&1 | grep web > copy")
    assert (shell.wait(1), shell.files.read("copy")) == ("", "web-1 0/1\n")
    shell.wait(2)
    assert shell.files.read("copy") == "web-1 0/1\nweb-1 1/1\n"


def test_an_editor_opens_only_on_a_terminal(shell: Terminal) -> None:
    assert "stands alone on its line" in shell.execute("vi lines | cat").output
    assert shell.editing is None


def test_a_pipeline_inside_of_something_is_waited_for_as_before(shell: Terminal) -> None:
    assert shell.execute("x=$(drip lines | grep api | wc -l); echo $x").output == "2\n"
    assert shell.clock.now_ms == 8 * BETWEEN_MS
