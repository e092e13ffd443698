// The look of the base map, by day and by night, over the server's own tiles and fonts of the device.
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Language } from "../words";

export interface Palette {
  land: string;
  water: string;
  waterText: string;
  main: string;
  road: string;
  path: string;
  casing: string;
  text: string;
  halo: string;
  muted: string;
}

const DAY: Palette = {
  land: "#f4f2ed", water: "#c3dfea", waterText: "#3b7187", main: "#ffffff", road: "#ffffff", path: "#d9cfbd",
  casing: "#d8d3c8", text: "#1c2733", halo: "#ffffff", muted: "#5d6875",
};
const NIGHT: Palette = {
  land: "#171e25", water: "#0d2a38", waterText: "#6fa3b8", main: "#3d4955", road: "#303b46", path: "#3a3f3c",
  casing: "#10161b", text: "#e9eef3", halo: "#10161b", muted: "#9aa8b5",
};

export const paletteOf = (dark: boolean): Palette => (dark ? NIGHT : DAY);

// Without a glyphs address MapLibre draws text with fonts of the device.
export const FONT = ["Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", "Meiryo", "Noto Sans", "sans-serif"];

const kind = (...kinds: string[]): ["in", ["get", string], ["literal", string[]]] => ["in", ["get", "kind"], ["literal", kinds]];

export function baseStyle(dark: boolean, language: Language): StyleSpecification {
  const p = paletteOf(dark);
  const origin = window.location.origin;
  return {
    version: 8,
    sources: {
      city: { type: "vector", url: `${origin}/kaiteki/v1/tiles.json` },
    },
    layers: [...ground(p), ...streets(p), ...lines(p), ...labels(p, language)],
  };
}

function ground(p: Palette): LayerSpecification[] {
  return [
    { id: "land", type: "background", paint: { "background-color": p.land } },
    { id: "sea", type: "fill", source: "city", "source-layer": "water", filter: kind("sea"), paint: { "fill-color": p.water } },
    {
      id: "river", type: "line", source: "city", "source-layer": "water", filter: kind("river"),
      paint: { "line-color": p.water, "line-width": ["interpolate", ["exponential", 2], ["zoom"], 10, 1, 13, 4, 17, 60] },
    },
  ];
}

function streets(p: Palette): LayerSpecification[] {
  const width = (at12: number, at16: number): never =>
    ["interpolate", ["exponential", 1.6], ["zoom"], 10, at12 / 3, 12, at12, 16, at16, 19, at16 * 3] as never;
  const street = (id: string, kinds: string[], color: string, at12: number, at16: number, dash?: number[]): LayerSpecification => ({
    id, type: "line", source: "city", "source-layer": "streets", filter: kind(...kinds),
    layout: { "line-cap": dash ? "butt" : "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width(at12, at16), ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return [
    street("path", ["path"], p.path, 0.5, 2.4),
    street("indoor", ["indoor"], p.path, 0.5, 2.4, [2, 1]),
    street("stairs", ["stairs"], p.muted, 0.5, 4, [0.3, 0.3]),
    street("road-casing", ["road"], p.casing, 1.4, 9),
    street("main-casing", ["main"], p.casing, 2.4, 14),
    street("road", ["road"], p.road, 0.8, 7),
    street("main", ["main"], p.main, 1.6, 11.5),
  ];
}

function lines(p: Palette): LayerSpecification[] {
  const own = ["case", ["has", "color"], ["concat", "#", ["get", "color"]], p.muted] as never;
  return [
    {
      id: "bus-lines", type: "line", source: "city", "source-layer": "lines", filter: kind("bus"),
      paint: { "line-color": own, "line-width": 1, "line-opacity": 0.35 },
    },
    {
      id: "rail-casing", type: "line", source: "city", "source-layer": "lines", filter: kind("rail", "ferry"),
      layout: { "line-join": "round" },
      paint: { "line-color": p.halo, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 2, 15, 6], "line-opacity": 0.7 },
    },
    {
      id: "rail", type: "line", source: "city", "source-layer": "lines", filter: kind("rail", "ferry"),
      layout: { "line-join": "round" },
      paint: { "line-color": own, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1.2, 15, 3.2], "line-opacity": 0.75 },
    },
  ];
}

function labels(p: Palette, language: Language): LayerSpecification[] {
  const name = (language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"]) as never;
  const paint = (color: string): object => ({ "text-color": color, "text-halo-color": p.halo, "text-halo-width": 1.6 });
  const label = (id: string, kinds: string[], size: number, color: string, minzoom: number, more: object = {}): LayerSpecification =>
    ({
      id, type: "symbol", source: "city", "source-layer": "places", filter: kind(...kinds), minzoom,
      layout: {
        "text-field": name, "text-font": FONT, "text-size": size, "text-padding": 6, "text-max-width": 9,
        "symbol-sort-key": ["get", "rank"], ...more,
      },
      paint: paint(color),
    }) as LayerSpecification;
  return [
    {
      id: "sea-name", type: "symbol", source: "city", "source-layer": "water", filter: kind("sea"), maxzoom: 14,
      layout: { "text-field": name, "text-font": FONT, "text-size": 13, "text-letter-spacing": 0.2, "text-padding": 140 },
      paint: { "text-color": p.waterText },
    } as LayerSpecification,
    {
      id: "street-name", type: "symbol", source: "city", "source-layer": "streets", filter: kind("main", "road"), minzoom: 14,
      layout: { "symbol-placement": "line", "text-field": name, "text-font": FONT, "text-size": 11, "symbol-spacing": 400 },
      paint: paint(p.muted),
    } as LayerSpecification,
    label("district", ["district"], 11, p.muted, 13),
    label("place", ["place"], 11, p.muted, 13.5),
    label("stop", ["stop"], 10.5, p.muted, 15),
    {
      id: "station-dot", type: "circle", source: "city", "source-layer": "places", filter: kind("station"),
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1.8, 15, 5],
        "circle-color": p.halo, "circle-stroke-color": p.text, "circle-stroke-width": 1.6,
      },
    },
    label("station", ["station"], 12.5, p.text, 9, { "text-offset": [0, 0.75], "text-anchor": "top", "text-optional": true }),
  ];
}
