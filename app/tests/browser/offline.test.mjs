// On a host without headers the service worker isolates the page, and keeps it without a network.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { open, sameRun, until } from "./page.mjs";

const adopted = { modes: ["adopted"], timeoutSeconds: 120, expectErrors: [/ERR_INTERNET_DISCONNECTED/] };
test("one reload by itself, then real threads, then no network needed", adopted, async ({ page, address, context }) => {
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.goto(address);
  const online = await until(page, (state) => state.worker === "threads" && state.ready === "true");
  assert.equal(loads, 2, "the page reloads once");
  await context.setOffline(true);
  await page.reload();
  sameRun(await until(page, (state) => state.ready === "true" && state.worker === "threads"), online);
});

test("?nosw keeps the service worker out", { modes: ["adopted"] }, async ({ page, address }) => {
  await open(page, `${address}?nosw`);
  const count = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  assert.equal(count, 0);
});
