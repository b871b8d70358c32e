// The browser's half of `cargo xtask bench`: the engine's rows, run by the worker of the built page, and
// what a person waits for. Prints one JSON object, {"rows": [...]}.

import { startBrowser, startHost } from "./host.mjs";
import { open, state, turn } from "./page.mjs";

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

  // A step of the scrubber, from anywhere in the block: what the page does in the key's own turn, and
  // from the start of the next frame until that frame is painted. The wait for the frame is left out.
  const steps = await page.evaluate(async () => {
    const shell = document.querySelector(".shell");
    const spent = [];
    for (let run = 0; run < 60; run += 1) {
      const before = shell.dataset.step;
      const frame = new Promise((resolve) => {
        requestAnimationFrame(() => {
          const begun = performance.now();
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now() - begun);
          channel.port2.postMessage(0);
        });
      });
      const begun = performance.now();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: run % 6 ? "," : "[", bubbles: true }));
      await Promise.resolve();
      const handled = performance.now() - begun;
      spent.push(handled + (await frame));
      if (shell.dataset.step === before) throw new Error("the key moved nothing");
    }
    return spent;
  });
  const note = `median of ${steps.length}, worst ${Math.max(...steps).toFixed(1)} ms; ${(await state(page)).last} steps in the block`;
  push("a scrub step, key and frame without the wait between", median(steps), "ms", `< ${STEP_BAR_MS}`, note);

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
  await page.context().close();

  // Labs that are programs of their own, each with nothing else in the tab.
  for (const [program, preset] of [["consensus", "consensus/fault-free"], ["shard", "shards/city"], ["strategy", "strategies/dca-calm"]]) {
    const lab = await fresh();
    lab.setDefaultTimeout(0);
    await lab.goto(`${host.address}#preset=${preset}`);
    await lab.waitForFunction(() => document.querySelector(".shell")?.dataset.ready === "true");
    const told = await lab.evaluate(async (program) => {
      const module = await import(new URL(`engine/${program}/${program}.js`, document.baseURI).href);
      await module.default();
      return module.bench();
    }, program);
    rows.push(...JSON.parse(told).map((row) => ({ ...row, where: "browser" })));
    if (program === "shard") {
      const card = lab.locator(".card.race");
      await card.locator('[data-run="race"]').click();
      await card.locator('[data-race-same="true"]', { hasText: "All shards together" }).waitFor();
      const read = async (name) => Number(await card.locator(`[data-race-${name}]`).getAttribute(`data-race-${name}`));
      const [one, many, threads] = [await read("one"), await read("many"), await read("threads")];
      const note = `16 shards of 500 accounts and a pool, 1,000 swaps each a block, ${threads} threads, the same state; no state root`;
      push("one shard with all pools, threads", one, "TPS", null, note);
      push("sixteen shards, threads", many, "TPS", null, note);
      push("sixteen shards ÷ one shard", many / one, "×", "≥ 0.9", note);
    }
    if (program === "strategy") {
      // Many seeds go to a crew of workers, started before by a smaller run.
      const card = lab.locator(".card.fan");
      for (const seeds of ["100", "1000"]) {
        const before = (await state(lab)).fanMs;
        await card.locator("select").first().selectOption(seeds);
        await card.getByRole("button", { name: "Run", exact: true }).click();
        await lab.waitForFunction((before) => {
          const now = document.querySelector(".shell").dataset.fanMs;
          return now && now !== before;
        }, before);
      }
      const note = await card.locator(".measured").textContent();
      push("fan of 1,000 seeds over 30 days", Number((await state(lab)).fanMs) / 1000, "s", "< 10 on 2 threads", note);
    }
    await lab.context().close();
  }
} finally {
  await browser.close();
  host.stop();
}
console.log(JSON.stringify({ rows }, null, 1));
