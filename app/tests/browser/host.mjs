// Starts the site's own server and the browser, for tests and benchmarks alike. `cargo xtask` says
// where both are; by hand: INTERLEAVE_XTASK=target/debug/xtask node app/tests/browser/run.mjs

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const XTASK = process.env.INTERLEAVE_XTASK ?? "target/debug/xtask";
const CHROMIUM = process.env.INTERLEAVE_CHROMIUM ?? "/usr/bin/chromium";

/** Serves `dist/` on a free port. Resolves to its address and a function that ends it. */
export const startHost = ({ isolated }) =>
  new Promise((resolve, reject) => {
    const options = ["serve", "--no-build", "--port", "0", ...(isolated ? [] : ["--no-isolation"])];
    const host = spawn(XTASK, options, { stdio: ["ignore", "pipe", "inherit"] });
    host.on("error", reject);
    host.on("exit", (code) => reject(new Error(`the host ended at once (${code})`)));
    createInterface({ input: host.stdout }).on("line", (line) => {
      const address = /http:\/\/[\d.]+:\d+\//.exec(line)?.[0];
      if (address) resolve({ address, stop: () => host.kill() });
    });
  });

/** Starts Chromium without a window. As root it has no sandbox; the network is left alone. */
export const startBrowser = () =>
  chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--font-render-hinting=none",
    ],
  });
