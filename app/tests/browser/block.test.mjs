// Blocks of other labs in the execution lab: the same transactions on the same state, under any scheduler.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "./harness.mjs";
import { link, state, turn, until } from "./page.mjs";

/** A link's run by the command, as JSON. */
const native = (text) => {
  const options = ["run", "-q", "-p", "engine", "--features", "cli", "--bin", "interleave", "--"];
  return JSON.parse(execFileSync("cargo", [...options, "run", text, "--crew", "stepped", "--json"], { encoding: "utf8" }));
};

/** Waits for the execution lab with a replay. */
const replayed = (page) => until(page, (state) => state.lab === undefined && state.ready === "true" && state.trace);

test("a step of the strategies lab opens in the execution lab, as the command runs it, and Back returns", { modes: ["plain"], timeoutSeconds: 240 }, async ({ page, address, axe, screenshot }) => {
  await page.goto(`${address}#preset=strategies/stop-crash`);
  await until(page, (state) => state.lab === "strategies" && state.ready === "true" && state.digest && state.looked === state.at);
  await page.keyboard.press("[");
  const knot = await until(page, (state) => state.looked === state.at && Number(state.at) > 0);
  const said = await page.locator(".lanes-part .note").first().innerText();
  const count = Number(said.match(/^(\d+) transactions/)[1]);
  await page.locator(".lanes-part .block-link").click();
  const shown = await replayed(page);
  const text = await link(page);
  assert.match(text, /#1\./);
  const ran = native(text);
  assert.equal(ran.transactions, count);
  assert.equal(shown.trace, ran.trace_digest);
  assert.equal(shown.root, ran.state_root);
  assert.equal(shown.scheduler, "block_stm_2");
  await page.locator(".note.recorded", { hasText: `${count} transactions` }).waitFor();
  assert.equal(await page.locator("#knob-traffic").inputValue(), "recorded");
  assert.equal(await page.locator('[data-knob="accounts"]').count(), 0, "nobody is drawn");
  assert.deepEqual(await axe(), []);
  await screenshot("block");
  // Another schedule of the same block comes to the same.
  await turn(page, "lanes", 1);
  const alone = await state(page);
  assert.notEqual(alone.trace, shown.trace);
  assert.equal(alone.root, shown.root);
  // Given up for generated traffic, and chosen again.
  await page.locator("#knob-traffic").selectOption("");
  await until(page, (state, root) => state.ready === "true" && state.root !== root, shown.root);
  await page.locator("#knob-traffic").selectOption("recorded");
  await until(page, (state, root) => state.ready === "true" && state.root === root, shown.root);
  await page.goBack();
  await until(page, (state) => state.lab === "strategies" && state.ready === "true");
  await until(page, (state, at) => state.at === at, knot.at);
});

test("a district's block opens in the execution lab", { modes: ["plain"] }, async ({ page, address }) => {
  await page.goto(`${address}#preset=shards/dex-on-one-shard`);
  await until(page, (state) => state.lab === "shards" && state.ready === "true");
  await page.locator('.district[data-shard="0"]').dblclick();
  await until(page, (state) => state.zoom === "0");
  await page.locator(".block .block-link").click();
  const shown = await replayed(page);
  await page.locator(".note.recorded", { hasText: "contracts" }).waitFor();
  assert.equal(shown.root, native(await link(page)).state_root);
});
