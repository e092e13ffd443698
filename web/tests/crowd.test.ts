// What is said of crowds.
import { describe, expect, it } from "vitest";
import { crowdWords } from "../src/plan/crowd";
import { text } from "../src/words";

const t = (key: string, values?: Record<string, string | number>): string => text("en", key, values);
const at = "2026-11-25T13:14:00Z";

describe("a crowd", () => {
  it("is told by when one is expected, what one waits for, and the fullest part", () => {
    const said = crowdWords({ expectedEndTime: at, gateWait: 480, stopWait: 59, loads: [null, 0.4, 1.38] }, t).join(" · ");
    expect(said).toMatch(/Crowd: there \d\d:14 · 8 min at the ticket gates · fullest part 138 % full/);
  });

  it("may leave one standing for the night", () => {
    expect(crowdWords({ gateWait: 0, stopWait: 0, loads: [] }, t)).toEqual([text("en", "crowds.stranded")]);
  });
});
