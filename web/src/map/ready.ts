// The map for views that draw on it themselves, as soon as it is there.
import type { Map } from "maplibre-gl";

let arrive: (map: Map) => void;
const arrival = new Promise<Map>((resolve) => (arrive = resolve));

export function arrived(map: Map): void {
  arrive(map);
}

export function ready(): Promise<Map> {
  return arrival;
}
