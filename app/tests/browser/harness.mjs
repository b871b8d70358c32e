// What a browser test is made of. A test file imports `test` and calls it; `run.mjs` plays what was
// registered.
//
//   import { test } from "./harness.mjs";
//   test("says hello", async ({ page, address, mode }) => { … });
//   test("works alone", { modes: ["plain"], expectErrors: [/no shared memory/] }, async (tools) => { … });
//
// Modes, each with its own host; a test runs once in every mode that it names (default: the first
// two), each time in a fresh profile:
//   isolated  the host sends the headers that let the page share memory
//   plain     it does not, and service workers are blocked: one thread
//   adopted   it does not, and the page's own service worker may add them
//
// Tools handed to a test: `page` (not yet navigated), `context`, `browser`, `address` (with a final
// slash), `mode`, `isolated` (what `crossOriginIsolated` must become), `freshPage()` (another page in
// another fresh profile), `axe()` (accessibility violations of the page), `screenshot(name)`.
// Errors on any console, uncaught errors and failed requests fail the test unless `expectErrors`
// names them. There are no retries.

export const MODES = ["isolated", "plain", "adopted"];

const registered = [];

/** Registers a test. Options: `modes`, `timeoutSeconds`, `expectErrors` (regular expressions). */
export const test = (name, options, body) => {
  if (typeof options === "function") [options, body] = [{}, options];
  const { modes = ["isolated", "plain"], timeoutSeconds = 60, expectErrors = [], viewport } = options;
  for (const mode of modes) {
    if (!MODES.includes(mode)) throw new Error(`test "${name}": no mode "${mode}"`);
  }
  registered.push({ name, modes, timeoutSeconds, expectErrors, viewport, body });
};

/** Hands over what was registered since the last call. */
export const taken = () => registered.splice(0);
