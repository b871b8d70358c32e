// The strategies lab: what it shows is the native run, form and text edit the same thing, and many seeds come
// to the same for any number of workers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";
import { link, until } from "./page.mjs";

const ready = (page) => until(page, (state) => state.lab === "strategies" && state.ready === "true" && state.digest);

/** Opens an address of the lab and waits for its run. */
const open = async (page, address) => {
  await page.goto(address);
  return ready(page);
};

const table = (name) =>
  readFileSync(new URL(`../../../engine/tests/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(" "));
const golden = table("strategies.txt");

test("every preset of strategies is the native run, digest by digest", { modes: ["plain"], timeoutSeconds: 300 }, async ({ page, address }) => {
  await open(page, `${address}#preset=strategies/dca-calm`);
  const shipped = await page.locator(".scenario optgroup").first().locator("option").evaluateAll((all) => all.map((one) => one.value));
  assert.deepEqual(shipped, golden.map(([preset]) => preset));
  for (const [preset, digest, log] of golden) {
    await page.locator(".scenario select").selectOption(preset);
    const state = await until(page, (state, digest) => state.ready === "true" && state.digest === digest, digest);
    assert.equal(state.log, log, preset);
  }
});

test("a sentence and its text are the same thing, and undo takes both back", { modes: ["plain"] }, async ({ page, address }) => {
  const before = await open(page, `${address}#preset=strategies/dca-calm`);
  const amount = page.locator(".sentence input.blank[inputmode=decimal]").nth(1);
  assert.equal(await amount.inputValue(), "100");
  await amount.fill("250");
  await amount.press("Enter");
  await amount.blur();
  const after = await until(page, (state, digest) => state.ready === "true" && state.digest !== digest, before.digest);
  await page.getByRole("button", { name: "Text", exact: true }).click();
  const text = await page.locator("textarea.code").inputValue();
  assert.match(text, /buy 250 USDC of ETH/);
  await page.locator("textarea.code").fill(text.replace("250", "many"));
  await page.locator(".errors", { hasText: "Line" }).waitFor();
  await page.locator(".state.trouble").waitFor();
  await page.locator("textarea.code").fill(text);
  await until(page, (state, digest) => state.ready === "true" && state.digest === digest, after.digest);
  await page.locator("textarea.code").blur();
  await page.locator("h1.brand").click();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Control+z");
  await until(page, (state, digest) => state.ready === "true" && state.digest === digest, before.digest);
});

test("completion offers what can be written", { modes: ["plain"] }, async ({ page, address }) => {
  await open(page, `${address}#preset=strategies/dca-calm`);
  await page.getByRole("button", { name: "Text", exact: true }).click();
  const field = page.locator("textarea.code");
  await field.fill("every 1h: b");
  await page.locator(".offers button", { hasText: "buy" }).click();
  assert.equal(await field.inputValue(), "every 1h: buy");
  await page.locator(".offers button").first().waitFor();
});

test("every intent says why it does not fire now, and each step has its lanes", { modes: ["plain"] }, async ({ page, address }) => {
  await open(page, `${address}#preset=strategies/stop-crash`);
  await page.keyboard.press("Home");
  await until(page, (state) => state.looked === "0");
  await page.locator(".intents .why", { hasText: "price(ETH) <= 1700" }).waitFor();
  await page.locator(".lanes-part", { hasText: "The state is that of the serial run" }).waitFor();
  await page.keyboard.press("]");
  const knot = await until(page, (state) => Number(state.at) > 0 && state.looked === state.at);
  await page.keyboard.press("[");
  await until(page, (state, at) => Number(state.at) <= Number(at), knot.at);
  const text = await link(page);
  assert.match(text, /#4\./);
});

test("a link leads to a step of the same run", { modes: ["plain"] }, async ({ page, address, freshPage }) => {
  const state = await open(page, `${address}#preset=strategies/grid-sideways`);
  await page.keyboard.press("Home");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press(".");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByLabel("The scenario at this moment").check();
  const text = await page.locator("[data-link]").inputValue();
  const other = await freshPage();
  const opened = await open(other, text);
  assert.equal(opened.digest, state.digest);
  assert.equal(opened.at, "5");
});

test("a fan in the browser is the native one, and can be cancelled", { modes: ["plain"], timeoutSeconds: 300 }, async ({ page, address }) => {
  await open(page, `${address}#preset=strategies/dca-calm`);
  const card = page.locator(".card.fan");
  await card.locator("select").first().selectOption("5000");
  await card.getByRole("button", { name: "Run", exact: true }).click();
  await card.getByRole("button", { name: "Cancel", exact: true }).click();
  await card.getByRole("button", { name: "Run", exact: true }).waitFor();
  await card.locator("select").first().selectOption("100");
  await card.getByRole("button", { name: "Run", exact: true }).click();
  await until(page, (state) => state.fan === "true");
  const digest = await card.locator(".digest").getAttribute("title");
  const pinned = table("fans.txt").find(([preset, seeds]) => preset === "dca-calm" && seeds === "100");
  assert.equal(digest, pinned[2]);
});

test("a hostile series of prices is refused row by row", { modes: ["plain"] }, async ({ page, address }) => {
  const before = await open(page, `${address}#preset=strategies/dca-calm`);
  const file = page.locator(".series input[type=file]");
  await file.setInputFiles({ name: "bad.csv", mimeType: "text/csv", buffer: Buffer.from("time,price\n0,100\n3600,-5\n1800,<b>x</b>\n") });
  await page.locator(".series .errors li", { hasText: "row 3" }).first().waitFor();
  assert.equal((await ready(page)).digest, before.digest);
  const rows = Array.from({ length: 200 }, (_, row) => `${row * 3600},${2000 + (row % 7) * 10}`);
  await file.setInputFiles({ name: "good.csv", mimeType: "text/csv", buffer: Buffer.from(`time,price\n${rows.join("\n")}\n`) });
  await until(page, (state, digest) => state.ready === "true" && state.digest !== digest, before.digest);
  await page.locator(".series", { hasText: "200 prices, one every 1" }).waitFor();
});

test("the strategies lab is one of the labs, and a broken link is told", { modes: ["plain"] }, async ({ page, address }) => {
  await open(page, `${address}#preset=strategies/none`);
  await page.locator('[data-notice="bad-link"]', { hasText: "no preset" }).waitFor();
  await page.locator(".labs a", { hasText: "Shards" }).click();
  await until(page, (state) => state.lab === "shards" && state.ready === "true");
  await page.locator(".labs a", { hasText: "Strategies" }).click();
  await ready(page);
});
