// Encoded lines, by the published example and by coding them again.
import { describe, expect, it } from "vitest";
import { along, decoded, type Position } from "../src/polyline";

/** Written from Google's description of the format, for the other direction. */
function encoded(line: Position[], precision: number): string {
  let [lat, lon] = [0, 0];
  const chunk = (value: number): string => {
    let bits = value < 0 ? -2 * value - 1 : 2 * value;
    let text = "";
    while (bits >= 32) {
      text += String.fromCharCode((bits % 32) + 32 + 63);
      bits = Math.floor(bits / 32);
    }
    return text + String.fromCharCode(bits + 63);
  };
  return line.map(([x, y]) => {
    const [north, east] = [Math.round(y * 10 ** precision), Math.round(x * 10 ** precision)];
    const text = chunk(north - lat) + chunk(east - lon);
    [lat, lon] = [north, east];
    return text;
  }).join("");
}

describe("encoded lines", () => {
  it("reads the example of the format's description", () => {
    expect(decoded({ points: "_p~iF~ps|U_ulLnnqC_mqNvxq`@", precision: 5 })).toEqual([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]]);
  });

  it.each([5, 6, 7])("reads what was written with %i decimals, the far side of the world included", (precision) => {
    const line: Position[] = [[140.0418, 35.6486], [-179.99999, -89.5], [179.99999, 89.5], [0, 0]];
    decoded({ points: encoded(line, precision), precision }).forEach(([lon, lat], at) => {
      expect(lon).toBeCloseTo(line[at]![0], precision - 1);
      expect(lat).toBeCloseTo(line[at]![1], precision - 1);
    });
  });

  it("places a vehicle by the share of its way, ends included", () => {
    const line: Position[] = [[0, 0], [1, 0], [1, 0], [3, 0]];
    expect(along(line, 0)).toEqual([0, 0]);
    expect(along(line, 0.5)).toEqual([1.5, 0]);
    expect(along(line, 1)).toEqual([3, 0]);
    expect(along(line, 7)).toEqual([3, 0]);
    expect(along([[5, 5]], 0.5)).toEqual([5, 5]);
    expect(along([], 0.5)).toBeUndefined();
  });
});
