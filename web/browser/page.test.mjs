// The page in a real browser, on the address in KAITEKI_PAGE: what people do with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AROUND, BASE, DESK, GAME_NIGHT, JOURNEY, opened, serious, STATION, visitor, WAIT } from "./opened.mjs";

const cards = (page) => page.locator(".card");

async function chosen(page, label, typed, wanted) {
  const field = page.getByRole("combobox", { name: label });
  await field.fill(typed);
  await page.getByRole("option", { name: wanted }).first().waitFor(WAIT);
  await field.press("ArrowDown");
  await field.press("Enter");
  return field;
}

test("a journey is found by typing kana, by keyboard alone", WAIT, async () => {
  const { page, close } = await opened("/");
  const from = await chosen(page, "出発", "かいひんまくはり", /海浜幕張/);
  assert.equal(await from.inputValue(), "海浜幕張");
  const to = await chosen(page, "到着", "そが", /蘇我/);
  assert.equal(await to.inputValue(), "蘇我");
  await page.getByRole("button", { name: "検索", exact: true }).press("Enter");
  await page.waitForURL(/from=.*to=.*time=/, WAIT);
  await cards(page).or(page.locator(".reason")).first().waitFor(WAIT);
  await close();
});

test("who types faster than suggestions come gets what was typed, not what was offered before", WAIT, async () => {
  const { page, close } = await opened("/");
  const field = page.getByRole("combobox", { name: "出発" });
  await field.fill("幕張");
  await page.getByRole("option").first().waitFor(WAIT);
  await page.route(/geocode/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue();
  });
  await field.fill("そが");
  await field.press("Tab");
  await page.waitForFunction(() => document.querySelector('input[role="combobox"]').value === "蘇我", null, WAIT);
  await close();
});

test("an answer is opened, its steps read, and its address opens the same again", WAIT, async () => {
  const { page, close } = await opened(JOURNEY);
  await cards(page).first().waitFor(WAIT);
  const said = await cards(page).first().innerText();
  assert.match(said, /17:\d\d/);
  assert.match(said, /[¥￥]155/);
  await cards(page).first().click();
  await page.locator(".steps").waitFor(WAIT);
  assert.match(await page.locator(".steps").innerText(), /京葉線/);
  const again = await opened(new URL(page.url()).search.replace(/^/, "/"));
  await again.page.locator(".steps").waitFor(WAIT);
  assert.equal(await again.page.locator(".steps").innerText(), await page.locator(".steps").innerText());
  await page.goBack();
  await cards(page).first().waitFor(WAIT);
  await again.close();
  await close();
});

test("a chosen journey is followed: whether it can be made, and when to leave at the latest", WAIT, async () => {
  const { page, close } = await opened(JOURNEY);
  await cards(page).first().click(WAIT);
  await page.getByRole("button", { name: "この経路を見守る" }).click();
  const told = page.locator(".watch [aria-live]");
  await told.filter({ hasText: /この経路で行けます|この移動は終わりました/ }).waitFor(WAIT);
  assert.match(await told.innerText(), /最後の出発は 17:\d\d|終わりました/);
  await page.getByRole("button", { name: "見守りをやめる" }).click();
  await page.waitForFunction(() => document.querySelector(".watch [aria-live]").textContent === "", null, WAIT);
  await close();
});

test("what is on within reach is told, and one touch plans the way there", WAIT, async () => {
  const { page, close } = await opened(AROUND);
  const game = page.locator(".row", { hasText: "きょう: プロ野球" });
  await game.waitFor(WAIT);
  await page.locator(".row", { hasText: "08/08" }).first().waitFor(WAIT);
  assert.deepEqual(await serious(page), []);
  await game.click();
  await page.waitForURL(/from=35.6486.*to=35.6.*time=2026-08-07T10/, WAIT);
  await cards(page).first().waitFor(WAIT);
  await close();
});

