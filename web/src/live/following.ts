// Vehicles and bicycles around the city's middle, asked for again and again and drawn on the map.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, isAbort } from "../ask";
import { city } from "../city";
import { paintOf } from "../means";
import type { Position } from "../polyline";
import { collection, feature, show, type Bounds } from "../scene";
import type { Rentals, ReportedVehicle, TripSegment } from "../wire";
import { useWords } from "../words";
import { moving, placed, type Drawn, type Moving } from "./moving";

const around = (lon: number, lat: number): Bounds => [city.focus[0] - lon, city.focus[1] - lat, city.focus[0] + lon, city.focus[1] + lat];
const AROUND = around(0.06, 0.04);
/** What the map shows at first of what is asked for. */
export const SEEN = around(0.03, 0.021);

const CORNERS = { min: `${AROUND[1]},${AROUND[2]}`, max: `${AROUND[3]},${AROUND[0]}` };
const AHEAD_MS = 120_000;
const REFRESH_MS = 60_000;
const REPORTS_MS = 15_000;
const FRAME_MS = 500;

/** Loads at once and again every so often. */
function useEvery(pause_ms: number, load: (signal: AbortSignal) => void, when: readonly unknown[]): void {
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal);
    const timer = setInterval(() => load(abort.signal), pause_ms);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, when);
}

/** What runs to no timetable stays on the map where its operator last saw it. */
export function loose(one: ReportedVehicle): Drawn & { at: Position } {
  return { label: one.name, color: paintOf(one).back, at: [one.lon, one.lat] };
}

export function useReported(isNow: boolean): ReportedVehicle[] {
  const { language } = useWords();
  const [reported, setReported] = useState<ReportedVehicle[]>([]);
  const load = (signal: AbortSignal): void => {
    if (!isNow) return setReported([]);
    const asked = { ...CORNERS, language: language === "ja" ? ["ja"] : ["en", "ja"] };
    // Where nobody is heard of the timetabled ones remain.
    ask<{ vehicles: ReportedVehicle[] }>("/kaiteki/v1/vehicles", asked, signal).then(({ vehicles }) => setReported(vehicles), () => undefined);
  };
  useEvery(REPORTS_MS, load, [isNow, language]);
  return reported;
}

/** Timetabled vehicles at the moment `now` tells, drawn with those that were `reported`. */
export function useVehicles(now: () => number, key: string | undefined, reported: readonly ReportedVehicle[]): { vehicles: Moving[] | null; problem: Error | null } {
  const { language } = useWords();
  const [vehicles, setVehicles] = useState<Moving[] | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const segments = useRef<Moving[] | null>(null);
  const move = (): void => {
    const at = placed(segments.current ?? [], now());
    const shown = [...reported.map(loose), ...at.map(({ vehicle, at: position }) => ({ label: vehicle.label, color: vehicle.color, at: position }))];
    show({ vehicles: collection(shown.map(({ label, color, at: coordinates }) => feature({ type: "Point", coordinates }, { color, label }))) });
    if (segments.current) setVehicles((old) => (old?.length === at.length && old.every((one, i) => one.trip === at[i]!.vehicle.trip) ? old : at.map(({ vehicle }) => vehicle)));
  };
  const load = (signal: AbortSignal): void => {
    const asked = {
      ...CORNERS, zoom: 14, precision: 6, language: language === "ja" ? ["ja"] : ["en", "ja"],
      startTime: new Date(now()).toISOString(), endTime: new Date(now() + AHEAD_MS).toISOString(),
    };
    ask<TripSegment[]>("/api/v6/map/trips", asked, signal).then(
      (found) => {
        segments.current = found.map(moving);
        setProblem(null);
      },
      (error) => isAbort(error) || setProblem(error),
    );
  };
  useEffect(() => {
    segments.current = null;
  }, [key, language]);
  useEvery(REFRESH_MS, load, [key, language]);
  useEvery(FRAME_MS, move, [key, language, reported]);
  return { vehicles, problem };
}

export function useRentals(): { bikes: number; ports: number } | null {
  const [sum, setSum] = useState<{ bikes: number; ports: number } | null>(null);
  const load = (signal: AbortSignal): void => {
    ask<Rentals>("/api/v1/rentals", { ...CORNERS, withZones: false, withVehicles: false }, signal).then(({ stations }) => {
      show({ ports: collection(stations.map((one) => feature({ type: "Point", coordinates: [one.lon, one.lat] }, { id: one.id, name: one.name, count: one.numVehiclesAvailable }))) });
      setSum({ bikes: stations.reduce((all, one) => all + one.numVehiclesAvailable, 0), ports: stations.length });
    }, () => undefined);
  };
  useEvery(REFRESH_MS, load, []);
  return sum;
}
