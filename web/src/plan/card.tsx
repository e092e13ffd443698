// One way of going, told in a glance: when, how long, by what, at what price.
import type { JSX } from "preact";
import { city } from "../city";
import { daysBetween, hourMinute, minuteAfter, shownSeconds } from "../clock";
import { distance, duration } from "../measure";
import { isScheduled, wordOf } from "../means";
import { money, priceOf } from "../price";
import { Icon } from "../ui/icon";
import { Pill } from "../ui/pill";
import type { Itinerary, Leg } from "../wire";
import { useWords } from "../words";
import type { Merit } from "./answer";
import { Crowd } from "./crowd";

interface Properties {
  itinerary: Itinerary;
  merits: readonly Merit[];
  onOpen: () => void;
}

/** From when to when, by the city's clock. */
export function Times({ itinerary }: { itinerary: Itinerary }): JSX.Element {
  const { t } = useWords();
  const end = minuteAfter(itinerary.endTime);
  const days = daysBetween(itinerary.startTime, end, city.zone);
  return (
    <span class="times">
      <time dateTime={itinerary.startTime}>{hourMinute(itinerary.startTime, city.zone)}</time>
      <span class="arrow" aria-hidden="true">→</span><span class="sr">{t("plan.until")}</span>
      <time dateTime={itinerary.endTime}>{hourMinute(end, city.zone)}</time>
      {days > 0 ? <sup>+{days}</sup> : null}
    </span>
  );
}

export function Card({ itinerary, merits, onOpen }: Properties): JSX.Element {
  const { t } = useWords();
  return (
    <li>
      <button type="button" class="card" onClick={onOpen}>
        <span class="card-head">
          <Times itinerary={itinerary} />
          <span class="merits">{merits.map((merit) => <span key={merit} class={`merit ${merit}`}>{t(`merits.${merit}`)}</span>)}</span>
          <strong class="duration">{duration(shownSeconds(itinerary.startTime, itinerary.endTime), t)}</strong>
        </span>
        <Strip legs={itinerary.legs} />
        <Facts itinerary={itinerary} />
        {itinerary.crowding ? <Crowd crowding={itinerary.crowding} /> : null}
      </button>
    </li>
  );
}

/** Walks shorter than this are left out of the strip; the steps tell them. */
const SHORT_WALK_S = 60;

function Strip({ legs }: { legs: readonly Leg[] }): JSX.Element {
  const { t } = useWords();
  const told = legs.filter((leg) => leg.mode !== "WALK" || leg.duration >= SHORT_WALK_S || legs.length === 1);
  return (
    <span class="strip">
      {told.map((leg, at) => (
        <span key={at} class="strip-leg">
          {at > 0 ? <Icon name="chevron" size={14} /> : null}
          {leg.mode === "WALK" ? (
            <span class="walk"><Icon name="walk" size={16} /><span class="sr">{t(wordOf(leg))}</span>{Math.round(leg.duration / 60)}</span>
          ) : (
            <Pill leg={leg} />
          )}
        </span>
      ))}
    </span>
  );
}

export function Facts({ itinerary }: { itinerary: Itinerary }): JSX.Element {
  const { t, language } = useWords();
  const price = priceOf(itinerary);
  const rides = itinerary.legs.some(isScheduled);
  const late = itinerary.legs.some((leg) => leg.realTime);
  return (
    <span class="facts">
      <span class="price">
        {price === null ? t("summary.price_unknown") : price.card === 0 && price.ticket === 0 ? t("summary.price_free") : (
          <>
            {money(price.card, price.currency, language)}
            {price.ticket !== price.card ? <small> {t("plan.card")} · {t("plan.ticket", { amount: money(price.ticket, price.currency, language) })}</small> : null}
          </>
        )}
      </span>
      {rides ? <span>{t(itinerary.transfers === 0 ? "summary.transfers_0" : itinerary.transfers === 1 ? "summary.transfers_1" : "summary.transfers", { count: itinerary.transfers })}</span> : null}
      {itinerary.walkDistance >= 5 ? <span>{t("summary.walk", { distance: distance(itinerary.walkDistance, t) })}</span> : null}
      <span>{t("plan.co2", { grams: Math.round(itinerary.emissionsPerPerson) })}</span>
      {late ? <span class="now">{t("plan.realtime")}</span> : null}
    </span>
  );
}
