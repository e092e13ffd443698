// The traveller's view: a question, its answers, the one chosen.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { isAbort } from "../ask";
import { city } from "../city";
import { dayOf, instantOf, shownSeconds, wallOf } from "../clock";
import { duration } from "../measure";
import { clear, NOTHING, show } from "../scene";
import { Failed } from "../ui/failed";
import { Icon } from "../ui/icon";
import { ShareButton } from "../ui/share";
import type { End } from "../places";
import type { Itinerary, Place } from "../wire";
import { useWords } from "../words";
import { found, keyOf, merits, type Found } from "./answer";
import { Card, Facts, Times } from "./card";
import { Advice, Crowd } from "./crowd";
import { drawnEnds, drawnItinerary } from "./drawing";
import { Form } from "./form";
import { asked, parametersOf, questionOf, type Question } from "./question";
import { Steps } from "./steps";
import { Watch } from "./watch";

type State = { is: "idle" } | { is: "searching"; before: Found | null } | { is: "found"; answer: Found } | { is: "failed"; error: Error };

function toAddress(question: Question, replace = false): void {
  // A link shows tomorrow what it showed today: "now" is written as the time it was.
  const time = question.time ?? wallOf(Date.now(), city.zone);
  go({ view: "plan", parameters: parametersOf({ ...question, time }) }, replace);
}

export function PlanView({ parameters }: { parameters: Parameters }): JSX.Element {
  const question = useMemo(() => questionOf(parameters), [parameters]);
  const state = useAnswer(question);
  const answer = state.is === "found" ? state.answer : state.is === "searching" ? state.before : null;
  const open = answer && [...answer.itineraries, ...answer.direct].find((one) => keyOf(one) === question.open);
  const names = answer ? namesOf(answer, question) : NAMELESS;
  useEffect(() => {
    if (open) show(drawnItinerary(open, names));
    else if (answer) show(drawnEnds(answer.first.from, answer.first.to, names));
    else show({ ways: NOTHING, marks: NOTHING });
  }, [open, answer]);
  useEffect(() => clear, []);
  const [isEditing, setEditing] = useState(false);
  useEffect(() => setEditing(false), [parameters]);
  const isFolded = !!question.from && !!question.to && !isEditing;
  return (
    <div class={`plan ${isFolded ? "folded" : ""}`}>
      <div hidden={!!open}>
        {isFolded ? <Asked question={question} onEdit={() => setEditing(true)} /> : null}
        <Form question={question} onAsk={toAddress} />
      </div>
      {open ? <Opened itinerary={open} question={question} names={names} /> : <Answers state={state} answer={answer} question={question} />}
    </div>
  );
}

const NAMELESS = { from: "", to: "" };

/** Names of both ends: of stops in the language of the answer, of other places as they were chosen. */
function namesOf({ first }: Found, question: Question): { from: string; to: string } {
  const named = (place: Place, end: End | undefined): string => (place.stopId ? place.name : (end?.name ?? ""));
  return { from: named(first.from, question.from), to: named(first.to, question.to) };
}

/** On a phone the question is told in two lines once it is asked, so that answers come first. */
function Asked({ question, onEdit }: { question: Question; onEdit: () => void }): JSX.Element {
  const { t, language } = useWords();
  const time = question.time ?? wallOf(Date.now(), city.zone);
  const day = dayOf(instantOf(time, city.zone), city.zone, language);
  const wishes = [t(question.arrive ? "plan.arriving" : "plan.leaving", { day, time: time.slice(11) })];
  if (question.via) wishes.push(t("plan.by_way", { name: question.via.name }));
  if (question.wheelchair) wishes.push(t("plan.wheelchair"));
  return (
    <button type="button" class="asked" onClick={onEdit}>
      <span>
        <strong>{question.from?.name} → {question.to?.name}</strong>
        <small>{wishes.join(" · ")}</small>
      </span>
      <b>{t("plan.edit")}</b>
    </button>
  );
}

