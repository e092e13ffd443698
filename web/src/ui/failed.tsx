// Why a question was not answered, in the reader's language, and a way to ask again.
import { createContext } from "preact";
import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { Refused } from "../ask";
import { useWords, type Spoken } from "../words";
import { Icon } from "./icon";

const TOO_MANY = 429;

/** Shows the view anew, which asks anew. */
export const Again = createContext<() => void>(() => undefined);

/** What a failure means to whoever asked; the server's own sentence tells it to the letter where there is one. */
export function meaning(error: Error, t: Spoken["t"]): { said: string; detail: string; isPassing: boolean } {
  if (!(error instanceof Refused)) return { said: t("failures.unreachable"), detail: "", isPassing: true };
  if (error.status === TOO_MANY) return { said: t("failures.too_many", { seconds: error.wait_s }), detail: "", isPassing: true };
  if (error.status >= 500) return { said: t("failures.broken"), detail: error.message, isPassing: true };
  return { said: t(error.status === 404 ? "failures.unknown" : "failures.refused"), detail: error.message, isPassing: false };
}

export function Failed({ error }: { error: Error | null }): JSX.Element | null {
  const { t } = useWords();
  const again = useContext(Again);
  if (!error) return null;
  const { said, detail, isPassing } = meaning(error, t);
  return (
    <div class="problem big" role="alert">
      <Icon name="alert" />
      <div>
        <p>{said}</p>
        {detail ? <p class="detail" lang={/[ぁ-ヿ]/.test(detail) ? "ja" : "en"}>{detail}</p> : null}
        {isPassing ? <button type="button" class="soft" onClick={again}>{t("failures.again")}</button> : null}
      </div>
    </div>
  );
}
