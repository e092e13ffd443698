// What may be changed of a shipped mission before it is planned: aircraft, load, time, wind, aim.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Parameters } from "../address";
import { city } from "../city";
import { instantOf, isWall } from "../clock";
import { useWords } from "../words";
import type { Airspace } from "./shapes";

const NUMBERS = ["payload", "wind", "from", "gust"] as const;
const AIMS = ["time", "energy", "risk"] as const;

/** Body of the question to the server; only what was changed is named. */
export function missionBody(p: Parameters): Record<string, unknown> {
  const number = (text: string | undefined): number | undefined => (text !== undefined && text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined);
  const flight = kept({
    aircraft: p.aircraft || undefined, payload_kg: number(p.payload), objective: AIMS.find((one) => one === p.aim),
    departure: isWall(p.departure) ? instantOf(p.departure, city.zone).toISOString() : undefined,
  });
  const speed = number(p.wind);
  const wind = speed === undefined ? undefined : { speed_ms: speed, from_deg: number(p.from) ?? 0, gust_ms: Math.max(speed, number(p.gust) ?? speed) };
  return kept({ mission: p.mission, flight: Object.keys(flight).length ? flight : undefined, wind });
}

function kept(entries: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

interface Properties {
  parameters: Parameters;
  aircraft: Airspace["aircraft"];
  onPlan: (part: Parameters) => void;
}

export function MissionForm({ parameters, aircraft, onPlan }: Properties): JSX.Element {
  const { t } = useWords();
  const [draft, setDraft] = useState<Parameters>(parameters);
  const set = (key: string) => (event: { currentTarget: { value: string } }): void => setDraft({ ...draft, [key]: event.currentTarget.value });
  const submit = (event: Event): void => {
    event.preventDefault();
    onPlan(draft);
  };
  return (
    <form class="mission" onSubmit={submit}>
      <label class="wide">{t("drones.aircraft")}
        <select value={draft.aircraft ?? ""} onChange={set("aircraft")}>
          <option value="">{t("drones.as_told")}</option>
          {aircraft.map((one) => <option key={one.id} value={one.id}>{one.name}（{one.payloadMaxKg} kg · {one.cruiseMs} m/s）</option>)}
        </select>
      </label>
      {NUMBERS.map((key) => (
        <label key={key}>{t(`drones.${key}`)}<input type="number" step="any" min={0} max={key === "from" ? 360 : 100} placeholder={t("drones.as_told")} value={draft[key] ?? ""} onInput={set(key)} /></label>
      ))}
      <label>{t("drones.departure")}<input type="datetime-local" value={draft.departure ?? ""} onInput={(e) => setDraft({ ...draft, departure: e.currentTarget.value.slice(0, 16) })} /></label>
      <label>{t("drones.aim")}<select value={draft.aim ?? ""} onChange={set("aim")}><option value="">{t("drones.as_told")}</option>{AIMS.map((one) => <option key={one} value={one}>{t(`drones.aim_${one}`)}</option>)}</select></label>
      <button type="submit" class="primary">{t("drones.plan")}</button>
    </form>
  );
}
