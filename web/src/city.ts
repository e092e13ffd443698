// What the server tells of the city it stands in, before the first question.
export interface City {
  zone: string;
  /** West, south, east, north in degrees. */
  bounds: [number, number, number, number];
  /** Longitude, latitude to look at first. */
  focus: [number, number];
  remark: string;
  attribution: string[];
  style: string | null;
  /** Whether a stop to go by can be asked for. */
  via: boolean;
}

const ELSEWHERE: City = {
  zone: "Asia/Tokyo",
  bounds: [139.7, 35.45, 140.2, 35.8],
  focus: [140.0418, 35.6486],
  remark: "",
  attribution: [],
  style: null,
  via: false,
};

function read(): City {
  const text = typeof document === "undefined" ? "" : (document.getElementById("city")?.textContent ?? "");
  // Vite's own server leaves the placeholder of the page as it is.
  return text.trimStart().startsWith("{") ? (JSON.parse(text) as City) : ELSEWHERE;
}

export const city: City = read();
