// The pictures of docs/images, taken anew of a running server (`kaiteki serve --live`, by day in Japan): KAITEKI_PAGE=http://127.0.0.1:8080 node browser/pictures.mjs
import { writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const BASE = process.env.KAITEKI_PAGE;
const FOLDER = new URL("../../docs/images/", import.meta.url).pathname;
const FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--lang=ja"];
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
const WAIT = { timeout: 120_000 };
const name = encodeURIComponent;
const STATION = `makuhari_JR-East.Kaihimmakuhari&fromName=${name("海浜幕張")}`;
const JOURNEY = `/?from=${STATION}&to=35.6552,140.02955&toName=${name("イオンモール幕張新都心")}&time=2026-11-25T17:30`;

const browser = await chromium.launch({ executablePath: process.env.KAITEKI_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS, env: { ...process.env, LANGUAGE: "ja" } });

async function pictured(path, { viewport = DESK, colorScheme = "light", act }) {
  const context = await browser.newContext({ viewport, colorScheme, locale: "ja-JP", timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  await page.goto(BASE + path, { waitUntil: "load" });
  await act(page);
  await page.locator(".canvas[data-idle]").waitFor({ ...WAIT, state: "attached" });
  await page.waitForTimeout(6000);
  const picture = await page.screenshot();
  await context.close();
  return picture;
}

const first = (selector) => (page) => page.locator(selector).first().waitFor(WAIT);

async function opened(page) {
  await page.locator(".card").first().click(WAIT);
  await page.locator(".steps").waitFor(WAIT);
}

async function followed(page) {
  await opened(page);
  await page.getByRole("button", { name: "この経路を見守る" }).click();
  await page.locator(".watch .verdict").waitFor(WAIT);
}

async function replayed(page) {
  await page.locator(".card", { hasText: "コンサートの夜" }).getByRole("button", { name: "実行" }).click(WAIT);
  await page.getByRole("button", { name: "再生する" }).click(WAIT);
}

async function scheduled(page) {
  await page.getByRole("button", { name: "計画する" }).click(WAIT);
  await page.locator(".gantt").waitFor(WAIT);
}

const MISSION = "/?view=drones&mission=drone-";
const wanted = {
  "page-journey": [JOURNEY, { act: followed }],
  "page-reach": [`/?view=reach&one=35.6486,140.0418&oneName=${name("海浜幕張駅")}&minutes=30&time=2026-08-07T17:30`, { act: first(".runs .row") }],
  "page-live": ["/?view=live", { act: (page) => page.waitForFunction(() => Number(document.querySelector(".sum strong")?.textContent) > 5, null, WAIT) }],
  "page-mission": [`${MISSION}akanehama-cat3`, { act: first(".verdict.good") }],
  "page-fleet": ["/?view=drones&fleet=drone-day-300", { act: scheduled }],
  "page-replay": ["/?view=study", { act: replayed }],
};
const only = process.argv.slice(2);
for (const [file, [path, how]] of Object.entries(wanted)) {
  if (only.length && !only.includes(file)) continue;
  writeFileSync(`${FOLDER}${file}.png`, await pictured(path, how));
  console.log(file);
}
if (!only.length || only.includes("page-phone")) {
  const phones = [
    await pictured(JOURNEY, { viewport: PHONE, act: first(".card") }),
    await pictured(JOURNEY, { viewport: PHONE, act: followed }),
    await pictured(`${MISSION}ichikawa-cat3`, { viewport: PHONE, colorScheme: "dark", act: first(".verdict.bad") }),
  ];
  const page = await browser.newPage({ viewport: { width: 1210, height: 844 } });
  const images = phones.map((one) => `<img src="data:image/png;base64,${one.toString("base64")}">`).join("");
  await page.setContent(`<style>body{margin:0;display:flex;gap:20px;background:#fff}</style>${images}`);
  writeFileSync(`${FOLDER}page-phone.png`, await page.screenshot());
  console.log("page-phone");
}
await browser.close();