function useAnswer(question: Question): State {
  const { language } = useWords();
  const [state, setState] = useState<State>({ is: "idle" });
  const { open: _, ...searched } = question;
  const key = question.from && question.to ? JSON.stringify(searched) + language : "";
  const shown = useRef("");
  useEffect(() => {
    if (!key) return setState({ is: "idle" });
    const abort = new AbortController();
    const { earlier: _e, later: _l, ...same } = searched;
    const isSame = shown.current === JSON.stringify(same);
    shown.current = JSON.stringify(same);
    setState((old) => ({ is: "searching", before: isSame && old.is === "found" ? old.answer : null }));
    found(asked(question, city.zone, language), question.earlier, question.later, abort.signal).then(
      (answer) => setState({ is: "found", answer }),
      (error) => isAbort(error) || setState({ is: "failed", error }),
    );
    return () => abort.abort();
  }, [key]);
  return state;
}

function Answers({ state, answer, question }: { state: State; answer: Found | null; question: Question }): JSX.Element {
  const { t } = useWords();
  if (state.is === "idle") return <p class="remark">{city.remark ? t("plan.remark") : ""}</p>;
  if (state.is === "failed") return <Failed error={state.error} />;
  if (!answer) return <div class="waiting" role="status"><span class="sr">{t("plan.searching")}</span>{[0, 1, 2].map((n) => <div key={n} class="ghost" />)}</div>;
  const count = answer.itineraries.length + answer.direct.length;
  const best = merits(answer.itineraries);
  const openOne = (one: Itinerary): void => toAddress({ ...question, open: keyOf(one) });
  return (
    <section class="answers" aria-label={t("plan.answers")}>
      <p class="sr" role="status">{t("plan.count", { count })}</p>
      {answer.reasons.map((reason) => <p key={reason.code} class="reason"><Icon name="alert" size={18} />{t(`reasons.${reason.code}`)}</p>)}
      {answer.first.leaveLater ? <Advice advice={answer.first.leaveLater} onOpen={() => openOne(answer.first.leaveLater!.itinerary)} /> : null}
      {answer.itineraries.length ? (
        <>
          <button type="button" class="soft wide" disabled={state.is === "searching"} onClick={() => toAddress({ ...question, earlier: question.earlier + 1 })}>{t("plan.earlier")}</button>
          <ol class="cards" aria-label={t("plan.scheduled")}>{answer.itineraries.map((one) => <Card key={keyOf(one)} itinerary={one} merits={best.get(one) ?? []} onOpen={() => openOne(one)} />)}</ol>
          <button type="button" class="soft wide" disabled={state.is === "searching"} onClick={() => toAddress({ ...question, later: question.later + 1 })}>{t("plan.later")}</button>
        </>
      ) : null}
      {answer.direct.length ? (
        <>
          <h2>{t("plan.direct")}</h2>
          <ol class="cards" aria-label={t("plan.direct")}>{answer.direct.map((one) => <Card key={keyOf(one)} itinerary={one} merits={[]} onOpen={() => openOne(one)} />)}</ol>
        </>
      ) : null}
      {answer.itineraries.some((one) => one.crowding) ? <p class="remark">{t("crowds.note")}</p> : null}
      {count || answer.reasons.length ? null : <p class="reason">{t("notes.nothing_found")}</p>}
    </section>
  );
}

function Opened({ itinerary, question, names }: { itinerary: Itinerary; question: Question; names: { from: string; to: string } }): JSX.Element {
  const { t, language } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: false }), [itinerary]);
  return (
    <article class="opened">
      <header>
        <button type="button" class="bare" onClick={() => toAddress({ ...question, open: "" })}><Icon name="back" />{t("plan.back")}</button>
        <ShareButton title={`${names.from} → ${names.to}`} />
      </header>
      <h2 ref={heading} tabIndex={-1}>{names.from} → {names.to}</h2>
      <p class="when-how"><Times itinerary={itinerary} /><strong>{duration(shownSeconds(itinerary.startTime, itinerary.endTime), t)}</strong><span class="muted">{dayOf(itinerary.startTime, city.zone, language)}</span></p>
      <Facts itinerary={itinerary} />
      {itinerary.crowding ? <Crowd crowding={itinerary.crowding} /> : null}
      <Watch itinerary={itinerary} ends={names} />
      <Steps itinerary={itinerary} ends={names} />
    </article>
  );
}
