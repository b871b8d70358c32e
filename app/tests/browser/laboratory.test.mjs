// The laboratory of schedulers: choose, compare, look at keys over time, try remedies.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { open, state, turn, until } from "./page.mjs";

/** Chooses a scheduler and waits for its picture. */
const choose = async (page, scheduler) => {
  await page.locator("#knob-scheduler").selectOption(scheduler);
  return until(page, (state, scheduler) => state.ready === "true" && state.scheduler === scheduler, scheduler);
};

test("every scheduler can be chosen, says what it promises, and keeps its word", async ({ page, address }) => {
  await open(page, `${address}#preset=one-pool`);
  await turn(page, "transactions", 300);
  const { root } = await state(page);
  const schedulers = await page.locator("#knob-scheduler option").evaluateAll((all) => all.map((one) => one.value));
  assert.ok(schedulers.length >= 10);
  let reordered = 0;
  for (const scheduler of schedulers) {
    if ((await page.locator("#knob-scheduler").inputValue()) === scheduler) continue;
    const shown = await choose(page, scheduler);
    const card = page.locator(".scheduler-knob > .scheduler-card");
    const keeps = (await card.innerText()).includes("keeps the block's order");
    // Where everybody swaps against one pool the order decides the result; frames of one transaction each
    // happen to keep it.
    if (keeps) assert.equal(shown.root, root, scheduler);
    else if (shown.root !== root) reordered += 1;
    assert.equal(await page.locator(".modelled .other-order").count(), keeps ? 0 : 1, scheduler);
  }
  assert.ok(reordered > 0, "a scheduler that may leave the order does so here");
});

test("the causal difference selects in both pictures", async (tools) => {
  const { page, address } = tools;
  await open(page, `${address}#preset=one-pool`);
  await until(page, (state) => state.measured > 0);
  await page.locator("#knob-compare").selectOption({ label: "Priority graph" });
  const row = page.locator(".diff-row").first();
  await row.waitFor();
  assert.match(await row.innerText(), /ran again|waits for/);
  assert.match(await row.innerText(), /In the second run its run began at tick/);
  await row.click();
  await page.locator(".selection h2", { hasText: /Transaction \d+/ }).waitFor();
  assert.equal(await row.getAttribute("aria-pressed"), "true");
  assert.deepEqual(await tools.axe(), []);
});

test("the heat map names key and time under keys alone", async (tools) => {
  const { page, address } = tools;
  await open(page, `${address}#preset=one-pool`);
  await until(page, (state) => state.measured > 0);
  await page.getByRole("button", { name: "keys × time" }).click();
  await page.locator(".heat-picture").focus();
  await page.keyboard.press("ArrowRight");
  const note = page.locator(".heat-note");
  assert.match(await note.innerText(), /reserves, ticks [\d,]+ to [\d,]+: [\d,]+ reads and writes/);
  await page.keyboard.press("Enter");
  await page.locator(".key-row[aria-pressed=true]").waitFor();
  const { width } = await page.locator(".heat canvas").boundingBox();
  assert.ok(width > 200, `${width} pixels`);
  assert.deepEqual(await tools.axe(), []);
});

test("what would fix it is tried on the hottest key", async ({ page, address }) => {
  await open(page, `${address}#preset=token-drop`);
  await turn(page, "transactions", 300);
  await page.locator('[data-action="remedy"]').click();
  const rows = page.locator(".remedy tbody tr");
  await rows.nth(3).waitFor();
  const speedups = await rows.evaluateAll((all) => all.map((row) => Number(row.cells[1].innerText.replace("×", ""))));
  assert.ok(speedups[1] > 2 * speedups[0], `commutative ${speedups[1]} against ${speedups[0]}`);
  assert.match(await page.locator(".remedy .note").first().innerText(), /changes the contract, and so the result/);
});