test("the sources lie folded on a phone's map, and name nobody who is not there", WAIT, async () => {
  const { page, close } = await opened(JOURNEY);
  await cards(page).first().click(WAIT);
  await page.locator(".canvas[data-idle]").waitFor(WAIT);
  const sources = page.locator(".maplibregl-ctrl-attrib");
  assert.equal(await sources.locator(".maplibregl-ctrl-attrib-inner").isVisible(), false);
  await sources.locator("summary").click();
  assert.match(await sources.innerText(), /OpenStreetMap/);
  assert.doesNotMatch(await page.locator("footer").innerText(), /example/);
  await close();
});

test("on a game night the crowd is told, and leaving later is advised", WAIT, async () => {
  const { page, close } = await opened(GAME_NIGHT);
  await page.locator(".card .crowd").first().waitFor(WAIT);
  assert.match(await page.locator(".card .crowd").first().innerText(), /到着見込み22:\d\d/);
  const advice = page.locator(".advice");
  const leave = (await advice.innerText()).match(/遅く(\d\d:\d\d)/)[1];
  assert.deepEqual(await serious(page), []);
  await advice.click();
  await page.locator(".steps").waitFor(WAIT);
  assert.equal(await page.locator(".stopover.start time").first().innerText(), leave);
  await close();
});

test("times are the city's, wherever the device is", WAIT, async () => {
  const { page, close } = await opened(JOURNEY, { device: "America/New_York" });
  await cards(page).first().waitFor(WAIT);
  assert.match(await cards(page).first().innerText(), /17:\d\d/);
  await close();
});

test("earlier and later pages join what is there", WAIT, async () => {
  const { page, close } = await opened(JOURNEY);
  await cards(page).first().waitFor(WAIT);
  const scheduled = page.locator('ol[aria-label="電車・バスを使う経路"] time:first-of-type');
  const times = async () => (await scheduled.evaluateAll((all) => all.map((one) => one.dateTime)));
  const first = await times();
  await page.getByRole("button", { name: "次の時間" }).click();
  await page.waitForFunction((count) => document.querySelectorAll(".card").length > count, await cards(page).count(), WAIT);
  const more = await times();
  assert.deepEqual(first.filter((one) => !more.includes(one)), []);
  await page.getByRole("button", { name: "前の時間" }).click();
  await page.waitForFunction((count) => document.querySelectorAll(".card").length > count, await cards(page).count(), WAIT);
  const most = await times();
  assert.deepEqual(more.filter((one) => !most.includes(one)), []);
  assert.ok(most[0] < first[0] && most.at(-1) > first.at(-1));
  assert.match(page.url(), /earlier=1&later=1/);
  await close();
});

test("in a wheelchair nothing is rented and no stairs are taken", WAIT, async () => {
  const { page, close } = await opened(`${JOURNEY}&wheelchair=1`);
  await cards(page).first().waitFor(WAIT);
  const all = (await cards(page).allInnerTexts()).join("\n");
  assert.doesNotMatch(all, /シェア|電動モビリティ/);
  await cards(page).first().click();
  await page.locator(".steps").waitFor(WAIT);
  for (const turns of await page.locator(".leg summary").all()) await turns.click();
  assert.doesNotMatch(await page.locator(".steps").innerText(), /階段/);
  await close();
});

test("the position of the device can be a start", WAIT, async () => {
  const { page, close } = await opened("/");
  await page.getByRole("combobox", { name: "出発" }).focus();
  await page.getByRole("option", { name: "現在地" }).click();
  await page.waitForFunction(() => document.querySelector('input[role="combobox"]').value === "現在地", null, WAIT);
  await close();
});

test("what cannot be asked is refused in a sentence beside the form", WAIT, async () => {
  const { page, close } = await opened("/?from=nowhere&to=35.6,140.1&time=2026-11-25T17:30", { excused: /status of 4/ });
  await page.getByRole("alert").waitFor(WAIT);
  assert.match(await page.getByRole("alert").innerText(), /nowhere/);
  await close();
});

