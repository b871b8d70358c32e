// Runs every `*.test.mjs` in this folder, one test after the other, and ends with
// `browser: N passed, N failed`. An argument keeps only the tests whose name contains it.

import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MODES, taken } from "./harness.mjs";
import { startBrowser, startHost } from "./host.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const SCREENSHOTS = join(HERE, "../../../target/screenshots");
const VIEWPORT = { width: 1280, height: 720 };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Collects everything that a page complains about. */
const listen = (context, complaints) => {
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().stack ?? error.error()}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // A request that the page itself gave up, by leaving or by ending a worker, is no failure.
    if (reason !== "net::ERR_ABORTED") complaints.push(`request: ${request.url()} ${reason}`);
  });
};

/** Accessibility violations, each as rule, impact, and the elements it concerns. */
const axe = async (page) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, at: nodes.map((node) => node.target.join(" ")) }));
};

const play = async ({ browser, hosts, test, mode }) => {
  const complaints = [];
  const contexts = [];
  const isolated = mode !== "plain";
  const fresh = async () => {
    const serviceWorkers = mode === "adopted" ? "allow" : "block";
    const context = await browser.newContext({ viewport: test.viewport ?? VIEWPORT, serviceWorkers });
    listen(context, complaints);
    contexts.push(context);
    return context;
  };
  let timer;
  try {
    const context = await fresh();
    const page = await context.newPage();
    const tools = {
      page,
      context,
      browser,
      mode,
      isolated,
      address: (mode === "isolated" ? hosts.isolated : hosts.plain).address,
      freshPage: async () => (await fresh()).newPage(),
      axe: (which = page) => axe(which),
      screenshot: async (name, which = page) => {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await which.screenshot({ path: join(SCREENSHOTS, `${name}-${mode}.png`) });
      },
    };
    const limit = new Promise((_, reject) => {
      const late = () => reject(new Error(`not done after ${test.timeoutSeconds} s`));
      timer = setTimeout(late, test.timeoutSeconds * 1000);
    });
    await Promise.race([test.body(tools), limit]);
    const unexpected = complaints.filter((text) => !test.expectErrors.some((pattern) => pattern.test(text)));
    if (unexpected.length > 0) throw new Error(`the page complained:\n${unexpected.join("\n")}`);
  } catch (error) {
    // What the page said on the way is often the reason.
    if (complaints.length > 0 && !String(error.message).startsWith("the page complained")) {
      error.message += `\nthe page complained meanwhile:\n${complaints.join("\n")}`;
    }
    throw error;
  } finally {
    clearTimeout(timer);
    await Promise.all(contexts.map((context) => context.close()));
  }
};

const wanted = process.argv[2] ?? "";
const tests = [];
for (const file of readdirSync(HERE).filter((name) => name.endsWith(".test.mjs")).sort()) {
  await import(pathToFileURL(join(HERE, file)));
  for (const test of taken()) tests.push({ ...test, name: `${file.replace(".test.mjs", "")} › ${test.name}` });
}

const hosts = { isolated: await startHost({ isolated: true }), plain: await startHost({ isolated: false }) };
let passed = 0;
let failed = 0;
try {
  const browser = await startBrowser();
  console.log(`  Chromium ${browser.version()}`);
  for (const mode of MODES) {
    for (const test of tests.filter((test) => test.modes.includes(mode) && test.name.includes(wanted))) {
      const begun = performance.now();
      const took = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
      try {
        await play({ browser, hosts, test, mode });
        passed += 1;
        console.log(`  ok      ${mode} › ${test.name} (${took()})`);
      } catch (error) {
        failed += 1;
        console.log(`  FAILED  ${mode} › ${test.name} (${took()})\n${String(error.stack ?? error).replace(/^/gm, "          ")}`);
      }
    }
  }
  await browser.close();
} finally {
  hosts.isolated.stop();
  hosts.plain.stop();
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
