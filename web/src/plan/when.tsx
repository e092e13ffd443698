// When to leave or arrive: now, or a date and a time on the city's clock.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { city } from "../city";
import { shifted, wallOf, type Wall } from "../clock";
import { useWords } from "../words";

interface Properties {
  time: Wall | null;
  arrive: boolean;
  onChange: (change: { time?: Wall | null; arrive?: boolean }) => void;
}

type Choice = "now" | "leave" | "arrive";

export function When({ time, arrive, onChange }: Properties): JSX.Element {
  const { t } = useWords();
  const id = useId();
  const chosen: Choice = arrive ? "arrive" : time === null ? "now" : "leave";
  const choose = (choice: Choice): void =>
    onChange({ arrive: choice === "arrive", time: choice === "now" ? null : (time ?? wallOf(Date.now(), city.zone)) });
  return (
    <fieldset class="when">
      <legend class="sr">{t("plan.when")}</legend>
      <div class="segments" role="presentation">
        {(["now", "leave", "arrive"] as const).map((choice) => (
          <label key={choice} class={choice === chosen ? "on" : ""}>
            <input type="radio" name={`${id}-when`} checked={choice === chosen} onChange={() => choose(choice)} />
            {t(`plan.${choice}`)}
          </label>
        ))}
      </div>
      {time !== null ? (
        <div class="moment">
          <button type="button" class="soft" aria-label={t("plan.before")} onClick={() => onChange({ time: shifted(time, -10) })}>−10</button>
          <input type="datetime-local" aria-label={t("plan.moment")} value={time} required
            onInput={(event) => event.currentTarget.value && onChange({ time: event.currentTarget.value.slice(0, 16) })} />
          <button type="button" class="soft" aria-label={t("plan.after")} onClick={() => onChange({ time: shifted(time, 10) })}>+10</button>
        </div>
      ) : null}
    </fieldset>
  );
}
