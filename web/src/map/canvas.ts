// The map itself, loaded after the form can be used: follows the scene, the language and the appearance.
import { AttributionControl, GeolocateControl, Map, NavigationControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { city } from "../city";
import { drawn, pick, type Bounds } from "../scene";
import { text, type Language } from "../words";
import { arrived } from "./ready";
import { addLayers, isDrawn } from "./layers";
import { baseStyle } from "./style";

setWorkerUrl(workerUrl);

const PADDING = { top: 56, bottom: 56, left: 48, right: 48 };

export interface Look {
  language: Language;
  dark: boolean;
}

export interface Canvas {
  map: Map;
  restyle: (look: Look) => void;
  remove: () => void;
}

export function createCanvas(container: HTMLElement, look: Look): Canvas {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new Map({
    container, style: styleOf(look), center: city.focus, zoom: 13, minZoom: 6, maxZoom: 19,
    attributionControl: false, locale: wordsOf(look.language), dragRotate: false, pitchWithRotate: false, fadeDuration: still ? 0 : 150,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  // Opened, as the control begins, the sources would cover a phone's map; they stay one touch away, and in the page's foot.
  container.querySelector(".maplibregl-ctrl-attrib")?.classList.add("maplibregl-compact");
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "top-right");
  // It has no name of its own until the browser has said whether positions may be asked for.
  container.querySelector(".maplibregl-ctrl-geolocate")?.setAttribute("aria-label", text(look.language, "place.here"));
  map.getCanvas().setAttribute("aria-label", text(look.language, "map.keys"));
  arrived(map);
  let stop = (): void => {};
  map.on("style.load", () => {
    stop();
    addLayers(map, look.dark);
    stop = follow(map, still);
  });
  map.on("click", (event) => {
    const hit = map.queryRenderedFeatures(event.point, { layers: ["station-dot", "station", "stop", "ports"].filter((id) => map.getLayer(id)) })[0];
    const said = hit?.properties ?? {};
    pick({ lat: event.lngLat.lat, lon: event.lngLat.lng, ...(said.id ? { id: String(said.id), name: String(said.name ?? "") } : {}) });
  });
  // Tests and the curious wait for this: the map has drawn all it has.
  map.on("idle", () => (container.dataset.idle = String(Math.round(performance.now()))));
  return {
    map,
    restyle: (next) => {
      look = next;
      map.setStyle(styleOf(next), { diff: false });
      map.getCanvas().setAttribute("aria-label", text(next.language, "map.keys"));
    },
    remove: () => map.remove(),
  };
}

function wordsOf(language: Language): Record<string, string> {
  return {
    "AttributionControl.ToggleAttribution": text(language, "shell.sources"),
    "GeolocateControl.FindMyLocation": text(language, "place.here"),
    "GeolocateControl.LocationNotAvailable": text(language, "place.here_unknown"),
    "NavigationControl.ZoomIn": text(language, "map.closer"),
    "NavigationControl.ZoomOut": text(language, "map.wider"),
  };
}

function styleOf(look: Look): ReturnType<typeof baseStyle> | string {
  return city.style ?? baseStyle(look.dark, look.language);
}

function follow(map: Map, still: boolean): () => void {
  return drawn((scene, changed) => {
    for (const key of changed) {
      if (isDrawn(key)) map.getSource<GeoJSONSource>(key)?.setData(scene[key]);
      else if (scene.fit) see(map, scene.fit, still);
    }
  });
}

function see(map: Map, [west, south, east, north]: Bounds, still: boolean): void {
  map.fitBounds([[west, south], [east, north]], { padding: PADDING, maxZoom: 16, animate: !still, duration: 600 });
}
