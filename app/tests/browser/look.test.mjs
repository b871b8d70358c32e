// How the labs of shards and strategies look: for everybody, at the design size, and on a phone.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { until } from "./page.mjs";

const LABS = { shards: ["city", "vanished-client"], strategies: ["stop-crash", "leverage-guarded", "ring-of-three"] };

const open = async (page, address) => {
  await page.goto(address);
  return until(page, (state) => state.ready === "true" && state.digest);
};

for (const [lab, presets] of Object.entries(LABS)) {
  for (const theme of ["light", "dark"]) {
    test(`axe finds nothing in the lab of ${lab}, ${theme}`, { modes: ["plain"], timeoutSeconds: 180 }, async ({ page, address, axe, screenshot }) => {
      await page.emulateMedia({ colorScheme: theme });
      for (const preset of presets) {
        await open(page, `${address}?${preset}#preset=${lab}/${preset}`);
        if (lab === "strategies") await until(page, (state) => state.looked === state.at);
        await screenshot(`${lab}-${preset}-${theme}`);
        assert.deepEqual(await axe(), [], preset);
      }
    });
  }

  test(`at the design size nothing of the lab of ${lab} scrolls but the panels`, { modes: ["plain"] }, async ({ page, address }) => {
    await open(page, `${address}#preset=${lab}/${presets[0]}`);
    const size = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
    assert.deepEqual(size, [720, 1280]);
  });

  test(`on a phone the lab of ${lab} is one column with the time line in sight`, { modes: ["plain"], viewport: { width: 390, height: 844 } }, async ({ page, address, axe, screenshot }) => {
    await open(page, `${address}#preset=${lab}/${presets[0]}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const time = await page.locator(".time").boundingBox();
    assert.ok(time.y + time.height <= 844.5, `the time line ends at ${time.y + time.height}`);
    await screenshot(`${lab}-phone`);
    assert.deepEqual(await axe(), []);
  });
}
