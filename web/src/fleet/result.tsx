// What came of scheduling a fleet's day: who brings what when, what is refused and why, how days of it went.
import type { JSX } from "preact";
import { dayTime } from "../study/numbers";
import { KpiTable } from "../study/kpi_table";
import { said } from "../study/shapes";
import { Files } from "../ui/files";
import { Icon } from "../ui/icon";
import { useWords } from "../words";
import { Gantt } from "./gantt";
import { byReason, type Aircraft, type Schedule, type Scheduled } from "./shapes";

interface Properties {
  day: Scheduled & { result: Schedule };
  chosen: string;
  onChoose: (drone: string) => void;
}

export function DayResult({ day, chosen, onChoose }: Properties): JSX.Element {
  const { t } = useWords();
  const { result } = day;
  const flights = result.aircraft.flatMap((one) => one.flights);
  const late = flights.filter((one) => one.lateS > 0).length;
  const picked = result.aircraft.find((one) => one.id === chosen);
  return (
    <>
      <section class={`verdict ${flights.length ? "good" : "bad"}`}>
        <h3><Icon name={flights.length ? "check" : "alert"} />{t("fleet.brought", { brought: flights.length, all: flights.length + result.refused.length })}</h3>
        <p>{t("fleet.late_count", { count: late })} · {t("fleet.gap", { share: Math.ceil(result.gap * 100) })}</p>
      </section>
      <h3>{t("fleet.schedule")}</h3>
      <Gantt aircraft={result.aircraft} opensS={result.opensS} closesS={result.closesS} chosen={chosen} onChoose={onChoose} />
      {picked ? <Rounds aircraft={picked} /> : <p class="remark">{t("fleet.choose")}</p>}
      {result.refused.length ? <Refused refused={result.refused} /> : null}
      {result.kpis.length ? <><h3>{t("fleet.played", { count: day.days })}</h3><KpiTable kpis={result.kpis} replications={day.days} /></> : null}
      <Files title={t("fleet.files")} folder={`/kaiteki/v1/missions/fleet-days/${day.id}/files`} names={result.files} />
    </>
  );
}

function Rounds({ aircraft }: { aircraft: Aircraft }): JSX.Element {
  const { t } = useWords();
  return (
    <table class="rounds">
      <caption>{aircraft.id} · {aircraft.type}</caption>
      <thead><tr><th scope="col">{t("fleet.parcel")}</th><th scope="col">{t("fleet.leaves")}</th><th scope="col">{t("fleet.arrives")}</th><th scope="col">{t("fleet.lands")}</th><th scope="col" class="number">Wh</th></tr></thead>
      <tbody>{aircraft.flights.map((one) => (
        <tr key={one.parcel}>
          <th scope="row">{one.parcel}<small>{t(`priorities.${one.priority}`)} · {one.massKg} kg</small></th>
          <td>{dayTime(one.departureS)}</td>
          <td>{dayTime(one.arrivalS)}{one.lateS > 0 ? <span class="tag bad">{t("fleet.late_by", { minutes: Math.ceil(one.lateS / 60) })}</span> : null}</td>
          <td>{dayTime(one.landingS)}</td>
          <td class="number">{Math.round(one.energyWh)}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}

function Refused({ refused }: { refused: Schedule["refused"] }): JSX.Element {
  const { t, language } = useWords();
  return (
    <section class="verdict bad">
      <h3><Icon name="alert" />{t("fleet.refused", { count: refused.length })}</h3>
      {byReason(refused).map(({ sentence, parcels }) => (
        <details key={parcels[0]}><summary>{said(sentence, language)}<b>{t("fleet.parcels", { count: parcels.length })}</b></summary><p>{parcels.join(" · ")}</p></details>
      ))}
    </section>
  );
}
