// What somebody does who opens the page: look, run, scrub, change, undo, share.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { link, open, sameRun, state, turn, until } from "./page.mjs";

test("opens on the default scenario, already run, and says what runs it", async ({ page, address, isolated, screenshot }) => {
  await open(page, address);
  const shown = await until(page, (state) => state.measured > 0);
  assert.equal(shown.worker, isolated ? "threads" : "single");
  assert.equal(shown.step, shown.last);
  const badge = await page.locator(".badge").innerText();
  assert.match(badge, isolated ? /\d+ real threads/ : /Single thread: .*does not isolate/s);
  await screenshot("default");
});

test("load, run live, scrub, step back, change a knob, undo, share, open elsewhere", async (tools) => {
  const { page, address, freshPage } = tools;
  const first = await open(page, address);
  const measured = await until(page, (state) => state.measured > 0);
  await page.locator('[data-action="run-live"]').click();
  await until(page, (state, before) => state.measured !== before, measured.measured);

  await page.keyboard.press("Home");
  await until(page, (state) => state.step === "0");
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  await until(page, (state) => state.step === "2");
  await page.keyboard.press(",");
  await until(page, (state) => state.step === "1");
  await page.getByRole("slider", { name: "Time line of the replay" }).fill("5000");
  const scrubbed = await until(page, (state) => state.step > 1);
  assert.ok(Number(scrubbed.step) < Number(scrubbed.last));

  await turn(page, "lanes", 3);
  const changed = await state(page);
  assert.notEqual(changed.trace, first.trace);
  assert.equal(changed.root, first.root, "lanes change the schedule, never the result");
  await page.locator("#main").click();
  await page.keyboard.press("Control+z");
  await until(page, (state, trace) => state.ready === "true" && state.trace === trace, first.trace);
  await page.keyboard.press("Control+y");
  await until(page, (state, trace) => state.ready === "true" && state.trace === trace, changed.trace);

  const text = await link(page);
  assert.ok(text.length <= 300, `${text.length} characters`);
  const elsewhere = await freshPage();
  sameRun(await open(elsewhere, text), changed);
});

test("a link to a moment opens at that moment", async ({ page, address, freshPage }) => {
  await open(page, `${address}#preset=one-pool`);
  await page.keyboard.press("Home");
  for (let step = 0; step < 7; step += 1) await page.keyboard.press(".");
  await until(page, (state) => state.step === "7");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByLabel("The scenario at this moment").check();
  const text = await page.locator("[data-link]").inputValue();
  const elsewhere = await freshPage();
  assert.equal((await open(elsewhere, text)).step, "7");
});

test("a reload finds scenario and step again", async ({ page, address }) => {
  await open(page, address);
  await turn(page, "transactions", 300);
  await page.locator("#main").click();
  await page.keyboard.press("Home");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press(".");
  const before = await until(page, (state) => state.step === "5");
  await page.reload();
  const after = await until(page, (state) => state.ready === "true");
  sameRun(after, before);
  assert.equal(after.step, "5");
});

test("a reload in mid-edit finds the edit", async ({ page, address }) => {
  const first = await open(page, address);
  // The address follows a document that rests; here the reload begins before that and ends after it.
  await page.route(
    (url) => url.pathname === new URL(address).pathname,
    async (route) => {
      await new Promise((done) => setTimeout(done, 1500));
      await route.continue();
    },
  );
  const field = page.locator('[data-knob="transactions"] input[type="text"]');
  await field.fill("300");
  await field.press("Enter");
  await page.reload();
  const after = await until(page, (state) => state.ready === "true");
  assert.notEqual(after.root, first.root);
  assert.equal(await field.inputValue(), "300");
});

test("the back button goes to the scenario before", async ({ page, address }) => {
  const first = await open(page, `${address}#preset=one-key`);
  await page.locator(".scenario select").selectOption("payments");
  const second = await until(page, (state, root) => state.ready === "true" && state.root !== root, first.root);
  await page.goBack();
  sameRun(await until(page, (state, root) => state.ready === "true" && state.root !== root, second.root), first);
});

test("real threads can be chosen and are what runs", { modes: ["isolated"] }, async ({ page, address }) => {
  await open(page, address);
  await page.locator("#knob-threads").selectOption("3");
  await until(page, (state) => state.threads === "3" && state.worker === "threads");
  await page.locator('[data-action="run-live"]').click();
  await page.locator(".measured .headline").waitFor();
});
