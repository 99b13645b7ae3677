import assert from "node:assert/strict";
import { test } from "node:test";

import { asked } from "../../static/js/lib/asking.js";

const json = (value, status = 200) => new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
const answering = (...answers) => { globalThis.fetch = async () => { const next = answers.shift(); if (next instanceof Error) throw next; return next; }; };
const at_once = async () => {};

test("a request is sent again until the site answers", async () => {
  let late = 0;
  answering(new TypeError("no network"), new Response("Bad gateway", { status: 502 }), json({ output: "done" }));
  assert.deepEqual(await asked("/run/", null, () => { late += 1; }, at_once), { output: "done" });
  assert.equal(late, 2);
});

test("an answer that is cut off is none", async () => {
  answering(new Response('{"outp', { headers: { "Content-Type": "application/json" } }), json({ output: "done" }));
  assert.deepEqual(await asked("/run/", null, undefined, at_once), { output: "done" });
});

test("what the site refuses is not sent again", async () => {
  answering(json({ output: "learnk8s: no\n", refused: true }, 422));
  assert.equal((await asked("/run/", null, undefined, at_once)).refused, true);
  answering(new Response("You have logged out.", { status: 403, headers: { "Content-Type": "text/plain" } }));
  assert.deepEqual(await asked("/run/", null, undefined, at_once), { said: "You have logged out." });
});

test("at some time it is given up", async () => {
  answering(...Array.from({ length: 20 }, () => new TypeError("no network")));
  assert.deepEqual(await asked("/run/", null, undefined, at_once), { said: "" });
});
