// Follows work on the server as it goes on: server-sent events, asked again by hand where they break off.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../ask";

const PATIENCE_MS = 1500;

export interface Followed<T> {
  now: T | null;
  problem: Error | null;
}

export function useFollowed<T extends { state: string }>(path: string | null): Followed<T> {
  const [followed, setFollowed] = useState<Followed<T>>({ now: null, problem: null });
  useEffect(() => {
    setFollowed({ now: null, problem: null });
    if (!path) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let events: EventSource | undefined;
    const isOver = (work: T): boolean => !["QUEUED", "RUNNING"].includes(work.state);
    const look = (): void => {
      ask<T>(path).then(
        (now) => {
          setFollowed({ now, problem: null });
          if (!isOver(now) && !events) listen();
        },
        (problem) => setFollowed({ now: null, problem }),
      );
    };
    const listen = (): void => {
      events = new EventSource(`${path}/events`);
      events.addEventListener("progress", (event) => setFollowed((old) => ({ now: { ...old.now, ...JSON.parse(event.data) }, problem: null })));
      events.addEventListener("end", (event) => {
        events?.close();
        setFollowed({ now: JSON.parse(event.data), problem: null });
      });
      events.onerror = () => {
        events?.close();
        events = undefined;
        timer = setTimeout(look, PATIENCE_MS);
      };
    };
    look();
    return () => {
      clearTimeout(timer);
      events?.close();
    };
  }, [path]);
  return followed;
}