test("a board tells departures, and arrivals when asked", WAIT, async () => {
  const { page, close } = await opened(`/?view=board&${STATION}&time=2026-11-25T17:30`);
  await page.locator("tbody tr").first().waitFor(WAIT);
  assert.match(await page.locator("tbody").innerText(), /東京/);
  await page.getByRole("button", { name: "到着" }).click();
  await page.waitForURL(/arrivals=1/, WAIT);
  await page.getByRole("columnheader", { name: "始発" }).waitFor(WAIT);
  await close();
});

test("vehicles move on the live view, and bicycles are counted", WAIT, async () => {
  const { page, close } = await opened("/?view=live&time=2026-11-25T17:30");
  await page.waitForFunction(() => Number(document.querySelector(".sum strong")?.textContent) > 5, null, WAIT);
  assert.match(await page.locator(".sum").innerText(), /[1-9]\d* 台の自転車/);
  await close();
});

test("demand buses stand on the live view where their operator told, until another moment is looked at", WAIT, async () => {
  const bus = (id, lat) => ({ id, name: "幕張デマンドバス", mode: "FLEX", lat, lon: 140.04, isStanding: false, timestamp: "2026-11-25T03:00:20Z" });
  const { page, close } = await opened("/?view=live", { refused: { of: /v1\/vehicles/, by: { json: { vehicles: [bus("a", 35.65), bus("b", 35.655)] } } } });
  const row = page.locator(".lines li", { hasText: "幕張デマンドバス" });
  await row.waitFor(WAIT);
  assert.match(await row.innerText(), /予約に応じて走行\s*2 台/);
  await page.getByText("12:00 に届いた位置").waitFor(WAIT);
  await page.getByLabel("日時").fill("2026-11-25T17:30");
  await page.waitForURL(/time=/, WAIT);
  await row.waitFor({ ...WAIT, state: "detached" });
  await close();
});

test("a scenario is run, its numbers read, played again and laid beside another", { timeout: 120_000 }, async () => {
  const { page, close } = await opened("/?view=study", { viewport: DESK });
  const numbers = [];
  for (const replications of ["3", "2"]) {
    const card = page.locator(".card", { hasText: "コンサートの夜" });
    await card.getByLabel("繰り返し").fill(replications);
    await card.getByRole("button", { name: "実行" }).click();
    await page.locator(".kpis tbody tr").first().waitFor({ timeout: 60_000 });
    numbers.push(await page.locator(".kpis tbody tr").count());
    if (replications === "3") {
      const clock = page.getByRole("slider");
      const before = await clock.inputValue();
      await page.getByRole("button", { name: "再生する" }).click();
      await page.waitForFunction((old) => Number(document.querySelector('input[type="range"]').value) > Number(old) + 60, before, WAIT);
      await page.getByRole("button", { name: "一時停止" }).click();
      await page.waitForURL(/at=\d+/, WAIT);
      await page.goto(`${BASE}/?view=study`);
    }
  }
  assert.ok(numbers.every((count) => count > 5));
  await page.getByLabel("並べて比べる").selectOption({ index: 1 });
  await page.getByRole("heading", { name: "二つの実行の比較" }).waitFor(WAIT);
  assert.match(page.url(), /with=/);
  await close();
});

test("a mission that flies shows its profile, one that may not its rule and remedy", { timeout: 90_000 }, async () => {
  const { page, close } = await opened("/?view=drones");
  await page.getByRole("button", { name: /市川から幕張ベイパーク/ }).first().click();
  const refused = page.locator(".verdict.bad");
  await refused.waitFor({ timeout: 60_000 });
  assert.match(await refused.innerText(), /対策/);
  await page.goto(`${BASE}/?view=drones&mission=drone-akanehama-cat3`);
  await page.locator(".verdict.good").waitFor({ timeout: 60_000 });
  assert.equal(await page.locator(".chart").count(), 2);
  await close();
});

