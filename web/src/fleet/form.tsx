// How a fleet's day is to be scheduled: for how long, played how often, and which drones stay down.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../words";
import type { FleetDay } from "./shapes";

export interface Order {
  fleetDay: string;
  seconds: number;
  days: number;
  without: string[];
}

const SECONDS = 20;
const DAYS = 20;

export function FleetForm({ day, onStart }: { day: FleetDay; onStart: (order: Order) => void }): JSX.Element {
  const { t } = useWords();
  const [order, setOrder] = useState<Order>({ fleetDay: day.name, seconds: SECONDS, days: DAYS, without: [] });
  const down = (id: string): void => {
    const without = order.without.includes(id) ? order.without.filter((one) => one !== id) : [...order.without, id];
    setOrder({ ...order, without });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    onStart(order);
  };
  return (
    <form class="mission" onSubmit={submit}>
      <label>{t("fleet.seconds")}<input type="number" min={1} max={300} required value={order.seconds} onInput={(e) => setOrder({ ...order, seconds: Number(e.currentTarget.value) })} /></label>
      <label>{t("fleet.days")}<input type="number" min={0} max={100} required value={order.days} onInput={(e) => setOrder({ ...order, days: Number(e.currentTarget.value) })} /></label>
      <fieldset class="chips wide">
        <legend>{t("fleet.without")}</legend>
        {day.fleet.map((id) => <label key={id} class="chip"><input type="checkbox" checked={order.without.includes(id)} onChange={() => down(id)} /><span>{id}</span></label>)}
      </fieldset>
      <button type="submit" class="primary">{t("fleet.start")}</button>
    </form>
  );
}
