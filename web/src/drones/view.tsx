// The operator's view: missions, the air they cross, what they need, and why one may not be flown.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { ask, Refused, send } from "../ask";
import { city } from "../city";
import { dayOf, hourMinute } from "../clock";
import type { FleetDay, Scheduled } from "../fleet/shapes";
import { FLEET_DAYS, FleetView } from "../fleet/view";
import { clear, show } from "../scene";
import { useFollowed } from "../study/following";
import { said } from "../study/shapes";
import { Failed } from "../ui/failed";
import { Icon } from "../ui/icon";
import { ShareButton } from "../ui/share";
import { useWords } from "../words";
import { drawnMission } from "./drawing";
import { MissionForm, missionBody } from "./form";
import { Result } from "./result";
import type { Airspace, Mission, MissionFile } from "./shapes";

const ROOT = "/kaiteki/v1";
const PATIENCE_S = 20;

interface Known {
  missions: MissionFile[];
  planned: Mission[];
  fleetDays: FleetDay[];
  scheduled: Scheduled[];
}

export function DronesView({ parameters }: { parameters: Parameters }): JSX.Element {
  const [known, setKnown] = useState<Known>({ missions: [], planned: [], fleetDays: [], scheduled: [] });
  const [airspace, setAirspace] = useState<Airspace | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  useEffect(() => {
    const take = (part: Partial<Known>): void => setKnown((old) => ({ ...old, ...part }));
    ask<Partial<Known>>(`${ROOT}/missions`).then(take, setProblem);
    // A server without the libraries for fleets has no such days.
    ask<Partial<Known>>(FLEET_DAYS).then(take, (error) => error instanceof Refused && error.status === 404 ? undefined : setProblem(error));
    ask<Airspace>(`${ROOT}/airspace`).then(setAirspace, setProblem);
    return clear;
  }, []);
  const isOpen = parameters.mission || parameters.id;
  useEffect(() => {
    if (airspace && !isOpen) show(drawnMission(airspace.features));
  }, [airspace, isOpen]);
  const mission = known.missions.find((one) => one.name === parameters.mission);
  const day = known.fleetDays.find((one) => one.name === parameters.fleet);
  return (
    <div class="drones">
      <Failed error={problem} />
      {mission ? <Opened file={mission} parameters={parameters} airspace={airspace} /> : day ? <FleetView key={day.name} day={day} parameters={parameters} /> : <Missions known={known} />}
    </div>
  );
}

function Missions({ known }: { known: Known }): JSX.Element {
  const { t, language } = useWords();
  const done = [
    ...known.planned.map((one) => ({ ...one, parameters: { mission: one.mission, id: one.id } })),
    ...known.scheduled.map((one) => ({ ...one, parameters: { fleet: one.fleetDay, id: one.id } })),
  ].sort((a, b) => (a.id < b.id ? 1 : -1));
  return (
    <>
      <h2>{t("drones.title")}</h2>
      <p class="remark">{t("drones.remark")}</p>
      <Choices label={t("drones.title")} files={known.missions} parameter="mission" />
      {known.fleetDays.length ? (
        <>
          <h2>{t("fleet.title")}</h2>
          <p class="remark">{t("fleet.remark")}</p>
          <Choices label={t("fleet.title")} files={known.fleetDays} parameter="fleet" />
        </>
      ) : null}
      {done.length ? (
        <>
          <h3>{t("drones.planned")}</h3>
          <ul class="runs">{done.map((one) => (
            <li key={one.id}><button type="button" class="row" onClick={() => go({ view: "drones", parameters: one.parameters })}>
              <span>{said(one.title, language)}<small class="muted">{dayOf(one.created, city.zone, language)} {hourMinute(one.created, city.zone)}</small></span><span class="tag">{t(`states.${one.state}`)}</span><Icon name="chevron" size={16} />
            </button></li>
          ))}</ul>
        </>
      ) : null}
    </>
  );
}

function Choices({ label, files, parameter }: { label: string; files: readonly MissionFile[]; parameter: "mission" | "fleet" }): JSX.Element {
  const { language } = useWords();
  return (
    <ul class="cards" aria-label={label}>
      {files.map((one) => (
        <li key={one.name}><button type="button" class="card" onClick={() => go({ view: "drones", parameters: { [parameter]: one.name } })}>
          <strong>{said(one.title, language)}</strong><span class="muted small clamp">{said(one.facts, language)}</span>
        </button></li>
      ))}
    </ul>
  );
}

function Opened({ file, parameters, airspace }: { file: MissionFile; parameters: Parameters; airspace: Airspace | null }): JSX.Element {
  const { t, language } = useWords();
  const { mission, problem } = usePlanned(parameters);
  useEffect(() => {
    if (mission?.result) show(drawnMission(mission.result.geojson.features));
  }, [mission]);
  return (
    <article class="opened">
      <header><button type="button" class="bare" onClick={() => go({ view: "drones", parameters: {} })}><Icon name="back" />{t("drones.back")}</button><ShareButton title={said(file.title, language)} /></header>
      <h2>{said(file.title, language)}</h2>
      <div aria-live="polite">
        {!mission && !problem ? <div class="waiting" role="status"><span class="sr">{t("drones.planning")}</span><div class="ghost" /></div> : null}
        <Failed error={problem} />
        {mission ? <Result mission={mission} /> : null}
      </div>
      <details class="files"><summary>{t("drones.facts")}</summary><p class="muted small">{said(file.facts, language)}</p></details>
      <h3>{t("drones.change")}</h3>
      <MissionForm key={file.name} parameters={parameters} aircraft={airspace?.aircraft ?? []} onPlan={(part) => go({ view: "drones", parameters: { ...part, mission: file.name, id: "" } })} />
    </article>
  );
}

/** The mission of an address: the one kept under its id, else planned again from what the address says. */
function usePlanned(parameters: Parameters): { mission: Mission | null; problem: Error | null } {
  const [id, setId] = useState("");
  const [refused, setRefused] = useState<Error | null>(null);
  const { id: known = "", ...asked } = parameters;
  const key = JSON.stringify(missionBody(asked));
  useEffect(() => {
    setRefused(null);
    if (known) return setId(known);
    setId("");
    send<Mission>(`${ROOT}/missions?wait=${PATIENCE_S}`, JSON.parse(key)).then((mission) => setId(mission.id), setRefused);
  }, [known, key]);
  const { now, problem } = useFollowed<Mission>(id ? `${ROOT}/missions/${id}` : null);
  return { mission: now && !["QUEUED", "RUNNING"].includes(now.state) ? now : null, problem: refused || problem };
}
