// The day by aircraft: when each is out, when its battery is charged, and which flights come late.
import type { JSX } from "preact";
import { dayTime } from "../study/numbers";
import { useWords } from "../words";
import type { Aircraft, Flight } from "./shapes";

const HOUR_S = 3600;
/** A day fits into the panel where its hours are not too narrow then. */
const PANEL_PX = 390;
const HOUR_PX = { least: 34, most: 72 };
const ROW_PX = 34;
/** Hours narrower than this have room for every other label only. */
const LABEL_PX = 50;

interface Properties {
  aircraft: readonly Aircraft[];
  opensS: number;
  closesS: number;
  chosen: string;
  onChoose: (id: string) => void;
}

export function Gantt({ aircraft, opensS, closesS, chosen, onChoose }: Properties): JSX.Element {
  const { t } = useWords();
  const hourPx = Math.min(HOUR_PX.most, Math.max(HOUR_PX.least, (PANEL_PX * HOUR_S) / (closesS - opensS)));
  const across = (seconds: number): number => ((seconds - opensS) / HOUR_S) * hourPx;
  const hours = Array.from({ length: Math.floor((closesS - opensS) / HOUR_S) + 1 }, (_, at) => opensS + at * HOUR_S);
  const size = { width: across(closesS) + 20, height: aircraft.length * ROW_PX };
  return (
    <figure class="gantt">
      <figcaption>
        <Key name={t("fleet.out")} kind="out" /><Key name={t("fleet.late")} kind="late" /><Key name={t("fleet.charging")} kind="charging" />
      </figcaption>
      <div class="gantt-table">
        <ul>{aircraft.map((one) => (
          <li key={one.id}><button type="button" aria-pressed={one.id === chosen} onClick={() => onChoose(one.id === chosen ? "" : one.id)}>{one.id}<small>{t("fleet.flights", { count: one.flights.length })}</small></button></li>
        ))}</ul>
        <div class="gantt-days" role="region" aria-label={t("fleet.schedule")} tabIndex={0}>
          <svg width={size.width} height={size.height + 22} role="img" aria-label={t("fleet.schedule_of", { count: aircraft.length, from: dayTime(opensS), until: dayTime(closesS) })}>
            {hours.map((at) => <line key={at} class="grid" x1={across(at)} x2={across(at)} y1="18" y2={size.height + 22} />)}
            {hours.filter((_, at) => at % (hourPx < LABEL_PX ? 2 : 1) === 0).map((at) => <text key={at} x={across(at) + (at === opensS ? 0 : -14)} y="12">{dayTime(at)}</text>)}
            {aircraft.map((one, row) => (
              <g key={one.id} transform={`translate(0 ${22 + row * ROW_PX})`} class={chosen && chosen !== one.id ? "faint" : ""}>
                {one.flights.map((flight) => <Bar key={flight.parcel} flight={flight} across={across} />)}
              </g>
            ))}
          </svg>
        </div>
      </div>
    </figure>
  );
}

function Key({ name, kind }: { name: string; kind: string }): JSX.Element {
  return <span class="key"><svg width="16" height="10" aria-hidden="true"><rect class={kind} width="16" height="10" rx="2" /></svg>{name}</span>;
}

function Bar({ flight, across }: { flight: Flight; across: (seconds: number) => number }): JSX.Element {
  const wide = (from: number, until: number): number => Math.max(2, across(until) - across(from) - 1);
  return (
    <>
      <rect class={flight.lateS > 0 ? "late" : "out"} x={across(flight.departureS)} y="3" width={wide(flight.departureS, flight.landingS)} height="16" rx="3">
        <title>{`${flight.parcel} ${dayTime(flight.departureS)}–${dayTime(flight.landingS)}`}</title>
      </rect>
      {flight.chargedS > flight.chargeS ? <rect class="charging" x={across(flight.chargeS)} y="22" width={wide(flight.chargeS, flight.chargedS)} height="5" rx="2" /> : null}
    </>
  );
}
