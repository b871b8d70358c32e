// The site itself: it loads without a complaint, and memory is shared exactly where it may be.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";

test("the page loads, isolated or not as its host says", async ({ page, address, isolated }) => {
  await page.goto(address);
  await page.waitForFunction(() => document.body.innerText.trim().length > 0);
  assert.equal(await page.evaluate(() => crossOriginIsolated), isolated);
});

test("what the site does not have is a 404, never the page", async ({ page, address }) => {
  await page.goto(address);
  const answer = await page.request.get(`${address}engine/mt/absent.js`);
  assert.equal(answer.status(), 404);
  assert.doesNotMatch(await answer.text(), /<html/i);
});

test("the consensus lab's module arrives as what it is, and only when it is asked for", async ({ page, address, freshPage }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(address);
  await page.waitForFunction(() => document.body.innerText.trim().length > 0);
  assert.deepEqual(asked.filter((url) => url.includes("engine/consensus")), []);
  const types = { "page.js": "text/javascript", "worker.js": "text/javascript", "consensus_bg.wasm": "application/wasm", "consensus.css": "text/css" };
  for (const [name, type] of Object.entries(types)) {
    const answer = await page.request.head(`${address}engine/consensus/${name}`);
    assert.equal(answer.status(), 200, name);
    assert.ok(answer.headers()["content-type"].startsWith(type), name);
  }
  // Another page: what this one still loads is no affair of the lab's.
  const lab = await freshPage();
  const askedByLab = [];
  lab.on("request", (request) => askedByLab.push(request.url()));
  await lab.goto(`${address}?lab#preset=consensus/fault-free`);
  await lab.locator('[data-lab="consensus"]').waitFor();
  const others = askedByLab.filter((url) => url.endsWith(".wasm") && !url.includes("engine/consensus"));
  assert.deepEqual(others, []);
});

test("the worker's modules arrive as what they are", async ({ page, address }) => {
  await page.goto(address);
  const types = { "start.js": "text/javascript", "worker.js": "text/javascript", "worker_bg.wasm": "application/wasm" };
  for (const folder of ["mt", "st"]) {
    for (const [name, type] of Object.entries(types)) {
      const answer = await page.request.head(`${address}engine/${folder}/${name}`);
      assert.equal(answer.status(), 200, `${folder}/${name}`);
      assert.ok(answer.headers()["content-type"].startsWith(type), `${folder}/${name}`);
    }
  }
});

// A plain text of the site registers the worker, so that nothing of the page takes part.
// Chromium asks for an icon there, since only the page names one.
const offline = { modes: ["adopted"], expectErrors: [/ERR_INTERNET_DISCONNECTED/, /favicon\.ico/] };
test("the service worker isolates the page and keeps the site offline", offline, async ({ page, address, context }) => {
  await page.goto(`${address}font/inter-LICENSE.txt`);
  await page.evaluate(async (script) => {
    const claimed = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
    await navigator.serviceWorker.register(script);
    await claimed;
  }, `${address}sw.js`);
  await page.goto(address);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  await context.setOffline(true);
  await page.reload();
  await page.waitForFunction(() => document.body.innerText.trim().length > 0);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  const kept = await page.evaluate(async () => {
    const paths = ["engine/mt/start.js", "engine/st/worker_bg.wasm"];
    return Promise.all(paths.map(async (path) => (await fetch(path)).status));
  });
  assert.deepEqual(kept, [200, 200]);
});
