// How tests talk to the page: by what it shows to people, and by the attributes of its frame.

import assert from "node:assert/strict";

/** What the frame says of itself. */
export const state = (page) => page.evaluate(() => ({ ...document.querySelector(".shell")?.dataset }));

/** Waits until the frame's attributes satisfy a condition, and answers with them. */
export const until = async (page, condition, argument) => {
  const source = `(state, argument) => (${condition})(state, argument)`;
  await page.waitForFunction(
    ({ source, argument }) => {
      const shell = document.querySelector(".shell");
      // The page's own code is strict about what it runs; a test may build a function.
      return shell && new Function(`return ${source}`)()({ ...shell.dataset }, argument);
    },
    { source, argument },
  );
  return state(page);
};

/** Opens an address and waits until its first picture is there and the worker says what it is. */
export const open = async (page, address) => {
  await page.goto(address);
  return until(page, (state) => state.ready === "true" && state.worker !== "starting");
};

/** Types a value into a knob and waits for the picture of the changed scenario. */
export const turn = async (page, knob, value) => {
  const before = await state(page);
  const field = page.locator(`[data-knob="${knob}"] input[type="text"]`);
  await field.fill(String(value));
  await field.press("Enter");
  await until(page, (state, before) => state.ready === "true" && state.trace !== before, before.trace);
};

/** Opens the share sheet and reads the link. */
export const link = async (page) => {
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const text = await page.locator("[data-link]").inputValue();
  await page.keyboard.press("Escape");
  return text;
};

/** Fails if two frames show different runs. */
export const sameRun = (a, b) => {
  for (const digest of ["root", "receipts", "trace"]) {
    assert.match(a[digest], /^[0-9a-fx]{32,}$/, digest);
    assert.equal(a[digest], b[digest], digest);
  }
};
