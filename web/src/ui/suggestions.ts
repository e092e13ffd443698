// What a place field offers for what is typed in it: matches of the server, places used before, "here".
import { useEffect, useState } from "preact/hooks";
import { isAbort } from "../ask";
import { endOf, recent, suggested, type End } from "../places";
import type { Match } from "../wire";
import { useWords, type Spoken } from "../words";
import type { IconName } from "./icon";

export interface Option {
  end: End | "here";
  label: string;
  note: string;
  icon: IconName;
}

export interface Offered {
  options: Option[];
  /** Whether they belong to what is typed now, not to what was typed a moment ago. */
  isSettled: boolean;
}

const PAUSE_MS = 110;
const ICONS: Record<string, IconName> = { station: "station", stop: "bus", port: "bike", street: "route" };

export function useSuggestions(typed: string | null, isOpen: boolean, type: Match["type"] | undefined, withHere: boolean): Offered {
  const { t, language } = useWords();
  const [found, setFound] = useState<{ text: string; matches: Match[] }>({ text: "", matches: [] });
  const text = typed?.trim() ?? "";
  useEffect(() => {
    if (!text || !isOpen) return;
    const abort = new AbortController();
    const keep = (matches: Match[]): void => setFound({ text, matches });
    const timer = setTimeout(() => {
      suggested(text, language, type, abort.signal).then(keep, (error) => isAbort(error) || keep([]));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, isOpen, language, type]);
  if (text) return { options: found.matches.map((match) => matched(match, t)), isSettled: found.text === text };
  const own: Option[] = withHere ? [{ end: "here", label: t("place.here"), note: "", icon: "here" }] : [];
  const earlier = type ? [] : recent();
  return { options: [...own, ...earlier.map((end): Option => ({ end, label: end.name, note: t("place.recent"), icon: "clock" }))], isSettled: true };
}

function matched(match: Match, t: Spoken["t"]): Option {
  return { end: endOf(match), label: match.name, note: t(`kinds.${match.category}`), icon: ICONS[match.category] ?? "pin" };
}

/** The best match of a text whose suggestions have not come yet. */
export async function firstMatch(text: string, language: Spoken["language"], type: Match["type"] | undefined): Promise<End | undefined> {
  const [first] = await suggested(text, language, type, AbortSignal.timeout(5000));
  return first && endOf(first);
}
