// What can go wrong, and what the page makes of it.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { link, open, sameRun, state, turn, until } from "./page.mjs";

test("a worker that dies in mid-run takes nothing with it", { expectErrors: [/panicked/, /unreachable/, /RuntimeError/] }, async ({ page, address }) => {
  await open(page, `${address}?probe#preset=one-pool`);
  await until(page, (state) => state.measured > 0);
  const before = await state(page);
  await page.evaluate(() => window.interleave.crash());
  const after = await until(page, (state) => state.deaths === "1" && state.worker !== "starting");
  sameRun(after, before);
  const notice = await page.locator('[data-notice="worker-died"]').innerText();
  assert.match(notice, /A new one was started; your scenario is as it was/);
  // The new worker works.
  await turn(page, "lanes", 5);
  assert.equal((await state(page)).root, before.root);
});

const HOSTILE = [
  "#1.",
  "#1.AQ",
  "#1.AQAAAAAAAAAA",
  "#999999999999999999999.AQ",
  "#preset=no-such-thing",
  "#preset=<img src=x onerror=alert(1)>",
  "#%",
  "#%E0%A4%A",
  `#1.${"A".repeat(100_000)}`,
  "#1.__________________________________________",
];

test("a link that is none is told, and nothing of it is loaded", { timeoutSeconds: 180 }, async ({ page, address }) => {
  const untouched = await open(page, address);
  for (const hash of HOSTILE) {
    // The query makes it another address, so that the browser loads the page and not only the hash.
    const shown = await open(page, `${address}?${HOSTILE.indexOf(hash)}${hash}`);
    sameRun(shown, untouched);
    const notice = page.locator('[data-notice="bad-link"]');
    await notice.waitFor();
    assert.match(await notice.innerText(), /nothing of the link was loaded/, hash.slice(0, 40));
  }
});

test("every way to cut a good link is noticed", async ({ page, address }) => {
  await open(page, `${address}#preset=token-drop`);
  await turn(page, "transactions", 250);
  const good = new URL(await link(page)).hash;
  for (let length = 3; length < good.length; length += 5) {
    await page.evaluate((hash) => { location.hash = hash; }, good.slice(0, length));
    await page.locator('[data-notice="bad-link"]').waitFor();
    await page.locator('[data-notice="bad-link"] button.tool').click();
  }
  assert.equal(await page.locator('[data-knob="transactions"] input[type="text"]').inputValue(), "250");
});

test("what chat programs do to links is forgiven", async ({ page, address, freshPage }) => {
  const first = await open(page, `${address}#preset=one-key`);
  await turn(page, "transactions", 200);
  const { hash } = new URL(await link(page));
  const changed = await state(page);
  assert.notEqual(changed.root, first.root);
  for (const altered of [`${hash}.`, `${hash})`, `${hash}==`, `#${encodeURIComponent(hash.slice(1))}`]) {
    const elsewhere = await freshPage();
    sameRun(await open(elsewhere, `${address}${altered}`), changed);
  }
});

test("a scenario with problems says all of them, and undo is the way out", async ({ page, address }) => {
  const before = await open(page, address);
  await page.locator(".mix-list summary").click();
  for (const field of await page.locator(".mix-row input").all()) {
    await field.fill("0");
    await field.press("Enter");
  }
  await page.locator(".state.trouble").waitFor();
  assert.match(await page.locator(".state.trouble").innerText(), /every share is 0/);
  await page.getByRole("button", { name: "Undo the last change" }).click();
  await until(page, (state) => state.ready === "true");
  assert.equal((await state(page)).root.length, before.root.length);
});