test("a fleet's day is scheduled, read aircraft by aircraft, and says what is refused and why", { timeout: 150_000 }, async () => {
  const { page, close } = await opened("/?view=drones", { viewport: { width: 320, height: 640 } });
  await page.getByRole("button", { name: /北西の強風の夜/ }).first().click(WAIT);
  await page.getByLabel("探索時間").fill("2");
  await page.getByLabel("再現する日数").fill("2");
  await page.locator(".chip", { hasText: "hybrid-2" }).click();
  await page.getByRole("button", { name: "計画する" }).click();
  await page.locator(".gantt").waitFor({ timeout: 90_000 });
  assert.deepEqual(await page.locator(".gantt button").evaluateAll((all) => all.map((one) => one.firstChild.textContent)), ["cargo-1", "cargo-2", "hybrid-1"]);
  const count = Number((await page.locator(".gantt button").first().innerText()).match(/(\d+) 便/)[1]);
  await page.locator(".gantt button").first().press("Enter");
  await page.waitForURL(/drone=cargo-1/, WAIT);
  assert.equal(await page.locator(".rounds tbody tr").count(), count);
  const refused = page.locator(".verdict.bad");
  await refused.getByText("風が強すぎる").click();
  assert.match(await refused.innerText(), /n\d\d · n\d\d/);
  assert.equal(await page.locator(".kpis tbody tr").count(), 9);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  assert.deepEqual(await serious(page), []);
  const again = await opened(new URL(page.url()).search.replace(/^/, "/"), { colorScheme: "dark" });
  await again.page.locator(".rounds").waitFor(WAIT);
  assert.equal(await again.page.locator(".verdict h3").first().innerText(), await page.locator(".verdict h3").first().innerText());
  assert.deepEqual(await serious(again.page), []);
  await again.close();
  await close();
});

test("the map draws the city from the server's own tiles", WAIT, async () => {
  const { page, close } = await opened("/", { viewport: DESK });
  const tiles = [];
  page.on("response", (response) => /tiles\/\d+/.test(response.url()) && tiles.push(response.status()));
  await page.reload();
  await page.locator(".canvas[data-idle]").waitFor(WAIT);
  assert.ok(tiles.length >= 4 && tiles.every((status) => status < 300), `answers ${tiles}`);
  // Something is drawn: a picture of one colour would be a few hundred bytes.
  assert.ok((await page.locator(".canvas").screenshot()).length > 20_000);
  await close();
});

test("the page speaks English and remembers it", WAIT, async () => {
  const { page, close } = await opened("/", { locale: "en-GB" });
  await page.getByRole("button", { name: "Search", exact: true }).waitFor(WAIT);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.getByRole("button", { name: "日本語" }).click();
  await page.reload();
  await page.getByRole("button", { name: "検索", exact: true }).waitFor(WAIT);
  await close();
});

test("the form can be used before the map's code has come, and little has to come", WAIT, async () => {
  const context = await visitor();
  const page = await context.newPage();
  let map = 0;
  await page.route(/canvas-.*\.js/, async (route) => {
    map += 1;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  const scripts = [];
  page.on("response", async (response) => /\.js$/.test(response.url()) && scripts.push(response));
  await page.goto(BASE, { waitUntil: "commit" });
  await page.getByRole("combobox", { name: "出発" }).fill("そが");
  await page.getByRole("option", { name: /蘇我/ }).first().waitFor(WAIT);
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0, null, WAIT);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  assert.equal(map <= 1, true);
  await page.locator(".canvas[data-idle]").waitFor({ ...WAIT, state: "attached" });
  const idle = await page.locator(".canvas").getAttribute("data-idle");
  const sizes = await page.evaluate(() => performance.getEntriesByType("resource").filter((one) => /\.m?js$/.test(new URL(one.name).pathname)).map((one) => one.encodedBodySize));
  const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000);
  console.log(`# first contentful paint ${Math.round(paint)} ms, map idle ${idle} ms (1500 of them held back), scripts ${kilobytes} kB compressed`);
  assert.ok(kilobytes <= 450, `${kilobytes} kB of scripts`);
  await context.close();
});
