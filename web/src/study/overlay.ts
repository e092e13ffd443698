// The replay drawn by the graphics processor: trails, vehicles and crowds over the map, fetched with this view only.
import { Deck, MapView, type LayersList } from "@deck.gl/core";
import { TripsLayer } from "@deck.gl/geo-layers";
import { PathLayer, ScatterplotLayer, TextLayer } from "@deck.gl/layers";
import type { Map } from "maplibre-gl";
import { vehiclesAt, waitingAt } from "./replay";
import type { Positions } from "./shapes";

type Colour = [number, number, number];
const VEHICLE: Colour = [0, 122, 145];
const CROWD: Colour = [226, 120, 28];
const TRAIL_S = 240;
const FONT = "Noto Sans CJK JP, Hiragino Sans, Yu Gothic UI, sans-serif";

export interface Overlay {
  draw: (positions: Positions, time: number) => void;
  remove: () => void;
}

/** A canvas over the map that follows its camera; MapLibre 6 hides what deck.gl's own bridge reads. */
export function createOverlay(map: Map): Overlay {
  const canvas = document.createElement("canvas");
  canvas.className = "overlay";
  map.getCanvasContainer().append(canvas);
  const deck = new Deck({ canvas, views: new MapView({ repeat: true }), controller: false, initialViewState: camera(map), useDevicePixels: true });
  const follow = (): void => deck.setProps({ viewState: camera(map), width: map.getCanvas().clientWidth, height: map.getCanvas().clientHeight });
  map.on("move", follow);
  map.on("resize", follow);
  follow();
  return {
    draw: (positions, time) => deck.setProps({ layers: layers(positions, time) }),
    remove: () => {
      map.off("move", follow);
      map.off("resize", follow);
      deck.finalize();
      canvas.remove();
    },
  };
}

function camera(map: Map): { longitude: number; latitude: number; zoom: number } {
  const { lng, lat } = map.getCenter();
  return { longitude: lng, latitude: lat, zoom: map.getZoom() };
}

function layers(positions: Positions, time: number): LayersList {
  const vehicles = vehiclesAt(positions, time);
  const waiting = waitingAt(positions, time);
  return [
    new PathLayer({
      id: "line", data: [positions.line], getPath: (line: [number, number][]) => line.map(([lat, lon]) => [lon, lat] as [number, number]),
      getColor: [...VEHICLE, 90], getWidth: 5, widthUnits: "pixels", capRounded: true, jointRounded: true,
    }),
    new TripsLayer({
      id: "trails", data: positions.vehicles, currentTime: time - positions.begin_s, trailLength: TRAIL_S, getColor: VEHICLE, getWidth: 5, widthUnits: "pixels",
      getPath: (one: Positions["vehicles"][number]) => one.lon.map((lon, at) => [lon, one.lat[at]!] as [number, number]),
      getTimestamps: (one: Positions["vehicles"][number]) => one.times_s.map((t) => t - positions.begin_s), capRounded: true,
    }),
    new ScatterplotLayer({
      id: "crowds", data: waiting, getPosition: (one: (typeof waiting)[number]) => one.at, radiusUnits: "pixels", getFillColor: [...CROWD, 190],
      getRadius: (one: (typeof waiting)[number]) => 5 + 3 * Math.sqrt(one.waiting), stroked: true, getLineColor: [255, 255, 255], lineWidthUnits: "pixels", getLineWidth: 2,
      updateTriggers: { getRadius: time, getPosition: time },
    }),
    new ScatterplotLayer({
      id: "vehicles", data: vehicles, getPosition: (one: (typeof vehicles)[number]) => one.at, radiusUnits: "pixels", getRadius: 11, getFillColor: VEHICLE,
      stroked: true, getLineColor: [255, 255, 255], lineWidthUnits: "pixels", getLineWidth: 2.5,
    }),
    new TextLayer({
      id: "loads", data: vehicles, getPosition: (one: (typeof vehicles)[number]) => one.at, getText: (one: (typeof vehicles)[number]) => String(one.load),
      getSize: 12, getColor: [255, 255, 255], fontFamily: FONT, fontWeight: 700,
    }),
    new TextLayer({
      id: "waiting", data: waiting.filter((one) => one.waiting > 0), getPosition: (one: (typeof waiting)[number]) => one.at, characterSet: "auto",
      getText: (one: (typeof waiting)[number]) => String(one.waiting), getSize: 12, getColor: [60, 30, 0], fontFamily: FONT, fontWeight: 700, getPixelOffset: [0, -22],
      background: true, getBackgroundColor: [255, 255, 255, 220], backgroundPadding: [4, 1],
    }),
  ];
}
