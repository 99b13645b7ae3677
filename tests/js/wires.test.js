import assert from "node:assert/strict";
import test from "node:test";

import { bend, dealt } from "../../static/js/lib/wires.js";

test("a line ends at the pod", () => {
  assert.equal(bend(0, 0, 10, 40), "M 0 0 C 0 20 10 20 10 40");
});

test("a line to a pod in a node comes through the node's wall above the pod", () => {
  assert.equal(bend(0, 0, 10, 40, 20), "M 0 0 C 0 10 10 10 10 20 V 40");
});

test("many requests are drawn as few dots, failed ones among them", () => {
  const dots = dealt(1000, 1, 3, 6);
  assert.equal(dots.length, 6);
  assert.equal(dots.filter((dot) => dot.failed).length, 1);
  assert.deepEqual(dots.map((dot) => dot.path), [0, 1, 2, 0, 1, 2]);
});

test("without a path nothing travels", () => {
  assert.deepEqual(dealt(5, 5, 0, 6), []);
});
