// The browser's half of `cargo xtask bench`: the engine's rows, run by the worker of the built page, and
// what a person waits for. Prints one JSON object, {"rows": [...]}.

import { startBrowser, startHost } from "./host.mjs";
import { open, turn } from "./page.mjs";

const BLOCK_BAR_SECONDS = 3;
const STEP_BAR_MS = 16;
const KNOB_BAR_MS = 150;
const THREADS = 2;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = [];
const push = (name, value, unit, bar, note) => rows.push({ name, where: "browser", value, unit, bar, note });

const host = await startHost({ isolated: true });
const browser = await startBrowser();
try {
  const fresh = async () => (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();

  // From navigation to the first finished block, in five fresh profiles.
  const first = [];
  for (let run = 0; run < 5; run += 1) {
    const page = await fresh();
    const begun = performance.now();
    await page.goto(host.address);
    await page.waitForFunction(() => document.querySelector(".shell")?.dataset.ready === "true");
    first.push((performance.now() - begun) / 1000);
    await page.context().close();
  }
  push("navigation to the first finished block", median(first), "s", `< ${BLOCK_BAR_SECONDS}`, "median of 5 fresh profiles; default scenario");

  const page = await fresh();
  await open(page, `${host.address}?probe`);

  // A step of the scrubber: from the key to the next painted frame's end of work.
  const steps = await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
    const scrubber = document.querySelector("[role=slider], input[type=range][data-scrubber], .scrubber input");
    const spent = [];
    for (let run = 0; run < 60; run += 1) {
      const key = run % 2 ? "PageDown" : "ArrowLeft";
      const begun = performance.now();
      (scrubber ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await Promise.resolve();
      const handled = performance.now() - begun;
      const before = performance.now();
      await frame();
      const channel = new MessageChannel();
      await new Promise((resolve) => { channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
      const painted = performance.now() - before;
      spent.push({ handled, painted });
    }
    return spent;
  });
  push("a scrub step, work before the frame", median(steps.map(({ handled }) => handled)), "ms", `< ${STEP_BAR_MS}`, `median of ${steps.length}, default scenario`);

  // A knob, at 500 transactions.
  await turn(page, "transactions", 500);
  const knob = [];
  for (let run = 0; run < 9; run += 1) {
    const begun = performance.now();
    await turn(page, "seed", 100 + run);
    knob.push(performance.now() - begun);
  }
  push("a knob to the new picture, 500 transactions", median(knob), "ms", `< ${KNOB_BAR_MS}`, "median of 9; includes typing the value and the driver's polling");

  const engine = JSON.parse(await page.evaluate((threads) => window.interleave.bench(threads), THREADS));
  rows.push(...engine.map((row) => ({ ...row, where: "browser" })));
} finally {
  await browser.close();
  host.stop();
}
console.log(JSON.stringify({ rows }, null, 1));
