// Sweeps: a curve that grows point by point, beside published ones, cancelled, saved, and out of date.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "./harness.mjs";
import { open, turn, until } from "./page.mjs";

const panel = (page) => page.locator(".sweep");
const counts = (page) => panel(page).evaluate(({ dataset }) => [Number(dataset.modelled), Number(dataset.measured)]);

/** Waits until the panel has so many modelled and measured points. */
const points = (page, modelled, measured) =>
  page.locator(`.sweep[data-modelled="${modelled}"][data-measured="${measured}"] [data-action="sweep"]`).waitFor();

const pick = async (page, axis, way) => {
  await page.locator("#sweep-axis").selectOption(axis);
  await page.locator("#sweep-way").selectOption(way);
};

const save = async (page, action) => {
  const waiting = page.waitForEvent("download");
  await page.locator(`[data-action="${action}"]`).click();
  return readFile(await (await waiting).path(), "utf8");
};

test("modelled and measured points are drawn beside published ones, and saved", async (tools) => {
  const { page, address } = tools;
  await open(page, `${address}#preset=payments`);
  await until(page, (state) => state.measured > 0);
  await turn(page, "transactions", 300);
  await pick(page, "accounts", "modelled");
  assert.match(await panel(page).innerText(), /Broken grey lines are what others published/);
  await page.locator('[data-action="sweep"]').click();
  await points(page, 5, 0);
  const sentence = await page.locator(".sweep-plot").getAttribute("aria-label");
  assert.match(sentence, /modelled: Block-STM: ×[\d.]+ at 2, ×[\d.]+ at 10k/);
  await pick(page, "accounts", "block_stm_2");
  await page.locator('[data-action="sweep"]').click();
  await points(page, 5, 5);
  // The plot has marks: some of its pixels are neither ground nor grid.
  const colours = await page.locator(".sweep-plot canvas").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const found = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    return [...found];
  });
  for (const ink of ["0,96,160", "154,74,0"]) assert.ok(colours.includes(ink), `${ink} among ${colours.length}`);
  const csv = await save(page, "sweep-csv");
  const kinds = csv.trim().split("\n").slice(1).map((line) => line.split(",")[0]);
  assert.deepEqual(kinds, [...Array(5).fill("modelled"), ...Array(5).fill("measured"), ...Array(5).fill("published")]);
  const svg = await save(page, "sweep-svg");
  assert.match(svg, /^<svg .*theirs: Block-STM, Aptos payments.*PPoPP 2023/s);
  assert.ok((await panel(page).locator("summary").click(), (await panel(page).locator("tbody tr").count()) >= 20));
  assert.deepEqual(await tools.axe(), []);
  await tools.screenshot("sweep");
});

test("a sweep is run by key, goes out of date with its document, and is told what it cannot do", async ({ page, address }) => {
  await open(page, `${address}#preset=payments`);
  await turn(page, "transactions", 200);
  await pick(page, "distance", "modelled");
  // The knob that was turned still has the focus, and letters are for it.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("l");
  await points(page, 8, 0);
  assert.ok(!(await panel(page).getAttribute("class")).includes("stale"));
  await turn(page, "transactions", 201);
  assert.match(await panel(page).getAttribute("class"), /stale/);
  await pick(page, "pools", "modelled");
  assert.match(await panel(page).locator('[role="alert"]').innerText(), /nothing in the mix uses a pool/);
  assert.deepEqual(await counts(page), [0, 0]);
});

test("a sweep that is cancelled keeps what it has and leaves the page alive", async ({ page, address }) => {
  await open(page, `${address}#preset=payments`);
  await until(page, (state) => state.measured > 0);
  await pick(page, "block", "chosen");
  await page.locator('[data-action="sweep"]').click();
  // The first point, or more if the machine is quick.
  await page.locator(`.sweep[data-measured]:not([data-measured="0"])`).waitFor();
  await page.locator('[data-action="sweep-cancel"]').click();
  await page.locator('[data-action="sweep"]').waitFor();
  const [, before] = await counts(page);
  assert.ok(before >= 1 && before < 4, `${before} points`);
  await pick(page, "lanes", "modelled");
  await page.locator('[data-action="sweep"]').click();
  await points(page, 7, 0);
});

test("the panel fits a phone", { modes: ["isolated"], viewport: { width: 390, height: 844 } }, async (tools) => {
  const { page, address } = tools;
  await open(page, `${address}#preset=payments`);
  await pick(page, "hot", "modelled");
  await panel(page).scrollIntoViewIfNeeded();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  assert.deepEqual(await tools.axe(), []);
  await tools.screenshot("sweep-phone");
});
