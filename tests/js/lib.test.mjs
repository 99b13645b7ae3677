import assert from "node:assert/strict";
import { test } from "node:test";

import { clockText, virtualNow } from "../../static/js/lib/clock.js";
import { History, completed } from "../../static/js/lib/history.js";

test("the clock counts on at its speed", () => {
  assert.equal(virtualNow({ now: "1000", speed: "2000" }, 500), 2000);
  assert.equal(clockText(65_300), "1:05");
  assert.equal(clockText(3_661_000), "1:01:01");
});

test("history keeps the unfinished line", () => {
  const history = new History(["one", "two"]);
  assert.equal(history.older("draft"), "two");
  assert.equal(history.older("two"), "one");
  assert.equal(history.newer(), "two");
  assert.equal(history.newer(), "draft");
});

test("completion takes the common part and lists the rest", () => {
  assert.deepEqual(completed("kubectl get po", ["pods"]), { line: "kubectl get pods ", list: [] });
  assert.equal(completed("kubectl des", ["describe"]).line, "kubectl describe ");
  assert.deepEqual(completed("kubectl r", ["replace", "rollout", "run"]).list, ["replace", "rollout", "run"]);
});
