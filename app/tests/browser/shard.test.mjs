// The shard lab: opens by link and by tab, shows what the engine computes, and is interfered with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";
import { link, until } from "./page.mjs";

const ready = (page) => until(page, (state) => state.lab === "shards" && state.ready === "true" && state.digest);

/** Opens an address of the lab and waits for its run. */
const open = async (page, address) => {
  await page.goto(address);
  return ready(page);
};

const golden = readFileSync(new URL("../../../engine/tests/shards.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(" "));

test("every preset of shards is the native run, digest by digest", { modes: ["plain"], timeoutSeconds: 300 }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/city`);
  const shipped = await page.locator(".scenario optgroup").first().locator("option").evaluateAll((all) => all.map((one) => one.value));
  assert.deepEqual(shipped, golden.map(([preset]) => preset));
  for (const [preset, digest] of golden) {
    await page.locator(".scenario select").selectOption(preset);
    await until(page, (state, digest) => state.ready === "true" && state.digest === digest, digest);
    const broken = preset === "reorganisation-after-relay";
    await page.locator(`[data-safety="${broken ? "broken" : "held"}"]`).waitFor();
  }
});

test("a fault by hand is another future, in the link, and can be undone", { modes: ["plain"] }, async ({ page, address, freshPage }) => {
  const before = await open(page, `${address}#preset=shards/city`);
  assert.equal(before.acts, "0");
  await page.locator('.district[data-shard="2"]').click();
  await page.locator('[data-deed="stall"]').click();
  const after = await until(page, (state, digest) => state.ready === "true" && state.acts === "1" && state.digest !== digest, before.digest);
  assert.equal(after.at, before.at);
  await page.locator('.district.hit[data-shard="2"]').waitFor();
  const text = await link(page);
  assert.match(text, /#3\./);
  const other = await freshPage();
  const opened = await open(other, text);
  assert.equal(opened.digest, after.digest);
  await page.keyboard.press("Control+z");
  await until(page, (state, digest) => state.ready === "true" && state.digest === digest, before.digest);
});

/** The middle of an element on the screen. */
const middle = async (locator) => {
  const box = await locator.boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
};

const seen = (page) => until(page, (state) => state.ready === "true" && state.looked === state.at);

test("an account is dragged to another shard: another future, in the link, undone like any other act", { modes: ["plain"] }, async ({ page, address, freshPage }) => {
  const before = await open(page, `${address}#preset=shards/city`);
  await seen(page);
  const tag = page.locator(".tag[data-account]").first();
  const account = await tag.getAttribute("data-account");
  const [x, y] = await middle(tag);
  const [toX, toY] = await middle(page.locator('.district[data-shard="3"] .ground'));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move((x + toX) / 2, (y + toY) / 2, { steps: 4 });
  await page.locator(".tag.ghost").waitFor();
  await page.mouse.move(toX, toY, { steps: 4 });
  await page.locator('.district.target[data-shard="3"]').waitFor();
  // Escape lets go of it and nothing has happened.
  await page.keyboard.press("Escape");
  await page.locator(".tag.ghost").waitFor({ state: "detached" });
  await page.mouse.up();
  assert.equal((await seen(page)).acts, "0");
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(toX, toY, { steps: 8 });
  await page.mouse.up();
  const after = await until(page, (state, digest) => state.ready === "true" && state.acts === "1" && state.digest !== digest, before.digest);
  assert.equal(after.at, before.at);
  await page.locator(".acts li", { hasText: `account ${account} to shard 3` }).waitFor();
  const text = await link(page);
  const other = await freshPage();
  assert.equal((await open(other, text)).digest, after.digest);
  // At the end it lives there: the engine says so.
  await page.keyboard.press("End");
  await seen(page);
  await page.locator('.district[data-shard="3"]').click();
  await page.locator("[data-account-number]").fill(account);
  await page.locator("[data-account-number]").press("Enter");
  await page.locator(`.account[data-account="${account}"] .figure`, { hasText: /^3$/ }).waitFor();
  await page.keyboard.press("Control+z");
  await until(page, (state, digest) => state.ready === "true" && state.digest === digest, before.digest);
});

test("the same without dragging: keys on a tag, and a choice of shards", { modes: ["plain"] }, async ({ page, address, axe }) => {
  const before = await open(page, `${address}#preset=shards/city`);
  await seen(page);
  const tag = page.locator(".tag[data-account]").nth(1);
  const account = await tag.getAttribute("data-account");
  await tag.focus();
  await page.keyboard.press("Enter");
  const card = page.locator(`.account[data-account="${account}"]`);
  await card.locator("select").selectOption("2");
  assert.deepEqual(await axe(), []);
  await card.locator('[data-deed="move"]').click();
  await until(page, (state, digest) => state.ready === "true" && state.acts === "1" && state.digest !== digest, before.digest);
  await page.locator(".acts li", { hasText: `account ${account} to shard 2` }).waitFor();
});

test("from the city into a district's block, to an entry, to a proved receipt, and back", { modes: ["plain"] }, async ({ page, address, axe }) => {
  await open(page, `${address}#preset=shards/dex-on-one-shard`);
  const district = page.locator('.district[data-shard="0"]');
  await district.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await until(page, (state) => state.zoom === "0");
  await page.locator(".lanes-summary", { hasText: "The state is that of the serial run." }).waitFor();
  // Swaps of one pool meet: some ran for nothing, and say so in words and as a shape.
  await page.locator(".entries", { hasText: "for nothing" }).waitFor();
  assert.ok((await page.locator(".lane-strip rect.again, .lane-strip rect.waited").count()) > 0);
  // What leaves a shard has a receipt.
  await page.locator(".entries button", { hasText: "trade" }).first().click();
  const receipt = page.locator('.entry .receipt[data-holds="true"]').first();
  await receipt.locator("summary").click();
  await receipt.locator(".path .root").waitFor();
  assert.deepEqual(await axe(), []);
  await page.locator(".entry [data-follow]").click();
  await page.locator(".results .steps button").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".card.entry").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await until(page, (state) => state.zoom === undefined);
  await page.locator(".city .district").first().waitFor();
  await district.dblclick();
  await until(page, (state) => state.zoom === "0");
  await page.locator('[data-zoom="city"]').click();
  await until(page, (state) => state.zoom === undefined);
});

test("a block's committee is seen message by message on the lab's time, and leads to its moments", { modes: ["plain"] }, async ({ page, address, axe }) => {
  await open(page, `${address}#preset=shards/real-committees`);
  const district = page.locator('.district[data-shard="1"]');
  await district.dblclick();
  await until(page, (state) => state.zoom === "1" && state.looked === state.at);
  await page.locator("[data-talk]", { hasText: "messages about this block in" }).waitFor();
  // As Castro and Liskov count them: n−1, (n−1)² and n(n−1).
  const counts = await page.locator(".city-legend [data-kind] b").allTextContents();
  const members = await page.locator(".talk .member").count();
  assert.deepEqual(counts.slice(0, 3).map(Number), [members - 1, (members - 1) ** 2, members * (members - 1)]);
  assert.deepEqual(await axe(), []);
  // To the proposal: the present is in the picture, and the block is the same.
  const proposed = await page.locator('[data-moment="proposed"]').textContent();
  await page.locator('[data-moment="proposed"]').click();
  await page.locator(".talk .present").waitFor({ state: "attached" });
  const early = await until(page, (state) => state.looked === state.at);
  assert.equal(await page.locator('[data-moment="proposed"]').textContent(), proposed);
  // A press in the picture goes on in time; the block is agreed on at its end.
  const picture = await page.locator("svg.talk").boundingBox();
  await page.mouse.click(picture.x + picture.width / 2, picture.y + picture.height / 2);
  const later = await until(page, (state, at) => state.looked === state.at && Number(state.at) > Number(at), early.at);
  await page.locator('[data-moment="agreed"]').click();
  await until(page, (state, at) => Number(state.at) > Number(at), later.at);
  // A kind is lit up, the others step back.
  await page.locator(".city-legend [data-kind]").first().click();
  await page.locator(".talk g.back").first().waitFor();
});

test("on a phone a block's entries can be touched", { modes: ["plain"], viewport: { width: 390, height: 844 } }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/dex-on-one-shard`);
  await seen(page);
  await page.locator('.district[data-shard="0"]').dblclick();
  await until(page, (state) => state.zoom === "0");
  await page.locator(".entries button", { hasText: "trade" }).first().click();
  await page.locator(".card.entry").waitFor();
});

test("on a phone an account is chosen from a list and moved by a finger", { modes: ["plain"], viewport: { width: 390, height: 844 } }, async ({ page, address }) => {
  const before = await open(page, `${address}#preset=shards/city`);
  await seen(page);
  assert.ok((await page.locator(".tag[data-account]").count()) > 0);
  await page.locator('.district[data-shard="1"]').click();
  await page.locator(".residents button").first().click();
  await page.locator('.account [data-deed="move"]').click();
  await until(page, (state, digest) => state.ready === "true" && state.acts === "1" && state.digest !== digest, before.digest);
});

