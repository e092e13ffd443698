// What crowds are expected to make of a journey, and the advice to leave later.
import type { JSX } from "preact";
import { city } from "../city";
import { hourMinute } from "../clock";
import { Icon } from "../ui/icon";
import type { Crowding, LeaveLater } from "../wire";
import { useWords, type Spoken } from "../words";

/** Waits shorter than this are not worth a word. */
const TOLD_S = 60;

/** When one is expected, what one waits for, and how full it is; nothing is said where nothing is to be told. */
export function crowdWords({ expectedEndTime, gateWait, stopWait, loads }: Crowding, t: Spoken["t"]): string[] {
  if (!expectedEndTime) return [t("crowds.stranded")];
  const fullest = Math.max(...loads.map((load) => load ?? 0), 0);
  return [
    t("crowds.expected", { end: hourMinute(expectedEndTime, city.zone) }),
    ...(gateWait >= TOLD_S ? [t("crowds.gates", { minutes: Math.round(gateWait / 60) })] : []),
    ...(stopWait >= TOLD_S ? [t("crowds.left_standing", { minutes: Math.round(stopWait / 60) })] : []),
    ...(fullest ? [t("crowds.fullest", { percent: Math.round(fullest * 100) })] : []),
  ];
}

export function Crowd({ crowding }: { crowding: Crowding }): JSX.Element {
  const { t } = useWords();
  return <span class={`crowd ${crowding.expectedEndTime ? "" : "stranded"}`}><Icon name="crowd" size={16} /><span>{crowdWords(crowding, t).join(" · ")}</span></span>;
}

export function Advice({ advice, onOpen }: { advice: LeaveLater; onOpen: () => void }): JSX.Element {
  const { t } = useWords();
  const { itinerary: later, insteadOf: now } = advice;
  const clock = (time: string | undefined): string => (time ? hourMinute(time, city.zone) : t("crowds.never"));
  const expected = (one: typeof now): string => clock(one.crowding ? one.crowding.expectedEndTime : one.endTime);
  return (
    <button type="button" class="advice" onClick={onOpen}>
      <Icon name="clock" />
      <span>{t("crowds.leave_later", { minutes: advice.minutes, start: clock(later.startTime), now: clock(now.startTime), end: expected(later), instead: expected(now) })}</span>
      <Icon name="chevron" size={16} />
    </button>
  );
}
