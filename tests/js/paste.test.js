import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../static/js/lib/history.js";
import { commands, isOpen } from "../../static/js/lib/paste.js";

test("lines are commands of their own, prompts and comments are dropped", () => {
  assert.deepEqual(commands("$ kubectl get pods\n# look\n\nkubectl get svc\n"), { whole: [{ line: "kubectl get pods", after: "# look\n\nkubectl get svc\n" }, { line: "kubectl get svc", after: "" }], rest: "" });
});

test("a here-document stays with its command", () => {
  const text = "kubectl apply -f - <<'EOF'\nkind: Pod\nEOF\nkubectl get pods\n";
  assert.deepEqual(commands(text).whole.map((found) => found.line), ["kubectl apply -f - <<'EOF'\nkind: Pod\nEOF", "kubectl get pods"]);
});

test("loops, quotes, pipes and backslashes go on", () => {
  for (const text of ["for i in 1 2; do", "echo 'a", "kubectl get pods |", "kubectl run x \\", "f() {", "if true; then", "cat <<EOF"]) assert.ok(isOpen(text), text);
  for (const text of ["for i in 1; do echo $i; done", "echo 'a'", "kubectl get pods -o jsonpath='{.items}'", "f() { echo a; }", "cat <<EOF\na\nEOF", "echo done"]) assert.ok(!isOpen(text), text);
});

test("what is not whole stays in the line", () => {
  const { whole, rest } = commands("echo a\nfor i in 1; do\necho b");
  assert.deepEqual([whole.map((found) => found.line), rest], [["echo a"], "for i in 1; do\necho b"]);
});

test("the history is searched backwards", () => {
  const history = new History(["kubectl get pods", "ls", "kubectl get svc"]);
  assert.equal(history.found("get"), 2);
  assert.equal(history.found("get", 2), 0);
  assert.equal(history.found("nothing"), -1);
});
