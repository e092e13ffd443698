// The question: from, to, when, by what.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { city } from "../city";
import { Icon, type IconName } from "../ui/icon";
import { PlaceField } from "../ui/place_field";
import { useWords } from "../words";
import { MEANS, usable, WHEELED, type Means, type Question } from "./question";
import { When } from "./when";

const ICONS: Record<Means, IconName> = {
  rail: "train", bus: "bus", bicycle: "bike", scooter: "scooter", flex: "shuttle", taxi: "taxi", bike: "bike",
};

interface Properties {
  question: Question;
  onAsk: (question: Question) => void;
}

export function Form({ question, onAsk }: Properties): JSX.Element {
  const { t } = useWords();
  const [draft, setDraft] = useState(question);
  const [problem, setProblem] = useState("");
  useEffect(() => setDraft(question), [question]);
  const change = (part: Partial<Question>): void => setDraft((one) => ({ ...one, ...part }));
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!draft.from || !draft.to) return setProblem(t(draft.from ? "plan.no_to" : "plan.no_from"));
    setProblem("");
    onAsk({ ...draft, earlier: 0, later: 0, open: "" });
  };
  return (
    <form class="question" role="search" aria-label={t("plan.title")} onSubmit={submit}>
      <div class="ends">
        <PlaceField label={t("plan.from")} dot="from" value={draft.from} withHere onChoose={(from) => change({ from })} />
        <span class="thread" aria-hidden="true" />
        <PlaceField label={t("plan.to")} dot="to" value={draft.to} withHere onChoose={(to) => change({ to })} />
        <button type="button" class="bare swap" aria-label={t("plan.swap")} onClick={() => change({ from: draft.to, to: draft.from })}>
          <Icon name="swap" />
        </button>
      </div>
      <When time={draft.time} arrive={draft.arrive} onChange={change} />
      <details class="choices" open={draft.via !== undefined || draft.wheelchair}>
        <summary>
          <span>{t("plan.choices")}</span>
          <span class="icons">{usable(draft).map((one) => <Icon key={one} name={ICONS[one]} size={16} />)}{draft.wheelchair ? <Icon name="wheelchair" size={16} /> : null}</span>
        </summary>
        <Choices draft={draft} change={change} />
      </details>
      {problem ? <p class="problem" role="alert">{problem}</p> : null}
      <button type="submit" class="primary">{t("plan.search")}</button>
    </form>
  );
}

function Choices({ draft, change }: { draft: Question; change: (part: Partial<Question>) => void }): JSX.Element {
  const { t } = useWords();
  const toggle = (one: Means, on: boolean): void => change({ means: MEANS.filter((m) => (m === one ? on : draft.means.includes(m))) });
  return (
    <div class="choice-body">
      <fieldset class="chips">
        <legend>{t("plan.means")}</legend>
        {MEANS.map((one) => (
          <label key={one} class="chip">
            <input type="checkbox" checked={usable(draft).includes(one)} disabled={draft.wheelchair && !WHEELED.includes(one)} onChange={(e) => toggle(one, e.currentTarget.checked)} />
            <span><Icon name={ICONS[one]} size={16} />{t(`means.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <label class="switch">
        <input type="checkbox" role="switch" checked={draft.wheelchair} onChange={(e) => change({ wheelchair: e.currentTarget.checked })} />
        <Icon name="wheelchair" size={18} />{t("plan.wheelchair")}
      </label>
      {city.via ? <div class="via">
        <PlaceField label={t("plan.via")} dot="via" type="STOP" value={draft.via} onChoose={(via) => change({ via })} />
        {draft.via ? (
          <label class="stay">{t("plan.stay")}
            <input type="number" min={0} max={240} step={5} value={draft.stay} onInput={(e) => change({ stay: Number(e.currentTarget.value) || 0 })} />
          </label>
        ) : null}
      </div> : null}
    </div>
  );
}
