import assert from "node:assert/strict";
import { test } from "node:test";

import { sectionAt, starts, withBlock } from "../../static/js/lib/sections.js";

const TEXT = "\n## a\n\none\n\n```run\n## no heading\n```\n\n## b\n\ntwo\n";

test("a heading inside of a fence begins no section", () => {
  assert.deepEqual(starts(TEXT), [1, TEXT.indexOf("## b")]);
  assert.deepEqual(starts("before\n## a"), [0, 7]);
  assert.deepEqual(starts(""), [0]);
});

test("a place lies in the section whose heading stands before it", () => {
  assert.equal(sectionAt(TEXT, 0), 0);
  assert.equal(sectionAt(TEXT, TEXT.indexOf("no heading")), 0);
  assert.equal(sectionAt(TEXT, TEXT.length), 1);
});

test("a block stands at the end of its section, a line apart", () => {
  assert.equal(withBlock(TEXT, 0, "```sandbox\n```").split("\n\n```sandbox\n```\n\n## b")[0], TEXT.slice(0, TEXT.indexOf("## b")).trimEnd());
  assert.equal(withBlock(TEXT, 7, "x"), "\n## a\n\none\n\n```run\n## no heading\n```\n\n## b\n\ntwo\n\nx\n");
  assert.equal(withBlock("", 0, "x"), "x\n");
});
