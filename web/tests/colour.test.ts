// Contrast by the numbers that the WCAG gives.
import { describe, expect, it } from "vitest";
import { contrast, isHex, luminance, textOn } from "../src/colour";

describe("colours", () => {
  it("has the contrasts of the definition", () => {
    expect(contrast("000000", "FFFFFF")).toBeCloseTo(21, 5);
    expect(contrast("FFFFFF", "FFFFFF")).toBe(1);
    // #767676 is the lightest grey with 4.5 on white, #777777 has less.
    expect(contrast("767676", "FFFFFF")).toBeGreaterThan(4.5);
    expect(contrast("777777", "FFFFFF")).toBeLessThan(4.5);
    expect(luminance("FF0000")).toBeCloseTo(0.2126, 4);
  });

  it("writes on every line's colour so that it can be read", () => {
    for (const back of ["C9252F", "FFD400", "F15A22", "0079C2", "888888", "FFFFFF", "000000"]) expect(contrast(back, textOn(back, "FFFFFF"))).toBeGreaterThan(4.4);
  });

  it("keeps the feed's own text colour where it can be read", () => {
    expect(textOn("C9252F", "FFFFFF")).toBe("FFFFFF");
    expect(textOn("FFD400", "FFFFFF")).toBe("101820");
  });

  it.each(["", "red", "12345", "1234567", undefined])("takes no %s for a colour", (text) => expect(isHex(text)).toBe(false));
});
