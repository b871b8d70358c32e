// Keys, screen readers, small screens.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { open, state, until } from "./page.mjs";

/** Nothing that the accessibility rules object to. */
const clean = async (tools, where) => assert.deepEqual(await tools.axe(), [], where);

test("keys alone do everything", async ({ page, address }) => {
  const first = await open(page, `${address}#preset=one-pool`);
  await page.keyboard.press("Home");
  await page.keyboard.press("]");
  const abort = await until(page, (state) => state.step > 0);
  await page.keyboard.press("]");
  await until(page, (state, step) => Number(state.step) > Number(step), abort.step);
  await page.keyboard.press("[");
  await until(page, (state, step) => state.step === step, abort.step);
  await page.keyboard.press("Space");
  await until(page, (state, step) => Number(state.step) > Number(step), abort.step);
  await page.keyboard.press("Space");

  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands" }).waitFor();
  await page.keyboard.type("preset one-key");
  await page.keyboard.press("Enter");
  await until(page, (state, root) => state.ready === "true" && state.root !== root, first.root);

  await page.keyboard.press("Shift+S");
  await page.getByRole("dialog", { name: "Share" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
});

test("steps leave the lanes where they are, and take a close look along", { modes: ["isolated"] }, async ({ page, address }) => {
  await open(page, address);
  const lanes = page.locator(".lanes-picture");
  const seen = new Set();
  const sentences = new Set();
  for (let press = 0; press < 24; press += 1) {
    const before = await state(page);
    await page.keyboard.press(press % 3 ? "," : "[");
    await until(page, (state, step) => state.step !== step, before.step);
    seen.add(JSON.stringify(await lanes.boundingBox()));
    sentences.add(await page.locator(".caption-step").textContent());
  }
  assert.equal(sentences.size, 24, "every step says something else");
  assert.equal(seen.size, 1, `the lanes moved: ${[...seen].join(" ")}`);

  // The canvas that lies above holds the playhead; far from the window there would be nothing on it.
  const marks = () =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => {
            setTimeout(() => {
              const canvas = document.querySelectorAll(".lanes-picture canvas")[1];
              const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              resolve(pixels.some((part) => part > 0));
            });
          });
        }),
    );
  for (let press = 0; press < 8; press += 1) await page.keyboard.press("w");
  await page.keyboard.press("Home");
  await page.keyboard.press("]");
  assert.ok(await marks(), "the playhead is in the window");
});

test("Tab reaches every part and is never caught", async ({ page, address }) => {
  await open(page, address);
  const reached = new Set();
  // Once round everything that takes the focus, and a little more.
  const takers = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex='0']";
  const stops = await page.locator(takers).count();
  for (let presses = 0; presses < stops + 10; presses += 1) {
    await page.keyboard.press("Tab");
    const part = await page.evaluate(() => document.activeElement?.closest("header, .knobs, main, .results, .time")?.className ?? "");
    reached.add(part.split(" ")[0]);
  }
  for (const part of ["header", "knobs", "results", "time"]) assert.ok(reached.has(part), `Tab does not reach ${part}`);
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing, ${theme}`, { timeoutSeconds: 120 }, async (tools) => {
    const { page, address, screenshot } = tools;
    await page.emulateMedia({ colorScheme: theme });
    await open(page, address);
    await until(page, (state) => state.measured > 0);
    await screenshot(`desk-${theme}`);
    await clean(tools, "the page");
    await page.keyboard.press("Shift+S");
    await page.getByRole("dialog", { name: "Share" }).waitFor();
    await screenshot(`share-${theme}`);
    await clean(tools, "share");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await clean(tools, "keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search commands" }).waitFor();
    await clean(tools, "palette");
  });
}

test("at the design size nothing scrolls but the panels", async ({ page, address }) => {
  await open(page, address);
  const page_ = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
  assert.deepEqual(page_, [720, 1280]);
});

test("on a projector at 125 % nothing scrolls but the panels", { viewport: { width: 1024, height: 576 } }, async ({ page, address, screenshot }) => {
  await open(page, address);
  const page_ = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
  assert.deepEqual(page_, [576, 1024]);
  await screenshot("projector");
});

const phone = { viewport: { width: 390, height: 844 } };
test("on a phone it is one column with the time line in sight", phone, async (tools) => {
  const { page, address, screenshot } = tools;
  await open(page, address);
  await until(page, (state) => state.measured > 0);
  await screenshot("phone-light");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(width, 390);
  const time = await page.locator(".time").boundingBox();
  assert.ok(time.y + time.height <= 844.5, `the time line ends at ${time.y + time.height}`);
  await screenshot("phone-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot("phone-dark");
  await clean(tools, "phone");
});

test("nothing glides when the system asks for that", async ({ page, address }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, address);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.motion), "reduced");
});

test("a still page asks for no frames", async ({ page, address }) => {
  await open(page, address);
  await until(page, (state) => state.measured > 0);
  const frames = await page.evaluate(async () => {
    const real = window.requestAnimationFrame.bind(window);
    // What just arrived is painted first.
    await new Promise((resolve) => real(() => real(() => real(resolve))));
    let asked = 0;
    window.requestAnimationFrame = (callback) => {
      asked += 1;
      return real(callback);
    };
    await new Promise((resolve) => real(() => real(() => real(resolve))));
    return asked;
  });
  assert.equal(frames, 0);
  assert.equal((await state(page)).ready, "true");
});
