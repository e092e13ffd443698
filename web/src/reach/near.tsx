// What is on and worth a visit within reach of a place: today, and in the days to come.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go } from "../address";
import { ask, isAbort, type Asked } from "../ask";
import { city } from "../city";
import { instantOf, type Wall } from "../clock";
import { Icon } from "../ui/icon";
import { useWords } from "../words";

interface Occasion {
  date: string;
  name: string;
  venue: string;
  lat: number;
  lon: number;
  isEstimate: boolean;
}

interface Recommendation {
  name: string;
  lat: number;
  lon: number;
  seconds: number;
  event?: Occasion;
}

interface Found {
  today: Recommendation[];
  later: Occasion[];
}

const DAYS = 14;
const RADIUS_M = 5000;
const MOST = 8;

interface Properties {
  one: { at: string; name: string };
  time: Wall;
  minutes: number;
  wheelchair: boolean;
}

export function Near({ one, time, minutes, wheelchair }: Properties): JSX.Element | null {
  const { t } = useWords();
  const found = useFound(one.at, time, minutes, wheelchair);
  if (!found || !(found.today.length || found.later.length)) return null;
  const visit = (name: string, lat: number, lon: number): void =>
    go({ view: "plan", parameters: { from: one.at, fromName: one.name, to: `${lat},${lon}`, toName: name, time, ...(wheelchair ? { wheelchair: "1" } : {}) } });
  return (
    <>
      {found.today.length ? <h3>{t("near.title", { minutes })}</h3> : null}
      <ul class="runs" aria-label={t("near.title", { minutes })}>{found.today.map((place) => (
        <li key={place.name + place.lat}><button type="button" class="row" onClick={() => visit(place.name, place.lat, place.lon)}>
          <span>{place.name}{place.event ? <small class="now">{t("near.today", { event: place.event.name })}</small> : null}</span>
          <span class="tag">{t("format.minutes", { minutes: Math.max(1, Math.round(place.seconds / 60)) })}</span><Icon name="chevron" size={16} />
        </button></li>
      ))}</ul>
      {found.later.length ? (
        <>
          <h3>{t("near.later")}</h3>
          <ul class="runs" aria-label={t("near.later")}>{found.later.map((event) => (
            <li key={event.date + event.name + event.venue}><button type="button" class="row" onClick={() => visit(event.venue, event.lat, event.lon)}>
              <span>{event.name}<small class="muted">{event.venue}</small></span>
              <span class="tag">{event.date.slice(5).replace("-", "/")}</span><Icon name="chevron" size={16} />
            </button></li>
          ))}</ul>
          {found.later.some((event) => event.isEstimate) ? <p class="remark">{t("near.estimate")}</p> : null}
        </>
      ) : null}
    </>
  );
}

function useFound(place: string, time: Wall, minutes: number, wheelchair: boolean): Found | null {
  const { language } = useWords();
  const [found, setFound] = useState<Found | null>(null);
  useEffect(() => {
    setFound(null);
    const abort = new AbortController();
    const asked: Asked = {
      place, minutes, count: MOST, time: instantOf(time, city.zone).toISOString(), pedestrianProfile: wheelchair ? "WHEELCHAIR" : undefined,
      language: language === "ja" ? ["ja"] : ["en", "ja"],
    };
    const day = time.slice(0, 10);
    Promise.all([
      ask<{ recommendations: Recommendation[] }>("/kaiteki/v1/recommendations", asked, abort.signal),
      ask<{ events: Occasion[] }>("/kaiteki/v1/events", { place, radius: RADIUS_M, day, days: DAYS }, abort.signal),
    ]).then(
      ([{ recommendations }, { events }]) => setFound({ today: recommendations, later: events.filter((event) => event.date > day).slice(0, MOST) }),
      // The areas beside it say what is wrong with the question.
      (error) => isAbort(error) || setFound(null),
    );
    return () => abort.abort();
  }, [place, time, minutes, wheelchair, language]);
  return found;
}
