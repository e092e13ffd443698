// The chosen way, step by step.
import type { JSX } from "preact";
import { city } from "../city";
import { hourMinute, minuteAfter } from "../clock";
import { distance, duration } from "../measure";
import { isScheduled, paintOf, symbolOf, wordOf } from "../means";
import { Icon, type IconName } from "../ui/icon";
import { Pill } from "../ui/pill";
import type { Itinerary, Leg, Place, Step } from "../wire";
import { useWords, type Spoken } from "../words";

export function Steps({ itinerary, ends }: { itinerary: Itinerary; ends: { from: string; to: string } }): JSX.Element {
  const legs = itinerary.legs;
  return (
    <ol class="steps">
      {legs.map((leg, at) => (
        <LegSteps key={at} leg={leg} name={at === 0 ? ends.from : leg.from.name} before={legs[at - 1]} />
      ))}
      <Stopover place={legs.at(-1)!.to} name={ends.to} time={minuteAfter(itinerary.endTime).toISOString()} role="end" />
    </ol>
  );
}

function LegSteps({ leg, name, before }: { leg: Leg; name: string; before: Leg | undefined }): JSX.Element {
  const { t } = useWords();
  const { back } = paintOf(leg);
  const wait = before ? (Date.parse(leg.startTime) - Date.parse(before.endTime)) / 1000 : 0;
  const isWalk = leg.mode === "WALK";
  return (
    <>
      <Stopover place={leg.from} name={name} time={leg.startTime} role={before ? "between" : "start"} arrival={wait >= 60 && before ? before.endTime : undefined} />
      <li class={`leg ${isWalk ? "on-foot" : ""}`} style={{ "--line": back }}>
        <div class="leg-head">
          {isWalk ? <span class="walk"><Icon name="walk" size={18} />{t(wordOf(leg))}</span> : <Pill leg={leg} />}
          <span class="muted">{duration(leg.duration, t)}{leg.distance && !isScheduled(leg) ? ` · ${distance(leg.distance, t)}` : ""}</span>
          {leg.interlineWithPreviousLeg ? <span class="tag">{t("leg.stays_seated")}</span> : null}
          {leg.cancelled ? <span class="tag bad">{t("plan.cancelled")}</span> : null}
        </div>
        {isScheduled(leg) ? <Ride leg={leg} /> : <Way leg={leg} />}
        {leg.alerts?.map((alert) => <p key={alert.headerText} class="alert"><Icon name="alert" size={16} />{alert.headerText}</p>)}
      </li>
    </>
  );
}

interface Stop {
  place: Place;
  name: string;
  time: string;
  role: "start" | "between" | "end";
  arrival?: string | undefined;
}

function Stopover({ place, name, time, role, arrival }: Stop): JSX.Element {
  const { t } = useWords();
  return (
    <li class={`stopover ${role}`}>
      <span class="clock">
        {arrival ? <time dateTime={arrival} class="muted">{hourMinute(arrival, city.zone)}</time> : null}
        <time dateTime={time}>{hourMinute(time, city.zone)}</time>
      </span>
      <span class="knot" aria-hidden="true" />
      <span class="where">{name}{place.track ? <span class="tag">{t("leg.platform", { track: place.track })}</span> : null}</span>
    </li>
  );
}

function Ride({ leg }: { leg: Leg }): JSX.Element {
  const { t } = useWords();
  const stops = leg.intermediateStops ?? [];
  const late = Math.round((Date.parse(leg.startTime) - Date.parse(leg.scheduledStartTime)) / 60_000);
  const key = stops.length === 0 ? "leg.stops_between_0" : stops.length === 1 ? "leg.stops_between_1" : "leg.stops_between";
  return (
    <>
      {leg.headsign ? <p>{t("leg.towards", { headsign: leg.headsign })}</p> : null}
      {leg.realTime ? <p class="now">{late > 0 ? t("plan.late", { minutes: late }) : t("plan.on_time")}</p> : null}
      {stops.length ? (
        <details>
          <summary>{t(key, { count: stops.length })}</summary>
          <ul class="calls">
            {stops.map((stop) => (
              <li key={stop.name + stop.departure}><time dateTime={stop.departure}>{stop.departure ? hourMinute(stop.departure, city.zone) : ""}</time>{stop.name}</li>
            ))}
          </ul>
        </details>
      ) : <p class="muted">{t(key)}</p>}
    </>
  );
}

function Way({ leg }: { leg: Leg }): JSX.Element | null {
  const { t } = useWords();
  const window = leg.from.flexStartPickupDropOffWindow;
  const ports = [leg.rental?.fromStationName, leg.rental?.toStationName].filter(Boolean);
  return (
    <>
      {leg.rental ? <p>{leg.rental.systemName}{ports.length ? ` · ${ports.join(" → ")}` : ""}</p> : null}
      {window && leg.from.flexEndPickupDropOffWindow ? (
        <p>{t("leg.flex_window", { start: hourMinute(window, city.zone), end: hourMinute(leg.from.flexEndPickupDropOffWindow, city.zone) })}</p>
      ) : null}
      {leg.mode === "FLEX" && leg.routeLongName ? <p class="muted">{leg.routeLongName}</p> : null}
      {leg.steps?.length ? (
        <details>
          <summary>{t("plan.turns", { count: leg.steps.length })}</summary>
          <ol class="turns">{leg.steps.map((step, at) => <li key={at}><Icon name={TURNS[step.relativeDirection] ?? "straight"} size={16} />{said(step, t)}</li>)}</ol>
        </details>
      ) : null}
    </>
  );
}

const TURNS: Record<string, IconName> = {
  DEPART: symbolOf({ mode: "WALK" }) as IconName, HARD_LEFT: "turn_left", LEFT: "turn_left", SLIGHTLY_LEFT: "turn_left", HARD_RIGHT: "turn_right",
  RIGHT: "turn_right", SLIGHTLY_RIGHT: "turn_right", CONTINUE: "straight", STAIRS: "stairs", ELEVATOR: "lift", UTURN_LEFT: "uturn", UTURN_RIGHT: "uturn",
};

function said(step: Step, t: Spoken["t"]): string {
  const turn = t(`steps.${step.relativeDirection}`);
  const way = distance(step.distance, t);
  if (step.fromLevel !== step.toLevel) return t(step.fromLevel < step.toLevel ? "ways.up" : "ways.down", { turn, distance: way });
  return step.streetName ? t("steps.on_street", { turn, street: step.streetName, distance: way }) : t("steps.unnamed", { turn, distance: way });
}
