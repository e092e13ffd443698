// Whether everyone can use the page: by keyboard, by screen reader, on the smallest screen, by day and by night (WCAG 2.2 AA).
import assert from "node:assert/strict";
import { test } from "node:test";
import { AROUND, BASE, DESK, GAME_NIGHT, JOURNEY, opened, PHONE, serious, STATION, WAIT } from "./opened.mjs";

const MISSION = "/?view=drones&mission=drone-";
const SMALL = { width: 320, height: 640 };

const seen = (selector) => (page) => page.locator(selector).first().waitFor(WAIT);

async function chosen(page) {
  await page.locator(".card").first().click(WAIT);
  await page.locator(".steps").waitFor(WAIT);
}

async function unfolded(page) {
  for (const one of await page.locator("main summary:visible").all()) await one.click();
}

/** What people see: an address, what has to have come, and what the server would not answer. */
const STATES = {
  "an empty form": ["/", seen(".primary")],
  "suggestions": ["/", async (page) => {
    await page.getByRole("combobox").first().fill("まくはり");
    await page.getByRole("option").nth(2).waitFor(WAIT);
    await page.keyboard.press("ArrowDown");
  }],
  "means and needs": ["/", (page) => page.locator(".choices summary").click()],
  "answers": [JOURNEY, seen(".card")],
  "answers in a wheelchair by way of a stop": [`${JOURNEY}&wheelchair=1&via=makuhari_JR-East.Makuhari&viaName=${encodeURIComponent("幕張")}&stay=15`, seen(".card, .reason")],
  "a chosen way": [JOURNEY, async (page) => {
    await chosen(page);
    await unfolded(page);
  }],
  "a way that is followed": [JOURNEY, async (page) => {
    await chosen(page);
    await page.locator(".watch button").click();
    await page.locator(".watch [aria-live] > *").first().waitFor(WAIT);
  }],
  "no timetable on that day": [JOURNEY.replace("2026", "2031"), seen(".reason")],
  "a crowd": [GAME_NIGHT, seen(".crowd")],
  "a place that is not there": ["/?from=nowhere&to=35.6,140.1&time=2026-11-25T17:30", seen("[role=alert]"), { excused: /status of 404/ }],
  "no server": [JOURNEY, seen("[role=alert]"), { refused: { of: /v6\/plan/ }, excused: /ERR_FAILED/ }],
  "too many questions": [JOURNEY, seen("[role=alert]"), { refused: { of: /v6\/plan/, by: { status: 429, headers: { "Retry-After": "7" }, json: { error: "too many" } } }, excused: /status of 429/ }],
  "a board": [`/?view=board&${STATION}&time=2026-11-25T17:30`, seen("tbody tr")],
  "a board without departures": [`/?view=board&${STATION}&time=2031-11-25T17:30`, seen(".reason")],
  "what moves": ["/?view=live&time=2026-11-25T17:30", seen(".lines li")],
  "what is within reach": [AROUND, seen(".runs .row")],
  "scenarios": ["/?view=study", seen(".card")],
  "a run": ["/?view=study", async (page) => {
    const card = page.locator(".card").filter({ hasText: /イオンモール周回 コンサートの夜|AEON Mall loop on a concert night/ });
    await card.locator("input").first().fill("2");
    await card.locator(".strong").click(WAIT);
    await page.locator(".kpis tbody tr").first().waitFor(WAIT);
    await unfolded(page);
  }],
  "two runs side by side": ["/?view=study", async (page) => {
    const runs = `${BASE}/kaiteki/v1/runs`;
    const begun = await Promise.all([1, 2].map(async (seed) => (await page.request.post(runs, { data: { scenario: "loop-concert-night", replications: 2, seed } })).json()));
    while ((await Promise.all(begun.map(async ({ id }) => (await page.request.get(`${runs}/${id}`)).json()))).some(({ state }) => state !== "DONE")) await page.waitForTimeout(300);
    await page.goto(`${BASE}/?view=study&run=${begun[0].id}&with=${begun[1].id}`);
    await page.locator(".change").first().waitFor(WAIT);
    await unfolded(page);
  }],
  "missions": ["/?view=drones", seen(".card")],
  "a flight": [`${MISSION}akanehama-cat3`, async (page) => {
    await seen(".verdict.good")(page);
    await unfolded(page);
  }],
  "a refused flight": [`${MISSION}ichikawa-cat3`, seen(".verdict.bad")],
  "a fleet's day to be planned": ["/?view=drones&fleet=drone-night-northwest", seen(".primary")],
};

