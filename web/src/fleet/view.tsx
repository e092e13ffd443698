// A fleet's day in the operator's view: chosen, scheduled by the server while the page follows, read aircraft by aircraft.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { send } from "../ask";
import { show } from "../scene";
import { useFollowed } from "../study/following";
import { said } from "../study/shapes";
import { Failed } from "../ui/failed";
import { Icon } from "../ui/icon";
import { ShareButton } from "../ui/share";
import { useWords } from "../words";
import { drawnDay } from "./drawing";
import { FleetForm, type Order } from "./form";
import { DayResult } from "./result";
import type { FleetDay, Scheduled } from "./shapes";

export const FLEET_DAYS = "/kaiteki/v1/missions/fleet-days";

export function FleetView({ day, parameters }: { day: FleetDay; parameters: Parameters }): JSX.Element {
  const { t, language } = useWords();
  const { id = "", drone = "" } = parameters;
  const [refused, setRefused] = useState<Error | null>(null);
  const { now, problem } = useFollowed<Scheduled>(id ? `${FLEET_DAYS}/${id}` : null);
  const at = (part: Parameters): Parameters => ({ fleet: day.name, ...part });
  const start = (order: Order): void => {
    setRefused(null);
    send<Scheduled>(FLEET_DAYS, order).then((begun) => go({ view: "drones", parameters: at({ id: begun.id }) }), setRefused);
  };
  useEffect(() => {
    if (now?.result) show(drawnDay(now.result.geojson.features, drone));
  }, [now, drone]);
  return (
    <article class="opened">
      <header><button type="button" class="bare" onClick={() => go({ view: "drones", parameters: {} })}><Icon name="back" />{t("drones.back")}</button><ShareButton title={said(day.title, language)} /></header>
      <h2>{said(day.title, language)}</h2>
      <div aria-live="polite">
        <Failed error={problem || refused} />
        {now?.error ? <p class="problem big" role="alert"><Icon name="alert" />{now.error}</p> : null}
        {now && ["QUEUED", "RUNNING"].includes(now.state) ? <Progress day={now} /> : null}
      </div>
      {now?.result ? <DayResult day={{ ...now, result: now.result }} chosen={drone} onChoose={(chosen) => go({ view: "drones", parameters: at({ id, drone: chosen }) }, true)} /> : null}
      <details class="files" open={!id}><summary>{t("drones.facts")}</summary><p class="muted small">{said(day.facts, language)}</p></details>
      <h3>{t(id ? "fleet.again" : "fleet.order")}</h3>
      <FleetForm key={day.name} day={day} onStart={start} />
    </article>
  );
}

function Progress({ day }: { day: Scheduled }): JSX.Element {
  const { t } = useWords();
  const { done } = day.progress;
  const step = day.state === "QUEUED" ? t("states.QUEUED") : done ? t("fleet.playing", { count: day.days }) : t("fleet.searching", { seconds: day.seconds });
  return <label class="progress">{step}<progress /></label>;
}
