// The city's clock, whatever the device's.
import { describe, expect, it } from "vitest";
import { dayOf, daysBetween, hourMinute, instantOf, isWall, minuteAfter, shifted, shownSeconds, wallOf } from "../src/clock";

describe("the city's clock", () => {
  it("reads an instant in the city, not where the device is", () => {
    expect(wallOf("2026-11-25T08:30:00Z", "Asia/Tokyo")).toBe("2026-11-25T17:30");
    expect(wallOf("2026-11-25T15:00:00Z", "Asia/Tokyo")).toBe("2026-11-26T00:00");
    expect(hourMinute("2026-01-01T00:05:00Z", "America/Sao_Paulo")).toBe("21:05");
  });

  it.each([
    ["2026-11-25T17:30", "Asia/Tokyo", "2026-11-25T08:30:00.000Z"],
    ["2026-07-01T12:00", "Europe/Lisbon", "2026-07-01T11:00:00.000Z"],
    ["2026-01-01T12:00", "Europe/Lisbon", "2026-01-01T12:00:00.000Z"],
    // The last Sunday of March, clocks go from 1:00 to 2:00; just before and just after.
    ["2026-03-29T00:59", "Europe/Lisbon", "2026-03-29T00:59:00.000Z"],
    ["2026-03-29T02:01", "Europe/Lisbon", "2026-03-29T01:01:00.000Z"],
  ])("finds the instant of %s in %s", (wall, zone, instant) => {
    expect(instantOf(wall, zone).toISOString()).toBe(instant);
    expect(wallOf(instantOf(wall, zone), zone)).toBe(wall);
  });

  it("is there by the minute it shows, and shows as long a way as its two times are apart", () => {
    expect(minuteAfter("2026-11-25T08:43:01Z").toISOString()).toBe("2026-11-25T08:44:00.000Z");
    expect(minuteAfter("2026-11-25T08:43:00Z").toISOString()).toBe("2026-11-25T08:43:00.000Z");
    // 17:36 → 17:44
    expect(shownSeconds("2026-11-25T08:36:00Z", "2026-11-25T08:43:36Z")).toBe(480);
    expect(shownSeconds("2026-11-25T08:36:59Z", "2026-11-25T08:43:00Z")).toBe(420);
  });

  it("names the day in the city", () => {
    expect(dayOf("2026-11-24T15:00:00Z", "Asia/Tokyo", "ja")).toBe("11月25日(水)");
    expect(dayOf("2026-11-24T14:59:00Z", "Asia/Tokyo", "en")).toMatch(/^Tue,? 24 Nov$/);
  });

  it("counts midnights, not day lengths", () => {
    expect(daysBetween("2026-11-25T14:59:00Z", "2026-11-25T15:01:00Z", "Asia/Tokyo")).toBe(1);
    expect(daysBetween("2026-11-25T00:00:00Z", "2026-11-25T14:59:00Z", "Asia/Tokyo")).toBe(0);
  });

  it("moves over midnight and month", () => {
    expect(shifted("2026-11-30T23:55", 10)).toBe("2026-12-01T00:05");
    expect(shifted("2026-12-01T00:05", -10)).toBe("2026-11-30T23:55");
  });

  it.each(["", "2026-11-25", "2026-13-45T99:99", "2026-11-25T17:30:00", undefined])("takes no %s for a time", (text) => {
    expect(isWall(text)).toBe(false);
  });
});
