// What came of planning a mission: the flight and its profile, or why it may not be flown.
import type { JSX } from "preact";
import { city } from "../city";
import { dayOf, hourMinute } from "../clock";
import { distance, duration } from "../measure";
import { said } from "../study/shapes";
import { Chart } from "../ui/chart";
import { Files } from "../ui/files";
import { Icon } from "../ui/icon";
import { useWords } from "../words";
import { ZONES } from "./drawing";
import type { Flight, Mission, Refusal, Rule } from "./shapes";

const FEW = 2;

export function Result({ mission }: { mission: Mission }): JSX.Element | null {
  const { t } = useWords();
  const { result } = mission;
  if (mission.error) return <p class="problem big" role="alert"><Icon name="alert" />{mission.error}</p>;
  if (!result) return null;
  const zones = result.geojson.features.filter((one) => one.properties.role === "zone");
  const kinds = Object.keys(ZONES).map((kind) => ({ kind, count: zones.filter((one) => one.properties.kind === kind).length })).filter((one) => one.count);
  return (
    <>
      {result.refusal ? <Refused refusal={result.refusal} /> : null}
      {result.flight ? <Flown flight={result.flight} id={mission.id} /> : null}
      {result.rules.length ? <Rules rules={result.rules} /> : null}
      <h3>{t("drones.zones")}</h3>
      <ul class="lines legend">{kinds.map(({ kind, count }) => <li key={kind}><span class="swatch" style={{ background: ZONES[kind] }} />{t(`zones.${kind}`)}<span class="muted">{count}</span></li>)}</ul>
    </>
  );
}

function Refused({ refusal }: { refusal: Refusal }): JSX.Element {
  const { t, language } = useWords();
  return (
    <section class="verdict bad" role="alert">
      <h3><Icon name="alert" />{t("drones.refused")}</h3>
      <p>{said(refusal.sentence, language)}</p>
      <dl>
        <dt>{t("drones.rule")}</dt><dd>{said(refusal.rule, language)}</dd>
        <dt>{t("drones.where")}</dt><dd>{said(refusal.where, language)}</dd>
        {refusal.missingKm !== null ? <><dt>{t("drones.missing")}</dt><dd>{refusal.missingKm.toFixed(1)} km{refusal.missingMin !== null ? ` · ${t("format.minutes", { minutes: refusal.missingMin.toFixed(1) })}` : ""}</dd></> : null}
        {refusal.remedy ? <><dt>{t("drones.remedy")}</dt><dd>{said(refusal.remedy, language)}</dd></> : null}
      </dl>
    </section>
  );
}

function Flown({ flight, id }: { flight: Flight; id: string }): JSX.Element {
  const { t, language } = useWords();
  const seconds = (Date.parse(flight.arrival) - Date.parse(flight.departure)) / 1000;
  const left = 1 - flight.energyWh / flight.energyOnBoardWh;
  const reserve = flight.reserveWh / flight.energyOnBoardWh;
  const kilometres = (metres: number): string => `${Number((metres / 1000).toFixed(1))} km`;
  return (
    <>
      <section class="verdict good">
        <h3><Icon name="check" />{t("drones.flies")}</h3>
        <p>{dayOf(flight.departure, city.zone, language)} {hourMinute(flight.departure, city.zone)} → {hourMinute(flight.arrival, city.zone)} · {duration(seconds, t)} · {distance(flight.lengthM, t)}</p>
        <p>{flight.aircraft} · {flight.payloadKg} kg · {Math.round(flight.energyWh)} / {Math.round(flight.energyOnBoardWh)} Wh（{t("drones.left", { share: Math.round(left * 100), reserve: Math.round(reserve * 100) })}）</p>
      </section>
      <Chart title={t("drones.altitude")} x={kilometres} y={(value) => `${value} m`} series={[{ name: t("drones.altitude"), color: "#0a8aa0", points: flight.profile.map((one) => [one.alongM, one.altitudeAmslM] as const) }]} />
      <Chart title={t("drones.battery")} x={kilometres} y={(value) => `${Math.round(value)} %`}
        series={[
          { name: t("drones.battery"), color: "#2e9d62", points: flight.profile.map((one) => [one.alongM, one.energyLeftShare * 100] as const) },
          { name: t("drones.reserve"), color: "#c9483f", dashed: true, points: [[0, reserve * 100], [flight.profile.at(-1)!.alongM, reserve * 100]] },
        ]} />
      <Files title={t("drones.files")} folder={`/kaiteki/v1/missions/${id}/files`} names={flight.files} />
    </>
  );
}

function Rules({ rules }: { rules: readonly Rule[] }): JSX.Element {
  const { t, language } = useWords();
  const tone = { OK: "good", NEEDS: "", PROHIBITED: "bad" };
  return (
    <>
      <h3>{t("drones.rules")}</h3>
      <ul class="rules">
        {rules.map((one, at) => (
          <li key={at}><span class={`tag ${tone[one.verdict]}`}>{t(`verdicts.${one.verdict}`)}</span>
            <div><strong>{said(one.rule, language)}</strong><br />{said(one.sentence, language)}{one.remedy ? <small>{said(one.remedy, language)}</small> : null}<Places places={one.places.map((place) => said(place, language))} /></div></li>
        ))}
      </ul>
    </>
  );
}

/** Where a rule was asked; where that is in many places they are told when asked for. */
function Places({ places }: { places: readonly string[] }): JSX.Element | null {
  const { t } = useWords();
  if (places.length <= FEW) return places.length ? <small class="muted">{places.join(" · ")}</small> : null;
  return <details><summary>{t("drones.places", { count: places.length })}</summary><small class="muted">{places.join(" · ")}</small></details>;
}
