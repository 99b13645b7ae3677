import assert from "node:assert/strict";
import { test } from "node:test";

import { markAt, timeText } from "../../static/js/lib/countdown.js";

test("the time left is shown in minutes and seconds", () => {
  assert.deepEqual([600, 61, 9, 0].map(timeText), ["10:00", "1:01", "0:09", "0:00"]);
});

test("at five minutes, one minute and twenty seconds there is something to say, for a while", () => {
  assert.deepEqual([301, 300, 291, 290, 61, 60, 50, 20, 11, 10, 0].map((left) => markAt(left, 600)), [undefined, 300, 300, undefined, undefined, 60, undefined, 20, 20, undefined, undefined]);
});

test("marks that do not lie within the limit are not spoken of", () => {
  assert.equal(markAt(300, 300), undefined);
  assert.equal(markAt(60, 60), undefined);
  assert.equal(markAt(15, 15), undefined);
  assert.equal(markAt(20, 30), 20);
});
