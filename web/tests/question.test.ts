// A question survives the address bar, and is asked in MOTIS' words.
import { describe, expect, it } from "vitest";
import { read, written } from "../src/address";
import { asked, MEANS, parametersOf, questionOf, USUAL, type Question } from "../src/plan/question";

const QUESTION: Question = {
  from: { at: "jre_km", name: "海浜幕張" }, to: { at: "35.6,140.1", name: "ここ & そこ" }, via: undefined, stay: 0, time: "2026-11-25T17:30",
  arrive: false, means: USUAL, wheelchair: false, earlier: 0, later: 0, open: "",
};

describe("a question in the address bar", () => {
  it.each<Partial<Question>>([
    {}, { arrive: true }, { wheelchair: true, open: "k3x" }, { earlier: 2, later: 1 }, { means: ["rail", "taxi"] }, { means: [] }, { time: null },
    { via: { at: "jre_sg", name: "蘇我" }, stay: 15 }, { means: [...MEANS] }, { from: undefined },
  ])("comes back as it went: %o", (part) => {
    const question = { ...QUESTION, ...part };
    const search = written({ view: "plan", parameters: parametersOf(question) });
    expect(questionOf(read(search).parameters)).toEqual(question);
  });

  it("is short where everything is usual", () => {
    expect(Object.entries(parametersOf(QUESTION)).filter(([, value]) => value).map(([key]) => key)).toEqual(["from", "fromName", "to", "toName", "time"]);
  });

  it("stands what strangers write", () => {
    const question = questionOf({ time: "yesterday", earlier: "-4", later: "100", stay: "x", means: "rail,broom", from: "" });
    expect(question).toMatchObject({ time: null, earlier: 0, later: 20, stay: 0, means: ["rail"], from: undefined });
    expect(read("?view=nowhere&a=1")).toEqual({ view: "plan", parameters: { a: "1" } });
  });
});

describe("a question to the server", () => {
  it("names the instant of the city's clock", () => {
    expect(asked(QUESTION, "Asia/Tokyo", "ja")).toMatchObject({ time: "2026-11-25T08:30:00.000Z", transitModes: ["TRANSIT"], language: ["ja"] });
  });

  it("rents only what was asked for", () => {
    expect(asked({ ...QUESTION, means: ["rail", "bicycle"] }, "Asia/Tokyo", "ja")).toMatchObject({ directModes: ["WALK", "RENTAL"], directRentalFormFactors: ["BICYCLE"] });
    expect(asked({ ...QUESTION, means: ["bus"] }, "Asia/Tokyo", "ja")).toMatchObject({ transitModes: ["BUS", "COACH"], preTransitModes: ["WALK"], directRentalFormFactors: undefined });
  });

  it("rents nothing in a wheelchair, and calls a taxi only all the way", () => {
    const body = asked({ ...QUESTION, wheelchair: true }, "Asia/Tokyo", "ja");
    expect(body).toMatchObject({ pedestrianProfile: "WHEELCHAIR", directModes: ["WALK", "FLEX", "ODM"], preTransitModes: ["WALK", "FLEX"] });
  });

  it("asks for no scheduled transport where none is wanted", () => {
    expect(asked({ ...QUESTION, means: ["taxi"] }, "Asia/Tokyo", "ja")).toMatchObject({ numItineraries: 0, directModes: ["WALK", "ODM"] });
  });
});
