import assert from "node:assert/strict";
import { test } from "node:test";

import { completed, likely, tapped } from "../../static/js/lib/history.js";
import { edited } from "../../static/js/lib/lines.js";
import { printed } from "../../static/js/lib/screen.js";

test("what is drawn anew takes the place of what was drawn, not of what was printed before it", () => {
  const first = printed({ text: "" }, "deployment.apps/web scaled\n\vEvery 2.0s: one\n");
  assert.equal(first.text, "deployment.apps/web scaled\nEvery 2.0s: one\n");
  assert.equal(printed(first, "\vtwo\n\vthree\n").text, "deployment.apps/web scaled\nthree\n");
});

test("a screen that is cleared keeps what is printed afterwards", () => {
  assert.deepEqual(printed({ text: "old\n" }, "more\n\fnew\n"), { text: "new\n", fixed: undefined, cleared: true });
  assert.equal(printed({ text: "a\n" }, "b\n").text, "a\nb\n");
});

test("the keys of a line editor cut to both ends, by words, and put back", () => {
  const line = { text: "kubectl get pods -o wide", at: 16 };
  assert.deepEqual(edited("u", line), { text: " -o wide", at: 0, cut: "kubectl get pods" });
  assert.deepEqual(edited("k", line), { text: "kubectl get pods", at: 16, cut: " -o wide" });
  assert.deepEqual(edited("w", line), { text: "kubectl get  -o wide", at: 12, cut: "pods" });
  assert.equal(edited("y", { ...edited("k", line), at: 0 }).text, " -o widekubectl get pods");
  assert.deepEqual([edited("a", line).at, edited("e", line).at, edited("x", line)], [0, 24, null]);
});

test("a word in the middle of a line is completed without a second space", () => {
  assert.equal(completed("kubectl get deploym", ["deployments"], " -o wide").line, "kubectl get deployments");
});

test("a tapped word takes the place of the one that was begun; those on the screen come first, then the short ones", () => {
  assert.equal(tapped("kubectl delete po", "pods"), "kubectl delete pods ");
  assert.equal(tapped("kubectl delete ", "pods"), "kubectl delete pods ");
  const words = ["poddisruptionbudgets", "pods", "podtemplates"];
  assert.deepEqual(likely(words, ""), ["pods", "podtemplates", "poddisruptionbudgets"]);
  assert.deepEqual(likely(words, "kubectl get podtemplates\n"), ["podtemplates", "pods", "poddisruptionbudgets"]);
  assert.deepEqual(likely(["awk", "kubectl"], "Try: kubectl get nodes", false), ["kubectl"]);
});
