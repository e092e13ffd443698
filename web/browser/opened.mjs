// Pages opened in a browser of their own for the tests, and what is looked for in each of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

export const BASE = process.env.KAITEKI_PAGE;
const CHROMIUM = process.env.KAITEKI_CHROMIUM ?? "/usr/bin/chromium";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FLAGS = [
  "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--no-first-run",
];
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };
export const WAIT = { timeout: 30_000 };
const name = encodeURIComponent;
export const STATION = `stop=makuhari_JR-East.Kaihimmakuhari&stopName=${name("海浜幕張")}`;
export const JOURNEY = `/?from=makuhari_JR-East.Kaihimmakuhari&fromName=${name("海浜幕張")}&to=35.6552,140.02955&toName=${name("イオンモール幕張新都心")}&time=2026-11-25T17:30`;
export const GAME_NIGHT = `/?from=35.6450,140.0309&fromName=${name("ZOZOマリンスタジアム")}&to=makuhari_JR-East.Soga&toName=${name("蘇我")}&time=2026-08-07T21:30`;
export const AROUND = `/?view=reach&one=35.6486,140.0418&oneName=${name("海浜幕張駅")}&minutes=30&time=2026-08-07T10:00`;

let browser;
before(async () => (browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })));
after(() => browser?.close());

/** A fresh profile. */
export async function visitor({ viewport = PHONE, locale = "ja-JP", colorScheme = "light", device = "Asia/Tokyo", ...more } = {}) {
  return browser.newContext({ viewport, locale, colorScheme, timezoneId: device, permissions: ["geolocation"], geolocation: { latitude: 35.6486, longitude: 140.0418 }, ...more });
}

/** Opens an address in a fresh profile; nothing may be asked of any other server, no script may fail. */
export async function opened(path, { excused = /^$/, refused, ...look } = {}) {
  const context = await visitor(look);
  const page = await context.newPage();
  const foul = [];
  page.on("pageerror", (error) => foul.push(error.message));
  page.on("console", (message) => message.type() === "error" && !excused.test(message.text()) && foul.push(message.text()));
  page.on("request", (request) => /^(data|blob):/.test(request.url()) || request.url().startsWith(BASE) || foul.push(`asked ${request.url()}`));
  if (refused) await page.route(refused.of, (route) => (refused.by ? route.fulfill(refused.by) : route.abort()));
  await page.goto(BASE + path, { waitUntil: "load" });
  return { page, close: async () => {
    await context.close();
    assert.deepEqual(foul, []);
  } };
}

/** What axe-core finds that is serious or critical. */
export async function serious(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES);
  return violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}