/** What does not fit the screen, and what is too small to be touched (WCAG 2.2, 1.4.10 and 2.5.8; links within a sentence may be). */
function unfit() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const targets = [...document.querySelectorAll("main :is(button, summary, input, select, a[href], [role=option]), .views a, .tools button")];
  const small = targets.filter((one) => {
    const { width, height } = (one.closest("label") ?? one).getBoundingClientRect();
    return one.checkVisibility() && !one.closest("p, footer") && Math.min(width, height) < 24;
  });
  return [...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px wider than the screen`] : []), ...small.map((one) => one.outerHTML.slice(0, 90))];
}

for (const [state, [path, act, more]] of Object.entries(STATES)) {
  test(`${state}: axe-core finds nothing serious by day and by night, and the smallest screen holds it`, { timeout: 120_000 }, async () => {
    const looks = [{ colorScheme: "dark", locale: "en-GB", viewport: DESK }, { colorScheme: "light", viewport: SMALL }];
    for (const look of looks) {
      const { page, close } = await opened(path, { ...look, ...more });
      await act(page);
      assert.deepEqual(await serious(page), [], look.colorScheme);
      assert.deepEqual(await page.evaluate(unfit), [], look.colorScheme);
      await close();
    }
  });
}

/** Where the focus is after so many steps: what has it, whether it is marked, and whether anything hides it. */
async function stepped(page) {
  await page.keyboard.press("Tab");
  return page.evaluate(() => {
    const one = document.activeElement;
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const [x, y] = [(Math.max(0, left) + Math.min(innerWidth, right)) / 2, (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2];
    const above = document.elementFromPoint(x, y);
    const marks = [one, one.parentElement, one.closest(".field"), one.nextElementSibling].filter(Boolean).map((each) => getComputedStyle(each));
    return {
      name: `${one.tagName} ${(one.getAttribute("aria-label") ?? one.textContent).slice(0, 40)}`,
      isMarked: marks.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
      isSeen: !!above && (above === one || one.contains(above) || !!above.closest("label")?.contains(one)),
    };
  });
}

test("by keyboard alone one searches, chooses, reads and comes back, and always sees where one is", { timeout: 90_000 }, async () => {
  const { page, close } = await opened(JOURNEY, { viewport: PHONE });
  await page.locator(".card").first().waitFor(WAIT);
  const reached = async (wanted) => {
    for (let steps = 0; steps < 60; steps += 1) {
      const { name, isMarked, isSeen } = await stepped(page);
      assert.ok(isMarked, `${name} is not marked`);
      assert.ok(isSeen, `${name} is hidden`);
      if (wanted.test(name)) return name;
    }
    throw new Error(`${wanted} was not reached`);
  };
  await reached(/変更/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "検索", exact: true }).waitFor(WAIT);
  await reached(/検索/);
  await page.keyboard.press("Enter");
  await page.locator(".card").first().waitFor(WAIT);
  await reached(/17:\d\d→/);
  await page.keyboard.press("Enter");
  await page.locator(".steps").waitFor(WAIT);
  await page.waitForFunction(() => document.activeElement?.tagName === "H2", null, WAIT);
  await reached(/道順|停車/);
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(".leg details[open]").count());
  await page.goBack();
  await page.locator(".card").first().waitFor(WAIT);
  await close();
});

test("who asks for less motion gets none", WAIT, async () => {
  const { page, close } = await opened("/?view=board", { reducedMotion: "reduce" });
  await page.route(/v6\/plan/, () => undefined);
  await page.goto(new URL(page.url()).origin + JOURNEY);
  await page.locator(".ghost").first().waitFor(WAIT);
  assert.deepEqual(await page.evaluate(() => document.getAnimations().map((one) => one.animationName)), []);
  await close();
});

test("who could not be answered asks again at a touch", WAIT, async () => {
  const { page, close } = await opened(JOURNEY, { excused: /ERR_FAILED/ });
  await page.route(/v6\/plan/, (route) => route.abort(), { times: 1 });
  await page.reload();
  await page.getByRole("alert").getByText("サーバーにつながりません").waitFor(WAIT);
  await page.getByRole("button", { name: "もう一度" }).click();
  await page.locator(".card").first().waitFor(WAIT);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "content");
  await close();
});