test("time runs, steps from block to block, and a transaction can be followed", { modes: ["plain"] }, async ({ page, address }) => {
  const start = await open(page, `${address}#preset=shards/city`);
  await page.keyboard.press(".");
  const step = await until(page, (state, at) => Number(state.at) > Number(at), start.at);
  await page.keyboard.press(",");
  await until(page, (state, at) => Number(state.at) < Number(at), step.at);
  // One that touches several shards sends something.
  await page.locator(".moment button.happening", { hasText: "→" }).first().click();
  await page.locator(".results .steps button").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".transport .play").click();
  await until(page, (state, at) => Number(state.at) > Number(at), step.at);
});

test("all protocols run on one document, and shards are scaled", { modes: ["plain"], timeoutSeconds: 240 }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/city`);
  await page.locator('[data-run="compare"]').click();
  await until(page, (state) => state.compared === "8");
  const isolated = await page.locator('tr[data-protocol="sbac"] td:not(.figure)').allTextContents();
  assert.deepEqual(isolated, ["yes", "kept"]);
  await page.locator('[data-run="scale"]').click();
  await until(page, (state) => state.scaled === "6");
  const figures = await page.locator("tr[data-shards] td:first-of-type").allTextContents();
  const numbers = figures.map((text) => Number(text.replaceAll(/[^0-9]/g, "")));
  assert.ok(numbers.every((value, place) => place === 0 || value > numbers[place - 1]), numbers.join(" "));
});

test("sixteen shards race against one on real threads, and leave the same state", { timeoutSeconds: 180 }, async ({ page, address, isolated, axe }) => {
  await open(page, `${address}#preset=shards/city`);
  const card = page.locator(".card.race");
  const figure = async (name) => Number(await card.locator(`[data-race-${name}]`).getAttribute(`data-race-${name}`));
  await card.locator('[data-run="race"]').click();
  await card.locator('[data-race-same="true"]', { hasText: "All shards together" }).waitFor({ timeout: 120000 });
  const threads = await figure("threads");
  assert.ok(isolated ? threads > 1 : threads === 1, `${threads} threads`);
  assert.ok((await figure("one")) > 1000 && (await figure("many")) > 1000);
  assert.deepEqual(await axe(), []);
  // The same worker runs the other protocols, with the same results.
  await page.locator('[data-run="compare"]').click();
  await until(page, (state) => state.compared === "8");
  const kept = await page.locator(".compare tbody td:last-child").allTextContents();
  assert.deepEqual(kept, Array(8).fill("kept"));
});

test("the shard lab is one of the labs, and a broken link is told", { modes: ["plain"] }, async ({ page, address }) => {
  await open(page, `${address}#preset=shards/none`);
  await page.locator('[data-notice="bad-link"]', { hasText: "no preset" }).waitFor();
  await page.locator(".labs a", { hasText: "Consensus" }).click();
  await until(page, (state) => state.lab === "consensus" && state.ready === "true");
  await page.locator(".labs a", { hasText: "Shards" }).click();
  await ready(page);
});
