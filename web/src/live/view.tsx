// What moves now: vehicles on their lines, bicycles in their ports.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { go, type Parameters } from "../address";
import { city } from "../city";
import { hourMinute, instantOf, isWall, wallOf } from "../clock";
import { clear, show } from "../scene";
import { Failed } from "../ui/failed";
import { ShareButton } from "../ui/share";
import { useWords } from "../words";
import { loose, SEEN, useRentals, useReported, useVehicles } from "./following";
import type { Drawn } from "./moving";

export function LiveView({ parameters }: { parameters: Parameters }): JSX.Element {
  const { t } = useWords();
  // A link to a moment starts the clock there; without one it is the device's.
  const offset = useRef(0);
  offset.current = isWall(parameters.time) ? (offset.current || instantOf(parameters.time, city.zone).getTime() - Date.now()) : 0;
  const reported = useReported(!parameters.time);
  const { vehicles, problem } = useVehicles(() => Date.now() + offset.current, parameters.time, reported);
  const rentals = useRentals();
  useEffect(() => {
    show({ fit: SEEN });
    return clear;
  }, []);
  const lines = byLine(vehicles ?? []);
  const since = reported.map((one) => one.timestamp ?? "").sort()[0];
  return (
    <div class="live">
      <header class="board-head"><h2>{t("live.title")}</h2><ShareButton title={t("live.title")} /></header>
      <label class="inline">{t("live.moment")}
        <input type="datetime-local" value={isWall(parameters.time) ? parameters.time : wallOf(Date.now(), city.zone)}
          onChange={(event) => { offset.current = 0; go({ view: "live", parameters: { ...parameters, time: event.currentTarget.value.slice(0, 16) } }); }} />
        {parameters.time ? <button type="button" class="soft" onClick={() => go({ view: "live", parameters: { ...parameters, time: "" } })}>{t("plan.now")}</button> : null}
      </label>
      <Failed error={problem} />
      {vehicles || rentals ? (
        <p role="status" class="sum">
          {vehicles ? <><strong>{vehicles.length + reported.length}</strong> {t("live.vehicles")}</> : null}
          {vehicles && rentals ? " · " : ""}
          {rentals ? <><strong>{rentals.bikes}</strong> {t("live.bikes", { ports: rentals.ports })}</> : null}
        </p>
      ) : null}
      <ul class="lines">
        {byLine(reported.map(loose)).map(([label, those]) => (
          <li key={label}><span class="swatch" style={{ background: those[0]!.color }} /><span>{label}<small class="muted">{t("live.reported")}</small></span><span class="muted">{t("live.running", { count: those.length })}</span></li>
        ))}
        {lines.map(([label, those]) => (
          <li key={label}><span class="swatch" style={{ background: those[0]!.color }} />{label}<span class="muted">{t("live.running", { count: those.length })}</span></li>
        ))}
      </ul>
      {since ? <p class="muted small">{t("live.since", { time: hourMinute(since, city.zone) })}</p> : null}
      <p class="remark">{t("live.remark")}</p>
    </div>
  );
}

function byLine<T extends Drawn>(vehicles: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of vehicles) groups.set(one.label, [...(groups.get(one.label) ?? []), one]);
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}
