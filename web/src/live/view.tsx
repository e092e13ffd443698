// What moves now: vehicles on their lines, bicycles in their ports.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { ask, isAbort } from "../ask";
import { city } from "../city";
import { instantOf, isWall, wallOf } from "../clock";
import { clear, collection, feature, show, type Bounds } from "../scene";
import { Icon } from "../ui/icon";
import { ShareButton } from "../ui/share";
import type { Rentals, TripSegment } from "../wire";
import { useWords } from "../words";
import { moving, placed, type Moving } from "./moving";

const AROUND: Bounds = [city.focus[0] - 0.06, city.focus[1] - 0.04, city.focus[0] + 0.06, city.focus[1] + 0.04];
const AHEAD_MS = 120_000;
const REFRESH_MS = 60_000;
const FRAME_MS = 500;

export function LiveView({ parameters }: { parameters: Parameters }): JSX.Element {
  const { t } = useWords();
  // A link to a moment starts the clock there; without one it is the device's.
  const offset = useRef(0);
  offset.current = isWall(parameters.time) ? (offset.current || instantOf(parameters.time, city.zone).getTime() - Date.now()) : 0;
  const { vehicles, problem } = useVehicles(() => Date.now() + offset.current, parameters.time);
  const rentals = useRentals();
  useEffect(() => {
    show({ fit: AROUND });
    return clear;
  }, []);
  const lines = byLine(vehicles);
  return (
    <div class="live">
      <header class="board-head"><h2>{t("live.title")}</h2><ShareButton title={t("live.title")} /></header>
      <label class="inline">{t("live.moment")}
        <input type="datetime-local" value={isWall(parameters.time) ? parameters.time : wallOf(Date.now(), city.zone)}
          onChange={(event) => { offset.current = 0; go({ view: "live", parameters: { ...parameters, time: event.currentTarget.value.slice(0, 16) } }); }} />
        {parameters.time ? <button type="button" class="soft" onClick={() => go({ view: "live", parameters: { ...parameters, time: "" } })}>{t("plan.now")}</button> : null}
      </label>
      {problem ? <p class="problem" role="alert"><Icon name="alert" size={18} />{problem}</p> : null}
      <p role="status" class="sum"><strong>{vehicles.length}</strong> {t("live.vehicles")} · <strong>{rentals?.bikes ?? 0}</strong> {t("live.bikes", { ports: rentals?.ports ?? 0 })}</p>
      <ul class="lines">{lines.map(([label, those]) => (
        <li key={label}><span class="swatch" style={{ background: those[0]!.color }} />{label}<span class="muted">{t("live.running", { count: those.length })}</span></li>
      ))}</ul>
      <p class="remark">{t("live.remark")}</p>
    </div>
  );
}

function byLine(vehicles: readonly Moving[]): [string, Moving[]][] {
  const groups = new Map<string, Moving[]>();
  for (const one of vehicles) groups.set(one.label, [...(groups.get(one.label) ?? []), one]);
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}

function useVehicles(now: () => number, key: string | undefined): { vehicles: Moving[]; problem: string } {
  const { language } = useWords();
  const [vehicles, setVehicles] = useState<Moving[]>([]);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    let segments: Moving[] = [];
    const load = (): void => {
      const asked = {
        min: `${AROUND[1]},${AROUND[2]}`, max: `${AROUND[3]},${AROUND[0]}`, zoom: 14, precision: 6, language: language === "ja" ? ["ja"] : ["en", "ja"],
        startTime: new Date(now()).toISOString(), endTime: new Date(now() + AHEAD_MS).toISOString(),
      };
      ask<TripSegment[]>("/api/v6/map/trips", asked, abort.signal).then(
        (found) => {
          segments = found.map(moving);
          setProblem("");
          move();
        },
        (error) => isAbort(error) || setProblem(String(error.message)),
      );
    };
    const move = (): void => {
      const at = placed(segments, now());
      show({ vehicles: collection(at.map(({ vehicle, at: coordinates }) => feature({ type: "Point", coordinates }, { color: vehicle.color, label: vehicle.label }))) });
      setVehicles((old) => (old.length === at.length && old.every((one, i) => one.trip === at[i]!.vehicle.trip) ? old : at.map(({ vehicle }) => vehicle)));
    };
    load();
    const timers = [setInterval(load, REFRESH_MS), setInterval(move, FRAME_MS)];
    return () => {
      timers.forEach(clearInterval);
      abort.abort();
    };
  }, [key, language]);
  return { vehicles, problem };
}

function useRentals(): { bikes: number; ports: number } | null {
  const [sum, setSum] = useState<{ bikes: number; ports: number } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const load = (): void => {
      const asked = { min: `${AROUND[1]},${AROUND[2]}`, max: `${AROUND[3]},${AROUND[0]}`, withZones: false, withVehicles: false };
      ask<Rentals>("/api/v1/rentals", asked, abort.signal).then(({ stations }) => {
        show({ ports: collection(stations.map((one) => feature({ type: "Point", coordinates: [one.lon, one.lat] }, { id: one.id, name: one.name, count: one.numVehiclesAvailable }))) });
        setSum({ bikes: stations.reduce((all, one) => all + one.numVehiclesAvailable, 0), ports: stations.length });
      }, () => undefined);
    };
    load();
    const timer = setInterval(load, REFRESH_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, []);
  return sum;
}
