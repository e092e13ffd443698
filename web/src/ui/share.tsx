// Gives the address of what is seen to others.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../words";
import { Icon } from "./icon";

export function ShareButton({ title }: { title: string }): JSX.Element {
  const { t } = useWords();
  const [done, setDone] = useState(false);
  const share = async (): Promise<void> => {
    const url = window.location.href;
    if (navigator.share) return navigator.share({ title, url }).catch(() => undefined);
    await navigator.clipboard?.writeText(url).then(() => setDone(true), () => window.prompt(t("share.copy"), url));
  };
  return (
    <button type="button" class="bare" onClick={() => void share()}>
      <Icon name={done ? "check" : "share"} size={18} />
      <span role="status">{t(done ? "share.done" : "share.title")}</span>
    </button>
  );
}
