// The shard lab: opens by link and by tab, shows what the engine computes, and is interfered with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";
import { link, until } from "./page.mjs";

const ready = (page) => until(page, (state) => state.lab === "shards" && state.ready === "true" && state.digest);

/** Opens an address of the lab and waits for its run. */
const open = async (page, address) => {
  await page.goto(address);
  return ready(page);
};

const golden = readFileSync(new URL("../../../engine/tests/shards.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(" "));

test("every preset of shards is the native run, digest by digest", { modes: ["plain"], timeoutSeconds: 300 }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/city`);
  const shipped = await page.locator(".scenario optgroup").first().locator("option").evaluateAll((all) => all.map((one) => one.value));
  assert.deepEqual(shipped, golden.map(([preset]) => preset));
  for (const [preset, digest] of golden) {
    await page.locator(".scenario select").selectOption(preset);
    await until(page, (state, digest) => state.ready === "true" && state.digest === digest, digest);
    const broken = preset === "reorganisation-after-relay";
    await page.locator(`[data-safety="${broken ? "broken" : "held"}"]`).waitFor();
  }
});

test("a fault by hand is another future, in the link, and can be undone", { modes: ["plain"] }, async ({ page, address, freshPage }) => {
  const before = await open(page, `${address}#preset=shards/city`);
  assert.equal(before.acts, "0");
  await page.locator('.district[data-shard="2"]').click();
  await page.locator('[data-deed="stall"]').click();
  const after = await until(page, (state, digest) => state.ready === "true" && state.acts === "1" && state.digest !== digest, before.digest);
  assert.equal(after.at, before.at);
  await page.locator('.district.hit[data-shard="2"]').waitFor();
  const text = await link(page);
  assert.match(text, /#3\./);
  const other = await freshPage();
  const opened = await open(other, text);
  assert.equal(opened.digest, after.digest);
  await page.keyboard.press("Control+z");
  await until(page, (state, digest) => state.ready === "true" && state.digest === digest, before.digest);
});

test("time runs, steps from block to block, and a transaction can be followed", { modes: ["plain"] }, async ({ page, address }) => {
  const start = await open(page, `${address}#preset=shards/city`);
  await page.keyboard.press(".");
  const step = await until(page, (state, at) => Number(state.at) > Number(at), start.at);
  await page.keyboard.press(",");
  await until(page, (state, at) => Number(state.at) < Number(at), step.at);
  // One that touches several shards sends something.
  await page.locator(".moment button.happening", { hasText: "→" }).first().click();
  await page.locator(".results .steps button").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".transport .play").click();
  await until(page, (state, at) => Number(state.at) > Number(at), step.at);
});

test("all protocols run on one document, and shards are scaled", { modes: ["plain"], timeoutSeconds: 240 }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/city`);
  await page.locator('[data-run="compare"]').click();
  await until(page, (state) => state.compared === "8");
  const isolated = await page.locator('tr[data-protocol="sbac"] td:not(.figure)').allTextContents();
  assert.deepEqual(isolated, ["yes", "kept"]);
  await page.locator('[data-run="scale"]').click();
  await until(page, (state) => state.scaled === "6");
  const figures = await page.locator("tr[data-shards] td:first-of-type").allTextContents();
  const numbers = figures.map((text) => Number(text.replaceAll(/[^0-9]/g, "")));
  assert.ok(numbers.every((value, place) => place === 0 || value > numbers[place - 1]), numbers.join(" "));
});

test("the shard lab is one of the labs, and a broken link is told", { modes: ["plain"] }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/none`);
  await page.locator('[data-notice="bad-link"]', { hasText: "no preset" }).waitFor();
  await page.locator(".labs a", { hasText: "Consensus" }).click();
  await until(page, (state) => state.lab === "consensus" && state.ready === "true");
  await page.locator(".labs a", { hasText: "Shards" }).click();
  await ready(page);
});
