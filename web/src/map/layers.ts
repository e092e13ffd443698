// The layers on which views draw: areas, ways, ports, vehicles, marks.
import type { LayerSpecification, Map } from "maplibre-gl";
import { NOTHING, type Features, type Scene } from "../scene";
import { FONT, paletteOf } from "./style";

const SOURCES = ["areas", "ways", "vehicles", "ports", "marks"] as const;
export type Drawn = (typeof SOURCES)[number];

export function isDrawn(key: keyof Scene): key is Drawn {
  return (SOURCES as readonly string[]).includes(key);
}

/** Adds empty sources and their layers; areas go beneath the first label. */
export function addLayers(map: Map, dark: boolean): void {
  const beneath = map.getStyle().layers.find((layer) => layer.type === "symbol" || layer.id === "rail-casing")?.id;
  for (const source of SOURCES) map.addSource(source, { type: "geojson", data: NOTHING as Features });
  const p = paletteOf(dark);
  for (const layer of areas()) map.addLayer(layer, beneath);
  // Ports are many: names of stations stay readable above them.
  const names = map.getLayer("station-dot") ? "station-dot" : undefined;
  for (const layer of ports(dark)) map.addLayer(layer, names);
  for (const layer of [...ways(p.halo), ...vehicles(p.text, p.halo), ...marks(p.text, p.halo)]) map.addLayer(layer);
}

function areas(): LayerSpecification[] {
  return [
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": ["get", "color"], "fill-opacity": ["coalesce", ["get", "opacity"], 0.25] } },
    { id: "areas-edge", type: "line", source: "areas", paint: { "line-color": ["get", "color"], "line-width": 1.4, "line-opacity": 0.8 } },
  ];
}

function ways(halo: string): LayerSpecification[] {
  const thin = (width: number): unknown => ["case", ["==", ["get", "thin"], true], width / 4, width];
  const wide = (by: number): never => ["interpolate", ["linear"], ["zoom"], 10, thin(3 + by), 16, thin(7 + by)] as never;
  const dashed = ["==", ["get", "dashed"], true] as never;
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    { id: "ways-casing", type: "line", source: "ways", layout: round, paint: { "line-color": halo, "line-width": wide(4) } },
    { id: "ways-solid", type: "line", source: "ways", filter: ["!", dashed] as never, layout: round, paint: { "line-color": ["get", "color"], "line-width": wide(0) } },
    {
      id: "ways-dashed", type: "line", source: "ways", filter: dashed, layout: round,
      paint: { "line-color": ["get", "color"], "line-width": wide(-0.5), "line-dasharray": [0.01, 1.7] },
    },
  ];
}

function ports(dark: boolean): LayerSpecification[] {
  return [
    {
      id: "ports", type: "circle", source: "ports",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 1.6, 13, 4.5, 14, 8, 17, 13],
        "circle-color": ["case", [">", ["get", "count"], 0], dark ? "#1f9d63" : "#1b7f4b", dark ? "#5c6873" : "#8b96a1"],
        "circle-stroke-color": dark ? "#10161b" : "#ffffff", "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0.5, 14, 1.4],
      },
    },
    {
      id: "ports-count", type: "symbol", source: "ports", minzoom: 14,
      layout: { "text-field": ["to-string", ["get", "count"]], "text-font": FONT, "text-size": 10.5, "text-allow-overlap": true },
      paint: { "text-color": "#ffffff" },
    } as LayerSpecification,
  ];
}

function vehicles(text: string, halo: string): LayerSpecification[] {
  return [
    {
      id: "vehicles", type: "circle", source: "vehicles",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3.5, 12, 6, 15, 9],
        "circle-color": ["get", "color"], "circle-stroke-color": halo, "circle-stroke-width": 2,
      },
    },
    {
      id: "vehicles-label", type: "symbol", source: "vehicles", minzoom: 12.5,
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 10.5, "text-offset": [0, -1.4], "text-anchor": "bottom" },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 2 },
    } as LayerSpecification,
  ];
}

function marks(text: string, halo: string): LayerSpecification[] {
  const role = ["match", ["get", "role"], "from", "#00667a", "to", "#c22f3d", "via", "#8a6100", text] as never;
  return [
    {
      id: "marks", type: "circle", source: "marks",
      paint: {
        "circle-radius": ["match", ["get", "role"], "stop", 4, 8],
        "circle-color": ["match", ["get", "role"], "stop", halo, role] as never,
        "circle-stroke-color": ["match", ["get", "role"], "stop", text, halo] as never,
        "circle-stroke-width": ["match", ["get", "role"], "stop", 2, 3],
      },
    },
    {
      id: "marks-label", type: "symbol", source: "marks", filter: ["has", "label"] as never,
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 13, "text-offset": [0, 1], "text-anchor": "top", "text-max-width": 10 },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 2 },
    } as LayerSpecification,
  ];
}
