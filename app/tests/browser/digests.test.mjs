// The engine in the browser gives what it gives natively: every line of the golden file that
// `cargo test -p engine --test digests` checks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";
import { open } from "./page.mjs";

const lines = readFileSync(new URL("../../../engine/tests/digests.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(" "));

test("every preset's digests are the native ones on 1, 2 and 16 lanes", { timeoutSeconds: 300 }, async ({ page, address }) => {
  assert.ok(lines.length >= 30);
  await open(page, `${address}?probe`);
  for (const [preset, lanes, root, receipts, trace] of lines) {
    const found = await page.evaluate(([preset, lanes]) => window.interleave.digests(preset, lanes), [preset, Number(lanes)]);
    assert.deepEqual(found, { root, receipts, trace }, `${preset} on ${lanes} lanes`);
  }
});
